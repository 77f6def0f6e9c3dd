import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtState, installedState, stampBuilt, stampInstalled } from './freshness.mjs'

let root

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eyenet-fresh-'))
  const products = [
    ...['shared/dist/x.js', 'agent/dist/cli/cli.js', 'agent/dist/profiles.json'],
    ...['server/dist/cli/cli.js', 'server/dist-web/index.html'],
  ]
  for (const path of [...products, 'shared/src/wire/wire.ts', 'package-lock.json']) put(path, 100)
})
afterEach(() => rmSync(root, { recursive: true }))

/** Writes a file that was last changed `seconds` after the epoch, and so were its folders. */
function put(path, seconds, text = path) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  for (let at = path; at !== '.'; at = dirname(at)) utimesSync(join(root, at), seconds, seconds)
}

test('packages are fresh when installed after the lock file was last changed', () => {
  expect(installedState(root)).toEqual({ kind: 'stale', why: 'they are not installed' })
  put('node_modules/.package-lock.json', 200)
  expect(installedState(root)).toEqual({ kind: 'fresh' })
  put('package-lock.json', 300)
  expect(installedState(root)).toEqual({ kind: 'stale', why: 'package-lock.json has changed' })
})

test('a lock file that was only touched, not changed, needs no install', () => {
  put('node_modules/.package-lock.json', 200)
  stampInstalled(root)
  put('package-lock.json', 300)
  expect(installedState(root)).toEqual({ kind: 'fresh' })
})

test('packages built for another version of Node are stale', () => {
  put('node_modules/.package-lock.json', 200)
  stampInstalled(root, '115')
  expect(installedState(root, { nodeAbi: '127' }).kind).toBe('stale')
})

test('packages are stale when npm has left out the SQLite of this Node', () => {
  put('node_modules/.package-lock.json', 200)
  expect(installedState(root, { sqlite: 'sqlite' })).toEqual({ kind: 'stale', why: 'sqlite is missing' })
  put('node_modules/sqlite/package.json', 200)
  expect(installedState(root, { sqlite: 'sqlite' })).toEqual({ kind: 'fresh' })
})

test('what is built is stale once a source changes, appears or goes, or a product is missing', () => {
  expect(builtState(root)).toEqual({ kind: 'stale', why: 'it was never built as a whole' })
  stampBuilt(root, 150_000)
  expect(builtState(root)).toEqual({ kind: 'fresh' })
  put('shared/src/wire/wire.ts', 160)
  expect(builtState(root)).toEqual({ kind: 'stale', why: 'shared/src has changed' })
  stampBuilt(root, 170_000)
  rmSync(join(root, 'shared/src/wire/wire.ts'))
  expect(builtState(root).kind).toBe('stale')
  stampBuilt(root, Date.now() + 1000)
  rmSync(join(root, 'server/dist-web/index.html'))
  expect(builtState(root)).toEqual({ kind: 'stale', why: 'server/dist-web/index.html is missing' })
})
