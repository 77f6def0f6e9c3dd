import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../sqlite/sqlite.ts'
import { DetectFile } from './detect-file.ts'

const ROW = { labels: '{"a":"b"}', seenMs: 1, sinceMs: Number.NaN, told: false, state: new Uint8Array([1, 2, 3]) }
const OPTIONS = { logger: pino({ level: 'silent' }), maxRows: 10 }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-detect-file-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a file that cannot be opened now is not taken for damaged: judging goes on, and what was learnt stays', () => {
  const path = join(folder, 'detect.db')
  const first = new DetectFile(path, OPTIONS)
  first.save([ROW])
  first.close()
  const other = new Database(path)
  other.pragma('locking_mode = EXCLUSIVE')
  other.exec('BEGIN EXCLUSIVE')
  const meanwhile = new DetectFile(path, OPTIONS)
  meanwhile.save([{ ...ROW, state: new Uint8Array([9]) }])
  expect(meanwhile.read(ROW.labels)?.state).toEqual(Buffer.from([9]))
  expect(meanwhile.damaged).toBe(0)
  meanwhile.close()
  other.exec('ROLLBACK')
  other.close()
  const later = new DetectFile(path, OPTIONS)
  expect(later.read(ROW.labels)?.state).toEqual(Buffer.from([1, 2, 3]))
  later.close()
})

test('a damaged file is given up, and counted', () => {
  const path = join(folder, 'detect.db')
  writeFileSync(path, 'no database, whatever it is called. '.repeat(200))
  const file = new DetectFile(path, OPTIONS)
  file.save([ROW])
  expect(file.read(ROW.labels)?.state).toEqual(Buffer.from([1, 2, 3]))
  expect(file.damaged).toBe(1)
  file.close()
})
