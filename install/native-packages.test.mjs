import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  ensureSqlite,
  missingTools,
  rawSocketAdvice,
  sqliteAdvice,
  sqlitePackage,
  tryRawSocket,
} from './native-packages.mjs'

const BROKEN = "throw new Error('not compiled')\n"

let root
let tools
let said
const out = { write: (text) => (said += text) }

/** A checkout whose native packages do not load, and a PATH with nothing but `sh` and an npm that does what it is told. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eyenet-native-'))
  tools = join(root, 'tools')
  mkdirSync(tools)
  said = ''
  for (const name of [sqlitePackage().name, 'raw-socket']) {
    mkdirSync(join(root, 'node_modules', name), { recursive: true })
    writeFileSync(join(root, 'node_modules', name, 'index.js'), BROKEN)
  }
  vi.stubEnv('PATH', tools)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

const program = (name, body) => writeFileSync(join(tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
const npmThatCompiles = "printf 'module.exports = class { close() {} }' > node_modules/$2/index.js"

test('SQLite that does not load is made, and then left as it is', async () => {
  program('npm', npmThatCompiles)
  expect(await ensureSqlite(root, out)).toBe(true)
  expect(said).toContain(`download or compile ${sqlitePackage().name} ... done`)
  said = ''
  expect(await ensureSqlite(root, out)).toBe(true)
  expect(said).toBe('')
})

test('without compilers SQLite fails with what is missing, what to install, and where none are needed', async () => {
  program('npm', 'echo gyp ERR; exit 1')
  program('make', '')
  expect(await ensureSqlite(root, out)).toBe(false)
  expect(said).not.toContain('gyp ERR')
  expect(said).toContain('a C++ compiler and Python 3 are missing on this machine.')
  expect(said).toContain('apt-get install build-essential python3')
  expect(said).toContain('Node 22 or 24')
})

test('where every tool is there, the output of the failed step says why', () => {
  expect(sqliteAdvice('v20.19.6', [])).toBe(
    'SQLite for Node v20.19.6 could be neither downloaded nor compiled; the lines above say why. ' +
      'Once that is mended, run the command again.',
  )
})

test('without compilers raw sockets are not tried; what serves instead is said', async () => {
  program('npm', 'exit 1')
  await tryRawSocket(root, out)
  expect(said).toBe(`${rawSocketAdvice(['a C++ compiler', 'make', 'Python 3'])}\n`)
  expect(said).toContain('a C++ compiler, make and Python 3 are missing')
  expect(said).toContain("Debian's iputils-ping")
})

test('raw sockets that cannot be compiled cost two lines, none of the compiler', async () => {
  for (const name of ['g++', 'make', 'python3']) program(name, '')
  program('npm', 'echo gyp ERR; exit 1')
  await tryRawSocket(root, out)
  expect(said).not.toContain('gyp ERR')
  expect(said).toContain('compile raw-socket ... not possible here')
  expect(said).toContain('its compilation failed')
})

test('a tool counts by any of its names', () => {
  for (const name of ['c++', 'gmake', 'python']) program(name, '')
  expect(missingTools(tools)).toEqual([])
  expect(missingTools('')).toEqual(['a C++ compiler', 'make', 'Python 3'])
})
