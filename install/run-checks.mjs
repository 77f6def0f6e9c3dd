import { join } from 'node:path'
import { fileProblems, importProblems, roomProblems } from './house-rules.mjs'
import { runStep } from './run-step.mjs'

/** Runs every check of the house, two at a time, and prints what is wrong. Resolves to `[{ name, passed }]`. */
export async function runChecks(root, out = process.stderr) {
  const [types, rest] = await Promise.all([checkTypes(root, out), checkStyle(root, out)])
  return [...types, ...rest]
}

async function checkTypes(root, out) {
  const tsc = [process.execPath, join(root, 'node_modules/typescript/bin/tsc')]
  const product = await runStep('types of the product', [...tsc, '-b'], { cwd: root, out })
  const tests = await runStep('types of the tests', [...tsc, '-p', 'tsconfig.test.json'], { cwd: root, out })
  return [
    { name: 'types of the product', passed: product.kind === 'done' },
    { name: 'types of the tests', passed: tests.kind === 'done' },
  ]
}

async function checkStyle(root, out) {
  const biome = [process.execPath, join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--colors=off']
  const lint = await runStep('lint and format', [...biome, '--diagnostic-level=error', '.'], { cwd: root, out })
  if (lint.kind === 'failed') out.write('npm run format mends what a program can mend; the rest is yours.\n')
  return [
    { name: 'lint and format', passed: lint.kind === 'done' },
    await checkRules('files and rooms', () => [...fileProblems(root), ...roomProblems(root)], out),
    await checkRules('who imports whom', () => importProblems(root), out),
  ]
}

/** Prints each problem of `find()` as a line. */
async function checkRules(name, find, out) {
  const started = Date.now()
  const problems = await find()
  const took = `${((Date.now() - started) / 1000).toFixed(1)} s`
  out.write(`  ${name} ... ${problems.length === 0 ? 'done' : 'FAILED'} in ${took}\n`)
  for (const problem of problems) out.write(`  - ${problem}\n`)
  return { name, passed: problems.length === 0 }
}
