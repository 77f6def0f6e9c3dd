// The packages with native parts: whether they load on this Node, how they are made, and what is said where that fails.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { isProgram } from './parts.mjs'
import { runStep } from './run-step.mjs'

// What node-gyp compiles with, and the Debian packages that have it.
const TOOLS = [
  { name: 'a C++ compiler', programs: ['g++', 'c++', 'clang++'] },
  { name: 'make', programs: ['make', 'gmake'] },
  { name: 'Python 3', programs: ['python3', 'python'] },
]
const GET_TOOLS = 'sudo apt-get install build-essential python3'
// docs/decisions/0009-sqlite.md
const SQLITE_IS_BUILT_SINCE = 22

/** The package whose SQLite this Node runs, and the code that tells whether it works. */
export function sqlitePackage(nodeMajor = Number.parseInt(process.versions.node, 10)) {
  const name = nodeMajor >= SQLITE_IS_BUILT_SINCE ? 'better-sqlite3-napi' : 'better-sqlite3'
  return { name, trial: `new (require('${name}'))(':memory:').close()` }
}
const rawSocket = { name: 'raw-socket', trial: "require('raw-socket')" }

/** Whether it works, tried in a process of its own: a native part made for another Node may end it. */
export function works({ trial }, root) {
  return spawnSync(process.execPath, ['--eval', trial], { cwd: root, stdio: 'ignore' }).status === 0
}

/** Makes SQLite where it does not work yet. Resolves to false, after sentences that say what to install, where that fails. */
export async function ensureSqlite(root, out) {
  const sqlite = sqlitePackage()
  if (works(sqlite, root)) return true
  const missing = missingTools(process.env.PATH)
  // Without compilers there is no more to be read in what node-gyp prints than in the advice.
  const step = { cwd: root, out, optional: missing.length > 0 }
  await runStep(`download or compile ${sqlite.name}`, rebuild(sqlite), step)
  if (works(sqlite, root)) return true
  out.write(`${sqliteAdvice(process.version, missing)}\n`)
  return false
}

/** Makes raw sockets, which agents do without where that fails: a sentence says so. */
export async function tryRawSocket(root, out) {
  if (works(rawSocket, root)) return
  const missing = missingTools(process.env.PATH)
  if (missing.length === 0) {
    await runStep('compile raw-socket', rebuild(rawSocket), { cwd: root, out, optional: true })
    if (works(rawSocket, root)) return
  }
  out.write(`${rawSocketAdvice(missing)}\n`)
}

const rebuild = ({ name }) => ['npm', 'rebuild', name, '--ignore-scripts=false', '--loglevel=error']

/** What a machine lacks of what compiles native parts, in words. */
export function missingTools(path = '') {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  const isHere = (program) => folders.some((folder) => isProgram(join(folder, program)))
  return TOOLS.filter(({ programs }) => !programs.some(isHere)).map(({ name }) => name)
}

export function sqliteAdvice(version, missing) {
  const failed = `SQLite for Node ${version} could be neither downloaded nor compiled`
  if (missing.length === 0) return `${failed}; the lines above say why. Once that is mended, run the command again.`
  return [
    `${failed}: ${inWords(missing)} ${missing.length === 1 ? 'is' : 'are'} missing on this machine.`,
    `Install what is missing (on Debian: ${GET_TOOLS}) and run the command again,`,
    'or run it with Node 22 or 24, for which SQLite comes compiled.',
  ].join('\n')
}

export function rawSocketAdvice(missing) {
  const why =
    missing.length === 0
      ? 'its compilation failed'
      : `${inWords(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`
  const tools = missing.length === 0 ? '' : `${GET_TOOLS}, then `
  return [
    `  raw-socket is left out, because ${why}: the agent pings with the program ping instead (Debian's iputils-ping),`,
    `  which costs more processor where hundreds are pinged. For raw sockets: ${tools}npm rebuild raw-socket`,
  ].join('\n')
}

function inWords(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
