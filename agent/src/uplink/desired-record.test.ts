import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DesiredFile } from './desired-file.ts'
import {
  appliedOf,
  confirmed,
  DesiredRecord,
  MAX_STARTS_ON_TRIAL,
  NO_RECORD,
  offered,
  onTrial,
  refused,
  rolledBack,
  runningOf,
  started,
} from './desired-record.ts'

const NOW = epochMs(1_700_000_000_000)
const kept = (revision: number) => ({ revision, message: `message ${revision}`, at: NOW })

type Step =
  | { readonly kind: 'offer'; readonly revision: number; readonly good: boolean }
  | { readonly kind: 'confirm' | 'roll-back' | 'start' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('offer' as const), revision: fc.integer({ min: 1, max: 12 }), good: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('confirm' as const, 'roll-back' as const, 'start' as const) }),
)

/** What the agent does with its record at one step. */
function after(record: DesiredRecord, one: Step): DesiredRecord {
  if (one.kind === 'offer') {
    if (offered(record, one.revision).kind !== 'new') return record
    return one.good ? onTrial(record, kept(one.revision)) : refused(record, one.revision, { reason: 'bad', at: NOW })
  }
  if (one.kind === 'confirm') return confirmed(record)
  return one.kind === 'start' ? started(record, NOW) : rolledBack(record, 'no server', NOW)
}

test('whatever comes: what runs was never rejected, nothing older or rejected is taken, the confirmed one stays', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let record: DesiredRecord = NO_RECORD
      const rejected = new Set<number>()
      for (const one of steps) {
        const before = record
        record = after(record, one)
        expect(DesiredRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record)
        if (record.rejected !== undefined) rejected.add(record.rejected.revision)
        expect(rejected.has(runningOf(record)?.revision ?? 0)).toBe(false)
        expect(record.floor).toBeGreaterThanOrEqual(before.floor)
        expect(record.floor).toBeGreaterThanOrEqual(runningOf(record)?.revision ?? 0)
        if (one.kind !== 'confirm') expect(record.confirmed).toEqual(before.confirmed)
        for (const gone of rejected) expect(offered(record, gone).kind).not.toBe('new')
        expect(appliedOf(record)?.confirmed).toBe(
          runningOf(record) === undefined ? undefined : record.pending === undefined,
        )
      }
    }),
  )
})

test('an agent that starts again and again with a revision and never reaches the server leaves it', () => {
  let record = onTrial({ ...NO_RECORD, floor: 4, confirmed: kept(4) }, kept(5))
  for (let start = 0; start < MAX_STARTS_ON_TRIAL; start++) {
    record = started(record, NOW)
    expect(runningOf(record)?.revision).toBe(5)
  }
  record = started(record, NOW)
  expect(runningOf(record)?.revision).toBe(4)
  expect(record.rejected).toMatchObject({ revision: 5, how: 'rolled-back', reason: expect.stringContaining('3 times') })
})

test('the file is the whole old record or the whole new one, wherever a write ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-desired-'))
  const file = new DesiredFile(folder)
  const old = confirmed(onTrial(NO_RECORD, kept(1)))
  const next = onTrial(old, kept(2))
  file.write(old)
  const whole = JSON.stringify(next)
  for (let length = 0; length <= whole.length; length += 7) {
    // Killed while it wrote: what lies beside the file is not read.
    writeFileSync(join(folder, 'desired.json.new'), whole.slice(0, length))
    expect(new DesiredFile(folder).read().record).toEqual(old)
  }
  file.write(next)
  expect(new DesiredFile(folder).read().record).toEqual(next)
})

test('a damaged file is none, and what an older agent kept is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-desired-'))
  writeFileSync(join(folder, 'desired.jws'), 'lone')
  expect(new DesiredFile(folder).read()).toEqual({ record: NO_RECORD, loneMessage: 'lone' })
  new DesiredFile(folder).write({ ...NO_RECORD, floor: 3 })
  expect(() => readFileSync(join(folder, 'desired.jws'))).toThrow('ENOENT')
  writeFileSync(join(folder, 'desired.json'), '{"version":1,')
  expect(new DesiredFile(folder).read()).toEqual({ record: NO_RECORD })
})
