import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const INSTALL_STAMP = 'node_modules/.cache/eyenet/installed.json'
const BUILD_STAMP = 'node_modules/.cache/eyenet/built.json'

const SOURCES = [
  'shared/src',
  'agent/src',
  'agent/profiles',
  'server/src',
  'server/web',
  'shared/package.json',
  'shared/tsconfig.json',
  'agent/tsconfig.json',
  'server/tsconfig.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'package-lock.json',
]
const PRODUCTS = [
  'shared/dist',
  'agent/dist/cli/cli.js',
  'agent/dist/profiles.json',
  'server/dist/cli/cli.js',
  'server/dist-web/index.html',
]
const NOT_SOURCE = new Set(['node_modules', 'dist', 'dist-web'])
// A tree deeper than this is a loop of links, not source.
const MAX_DEPTH = 16

/**
 * Whether node_modules holds what package-lock.json says, for this Node, and the package named by `sqlite`, which npm leaves
 * out where it cannot be compiled. `{ kind: 'fresh' } | { kind: 'stale', why }`
 */
export function installedState(root, { nodeAbi = process.versions.modules, sqlite } = {}) {
  const lock = join(root, 'package-lock.json')
  const marker = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(marker)) return { kind: 'stale', why: 'they are not installed' }
  if (sqlite !== undefined && !existsSync(join(root, 'node_modules', sqlite, 'package.json'))) {
    return { kind: 'stale', why: `${sqlite} is missing` }
  }
  const stamp = readStamp(join(root, INSTALL_STAMP))
  if (stamp !== undefined && stamp.nodeAbi !== nodeAbi) {
    return { kind: 'stale', why: 'they were installed for another version of Node' }
  }
  if (stamp?.lock === hashOf(lock) || statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return { kind: 'fresh' }
  return { kind: 'stale', why: 'package-lock.json has changed' }
}

export function stampInstalled(root, nodeAbi = process.versions.modules) {
  writeStamp(join(root, INSTALL_STAMP), { lock: hashOf(join(root, 'package-lock.json')), nodeAbi })
}

/** Whether every product is there and nothing it is made of has changed since. */
export function builtState(root) {
  const missing = PRODUCTS.find((product) => !existsSync(join(root, product)))
  if (missing !== undefined) return { kind: 'stale', why: `${missing} is missing` }
  const stamp = readStamp(join(root, BUILD_STAMP))
  if (stamp === undefined) return { kind: 'stale', why: 'it was never built as a whole' }
  const newest = newestSource(root)
  return newest.timeMs > stamp.startedMs ? { kind: 'stale', why: `${newest.path} has changed` } : { kind: 'fresh' }
}

/** `startedMs` is taken before the build, so that a file saved while it runs counts as changed. */
export function stampBuilt(root, startedMs) {
  writeStamp(join(root, BUILD_STAMP), { startedMs })
}

function newestSource(root) {
  let newest = { path: '', timeMs: 0 }
  const visit = (path, depth) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false })
    if (stat === undefined || depth > MAX_DEPTH) return
    // A folder's own time changes when a file in it is added, renamed or deleted.
    if (stat.mtimeMs > newest.timeMs) newest = { path, timeMs: stat.mtimeMs }
    if (!stat.isDirectory()) return
    for (const name of readdirSync(join(root, path))) if (!NOT_SOURCE.has(name)) visit(join(path, name), depth + 1)
  }
  for (const source of SOURCES) visit(source, 0)
  return newest
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // A stamp that is missing or broken only costs one more run of the step.
    return undefined
  }
}

function writeStamp(file, stamp) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(stamp)}\n`)
}
