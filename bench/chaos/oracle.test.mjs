import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { encodeSamples, frame } from '../../shared/dist/wire/wire.js'
import { heldSamples, judge, readExport, readJournal } from './oracle.mjs'

const LANE_SPAN = 2 ** 48
/** Stands for the mark of a series' end, whose bits a number would lose. */
const STALE = 'stale'
const STALE_BITS = 0x7ff0000000000002n
const T = 1_700_000_000_000
const labels = (number) => ({ __name__: 'm', site: 'chaos-0', n: String(number) })

function body(samples) {
  const batch = {
    ...{ epoch: '00112233aabbccdd', first: 1, last: 1, definitions: [] },
    ids: Int32Array.from(samples, ([id]) => id),
    times: Float64Array.from(samples, ([, time]) => time),
    values: Float64Array.from(samples, ([, , value]) => (value === STALE ? 0 : value)),
  }
  const raw = new BigUint64Array(batch.values.buffer)
  for (const [at, [, , value]] of samples.entries()) if (value === STALE) raw[at] = STALE_BITS
  return Buffer.from(frame(encodeSamples(batch), (bytes) => deflateRawSync(bytes))).toString('base64')
}

const seriesRow = (id) => ({ table: 'series', id, labels: JSON.stringify(labels(id)), known: 0 })
const sampleRow = (samples, more = {}) => ({
  ...{ table: 'message', key: 2 * LANE_SPAN + 1, merged: 0, body: body(samples) },
  ...more,
})
const eventRow = (event) => ({
  ...{ table: 'message', key: 1, merged: 0 },
  body: Buffer.from(JSON.stringify(event)).toString('base64'),
})
let ids = 0
const commit = (...rows) => {
  const id = String(++ids)
  return [
    { kind: 'about-to-commit', id, rows },
    { kind: 'committed', id },
  ]
}
const journal = (...entries) =>
  readJournal(
    entries
      .flat()
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(''),
  )
const exported = (...series) =>
  readExport(
    series
      .map(([number, timestamps, values]) => JSON.stringify({ metric: labels(number), values, timestamps }))
      .join('\n'),
  )
const faultsOf = (sampled, stored, held = new Set()) => judge([{ name: 'a', sampled, held }], stored).faults

const twoTicks = [
  [0, T, 1.5],
  [0, T + 1_000, 2.5],
]
const sampled = () => journal(commit(seriesRow(0), sampleRow(twoTicks)))

test('all of it stored, as it was, is no fault', () => {
  expect(faultsOf(sampled(), exported([0, [T, T + 1_000], [1.5, 2.5]]))).toEqual([])
})

test('a sample that is missing is named, with series and time', () => {
  const [fault, ...others] = faultsOf(sampled(), exported([0, [T], [1.5]]))
  expect(fault).toContain(`lost ${JSON.stringify(labels(0))} at ${T + 1_000}`)
  expect(others).toEqual([])
  expect(faultsOf(sampled(), exported())).toHaveLength(2)
})

test('a sample with another value, there twice, out of order, or never sampled is a fault', () => {
  expect(faultsOf(sampled(), exported([0, [T, T + 1_000], [1.5, 2.6]]))[0]).toContain('another value')
  expect(faultsOf(sampled(), exported([0, [T, T, T + 1_000], [1.5, 1.5, 2.5]]))[0]).toContain('stored twice')
  expect(faultsOf(sampled(), exported([0, [T + 1_000, T], [2.5, 1.5]]))[0]).toContain('out of order')
  expect(faultsOf(sampled(), exported([0, [T, T + 500, T + 1_000], [1.5, 2, 2.5]]))[0]).toContain('never sampled')
  expect(faultsOf(sampled(), exported([0, [T, T + 1_000], [1.5, 2.5]], [9, [T], [1]]))[0]).toContain('no agent sampled')
})

test('what a gap record tells of is no fault, and it must tell of as much as is missing', () => {
  const dropped = (samples) => eventRow({ kind: 'dropped', samples, from: T + 1_000, to: T + 1_000, lane: 'samples' })
  const told = (samples) => journal(commit(seriesRow(0), sampleRow(twoTicks)), commit(dropped(samples)))
  expect(faultsOf(told(1), exported([0, [T], [1.5]]))).toEqual([])
  expect(faultsOf(told(2), exported([0, [T], [1.5]]))).toEqual([
    'a: 1 samples of all devices are missing, the gap records tell of 2',
  ])
})

test('what was stored though its acknowledgement did not come back may be told as gone', () => {
  const gap = { kind: 'dropped', samples: 2, from: T, to: T + 1_000, lane: 'samples' }
  const one = journal(commit(seriesRow(0), sampleRow(twoTicks)), commit(eventRow(gap)))
  const { faults, found } = judge([{ name: 'a', sampled: one, held: new Set() }], exported([0, [T], [1.5]]))
  expect({ faults, found }).toMatchObject({ faults: [], found: { dropped: 1, toldThoughStored: 1 } })
})

test('the shares of devices in gap records must be what is missing of each', () => {
  const of = (device) => ({ table: 'series', id: 0, labels: JSON.stringify({ ...labels(0), device }) })
  const gap = { kind: 'dropped', samples: 2, from: T, to: T + 1_000, lane: 'samples' }
  const told = (devices) => journal(commit(of('d1'), sampleRow(twoTicks)), commit(eventRow({ ...gap, devices })))
  expect(faultsOf(told([{ device: 'd1', samples: 2 }]), exported())).toEqual([])
  expect(faultsOf(told([{ device: 'd2', samples: 2 }]), exported())).toHaveLength(2)
})

test('what the agent still has is not lost; what was put together anew counts once', () => {
  const one = journal(commit(seriesRow(0), sampleRow(twoTicks)), commit(sampleRow(twoTicks, { merged: 1 })))
  const held = heldSamples([{ key: 3 * LANE_SPAN + 1, body: Buffer.from(body([twoTicks[1]]), 'base64') }], one)
  expect(faultsOf(one, exported([0, [T], [1.5]]), held)).toEqual([])
})

test('a commit that a kill may have prevented may be there or not; its ids may be given out again', () => {
  const [begun] = commit(seriesRow(0), sampleRow(twoTicks))
  expect(faultsOf(journal(begun), exported())).toEqual([])
  expect(faultsOf(journal(begun), exported([0, [T, T + 1_000], [1.5, 2.5]]))).toEqual([])
  const other = { ...seriesRow(1), id: 0 }
  const again = journal(begun, commit(other, sampleRow([[0, T, 7]])))
  expect(faultsOf(again, exported([1, [T], [7]]))).toEqual([])
})

test('marks of an end, NaN and infinities are compared by what they are', () => {
  const odd = [
    [0, T, STALE],
    [0, T + 1, Number.NaN],
    [0, T + 2, Number.NEGATIVE_INFINITY],
    [0, T + 3, -0],
  ]
  const one = journal(commit(seriesRow(0), sampleRow(odd)))
  const times = [T, T + 1, T + 2, T + 3]
  expect(faultsOf(one, exported([0, times, [null, 'NaN', '-Infinity', -0]]))[0]).toContain(`at ${T + 3}`)
  const stored = readExport(
    `{"metric":${JSON.stringify(labels(0))},"values":[null,"NaN","-Infinity",-0],"timestamps":[${times}]}`,
  )
  expect(faultsOf(one, stored)).toEqual([])
  expect(
    faultsOf(one, readExport(JSON.stringify({ metric: labels(0), values: ['NaN', null, 1, 0], timestamps: times }))),
  ).toHaveLength(4)
})

test('a line that a kill has cut is left out', () => {
  const text = commit(seriesRow(0), sampleRow(twoTicks))
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('')
  expect(readJournal(`${text}{"kind":"about-to-com`).commits).toBe(1)
})
