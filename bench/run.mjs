#!/usr/bin/env node
// npm run bench -- NAME [--json FILE] [--data DIR] [--out DIR] [--rounds N]: runs bench/NAME/run.mjs, which measures what is built in dist and
// prints medians and ratios. Without a name: the list of names.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearest } from '../install/nearest.mjs'
import { ensureBuilt, ensureInstalled } from '../install/set-up.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const USAGE = 'Usage: npm run bench -- NAME [--json FILE] [--data DIR] [--out DIR] [--rounds N]'
/** Options of single benchmarks; each takes a number. */
const NUMBERS = [
  '--rounds',
  '--devices',
  '--interfaces',
  '--minutes',
  '--cut-minutes',
  '--packets',
  '--series',
  '--kills',
  '--seed',
  '--agents',
  '--blackout',
  '--megabytes',
  '--seconds',
  '--kilobits',
  '--days',
  '--weeks',
]
/** Options that name a folder; it is below the folder of the caller. */
const FOLDERS = ['--data', '--out']
/** npm goes to the folder of package.json, and says where it was called. */
const { npm_lifecycle_event: script, INIT_CWD: calledIn = '' } = process.env
const caller = script === 'bench' ? resolve(calledIn) : process.cwd()

process.exitCode = await main(process.argv.slice(2))

async function main(words) {
  const names = benchNames(process.env.EYENET_TEST_BENCH ?? join(root, 'bench'))
  const asked = readWords(words, names)
  if (asked.kind === 'list') {
    process.stdout.write(`${USAGE}\n\n${names.map((name) => `  ${name}\n`).join('')}`)
    return 0
  }
  if (asked.kind === 'error') {
    process.stderr.write(`${asked.text}\n`)
    return 64
  }
  const isTest = process.env.EYENET_TEST_BENCH !== undefined
  if (!isTest && !((await ensureInstalled(root)) && (await ensureBuilt(root)))) return 1
  return runBench(join(process.env.EYENET_TEST_BENCH ?? join(root, 'bench'), asked.name, 'run.mjs'), asked.words)
}

function benchNames(folder) {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'run.mjs')))
    .sort()
}

/** `{ kind: 'run', name, words } | { kind: 'list' } | { kind: 'error', text }`. Files and folders are below the folder of the caller. */
function readWords([name, ...rest], names) {
  if (name === undefined || name === '--help') return { kind: 'list' }
  if (!names.includes(name)) {
    const close = nearest(name, names)
    const hint = close === undefined ? '' : ` Did you mean ${close}?`
    return { kind: 'error', text: `There is no benchmark ${name}.${hint} npm run bench lists them.` }
  }
  const words = []
  for (let at = 0; at < rest.length; at += 2) {
    const [option, value] = [rest[at], rest[at + 1]]
    if ((option === '--json' || FOLDERS.includes(option)) && value !== undefined)
      words.push(option, resolve(caller, value))
    else if (NUMBERS.includes(option) && /^[1-9]\d{0,6}$/.test(value ?? '')) words.push(option, value)
    else if (option === '--part' && /^[a-z]+$/.test(value ?? '')) words.push(option, value)
    else return { kind: 'error', text: `${option} ${value ?? ''} is not understood. ${USAGE}` }
  }
  return { kind: 'run', name, words }
}

function runBench(script, words) {
  // Benchmarks that measure memory want to collect garbage at a moment of their choosing.
  const child = spawn(process.execPath, ['--expose-gc', script, ...words], { cwd: root, stdio: 'inherit' })
  return new Promise((resolveStatus) => child.on('close', (status) => resolveStatus(status ?? 1)))
}
