import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { AgentId, epochMs } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addMibs } from './add-mibs.ts'
import { openMibFacts } from './mib/mib.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-mibs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const module = (name: string, padding = 0): string =>
  `${name} DEFINITIONS ::= BEGIN\nx OBJECT IDENTIFIER ::= { iso 3 }\n${' '.repeat(padding)}END\n`

async function added(texts: readonly string[]) {
  const files = texts.map((text, at) => ({ name: `f${at}.mib`, gzip: gzipSync(text).toString('base64') }))
  const head = { id: randomUUID(), agent: AgentId.parse(randomUUID()), at: epochMs(0), expiresAt: epochMs(1) }
  return addMibs({ kind: 'add-mibs', ...head, files }, { mib: openMibFacts(), folder })
}

test('files beyond what a task may unpack are left out with a sentence, the others are kept', async () => {
  const reply = await added(Array.from({ length: 10 }, (_, at) => module(`M${at}-MIB`, 4_100_000)))
  expect(reply.ok).toBe(true)
  expect(reply.modules).toHaveLength(8)
  expect(reply.problems).toEqual([
    'f8.mib: the files of one upload have more than 32 MiB unpacked; send it alone',
    'f9.mib: the files of one upload have more than 32 MiB unpacked; send it alone',
  ])
})

test('a file that unpacks to more than any MIB is left out', async () => {
  const reply = await added([module('A-MIB', 5 * 1024 * 1024), module('B-MIB')])
  expect(reply).toMatchObject({ ok: true, modules: ['B-MIB'] })
  expect(reply.problems).toEqual(['f0.mib: it does not unpack, or has more than 4 MiB unpacked'])
})

test('others have their turn between the files', async () => {
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await added(Array.from({ length: 20 }, (_, at) => module(`M${at}-MIB`)))
  isOver = true
  expect(turns).toBeGreaterThan(40)
})
