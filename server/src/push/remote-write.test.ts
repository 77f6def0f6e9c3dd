import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOW, readAll } from './push.testkit.ts'
import { field, writeRequest } from './remote-write.testkit.ts'
import { readRemoteWrite } from './remote-write.ts'

const STALE = 0x7ff0000000000002n
const ONE = 0x3ff0000000000000n

test('the NaN of a series that ended stays what it is, bit for bit', async () => {
  const sample = { time: NOW, bits: STALE }
  const got = await readAll(
    readRemoteWrite,
    writeRequest([{ labels: { __name__: 'up', job: 'x' }, samples: [sample] }]),
  )
  expect(got.samples).toMatchObject([{ series: { __name__: 'up', job: 'x' }, time: NOW, bits: STALE }])
  expect(got.faults).toEqual([])
})

test('each series that cannot be stored is named, and the others are stored', async () => {
  const samples = [{ time: 5, bits: ONE }]
  const good = { labels: { __name__: 'ok' }, samples }
  const request = writeRequest([
    good,
    { labels: { job: 'x' }, samples },
    { labels: { __name__: 'old' }, samples: [{ time: -1, bits: ONE }, ...samples] },
    { labels: { __name__: '' }, samples },
    good,
  ])
  const histogram = field(1, field(1, field(1, Buffer.from('__name__')), field(2, Buffer.from('h'))), field(4))
  const metadata = field(3, Buffer.from('x'))
  const got = await readAll(readRemoteWrite, Buffer.concat([metadata, request, histogram, Buffer.from([10, 99, 1])]))
  expect(got.samples.map((one) => one.series.__name__)).toEqual(['ok', 'old', 'ok'])
  expect(got.faults.map((one) => one.line)).toEqual([2, 3, 4, 6, 7])
})

test('what is written by remote write is read back, and no bytes whatever make it throw', async () => {
  const series = fc.record({
    labels: fc.record({ __name__: fc.constantFrom('a', 'b'), l: fc.string({ minLength: 1, unit: 'grapheme' }) }),
    samples: fc.array(
      fc.record({ time: fc.integer({ min: 0, max: NOW }), bits: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(series, { maxLength: 6 }), async (all) => {
      const got = await readAll(readRemoteWrite, writeRequest(all))
      expect(got.faults).toEqual([])
      expect(got.samples.map((one) => [one.series, one.time, one.bits])).toEqual(
        all.flatMap(({ labels, samples }) => samples.map(({ time, bits }) => [labels, time, bits])),
      )
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => void (await readAll(readRemoteWrite, bytes))),
    { numRuns: 1_000 },
  )
})
