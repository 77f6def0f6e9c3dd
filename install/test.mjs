#!/usr/bin/env node
// npm test: sets up what is missing, then `npm run check` and every test. Words after `--` go to vitest and leave the
// check out. Ends with one line: N passed, N failed, N skipped. Plain Node, because it runs before there are packages.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureParts } from './install-parts.mjs'
import { nodeVersionProblem } from './node-version.mjs'
import { ensureBuilt, ensureInstalled } from './set-up.mjs'
import { closing, countTests } from './test-counts.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const NOTHING_RUN = { counts: { passed: 0, failed: 0, skipped: 0 }, vitestStatus: 1 }

process.exitCode = await main(process.argv.slice(2))

async function main(words) {
  const old = nodeVersionProblem(process.versions.node)
  if (old !== undefined) {
    process.stderr.write(`${old}\n`)
    return 1
  }
  if (!(await ensureInstalled(root))) return finish({ ...NOTHING_RUN, checks: [] })
  const checks = words.length === 0 ? await check() : []
  await ensureParts(root)
  // Tests of the whole run what was built; the rest runs from source, so a build that fails stops nothing here.
  const built = { name: 'build', passed: await ensureBuilt(root) }
  return finish({ ...(await runVitest(words)), checks: [...checks, built] })
}

async function check() {
  process.stderr.write('Checking:\n')
  const { runChecks } = await import('./run-checks.mjs')
  return runChecks(root)
}

async function runVitest(words) {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-test-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...words]
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' })
  const vitestStatus = await new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)))
  try {
    return { vitestStatus, counts: countTests(JSON.parse(readFileSync(file, 'utf8'))) }
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return { ...NOTHING_RUN, vitestStatus: vitestStatus || 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function finish(results) {
  const { notes, line, status } = closing({ ...results, ci: process.env.CI === 'true' })
  for (const note of notes) process.stdout.write(`${note}\n`)
  process.stdout.write(`${line}\n`)
  return status
}
