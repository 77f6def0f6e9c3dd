import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EyeNetError } from '../errors/errors.ts'
import { OutboxEpoch } from '../identity/identity.ts'
import { frame, unframe } from './frame.ts'
import type { SamplesBatch, SeriesDefinition } from './samples-batch.ts'
import { decodeSamples, encodeSamples } from './samples-codec.ts'

const EPOCH = OutboxEpoch.parse('0123456789abcdef')
const deflate = (body: Uint8Array): Uint8Array => deflateRawSync(body, { level: 6 })
const inflate = (body: Uint8Array, most: number): Uint8Array => inflateRawSync(body, { maxOutputLength: most })

type Point = { readonly id: number; readonly time: number; readonly value: number }

function batchOf(points: readonly Point[], definitions: readonly SeriesDefinition[] = []): SamplesBatch {
  const sorted = [...points].sort((a, b) => a.id - b.id || a.time - b.time)
  return {
    epoch: EPOCH,
    first: 7,
    last: 9,
    definitions,
    ids: Int32Array.from(sorted, (one) => one.id),
    times: Float64Array.from(sorted, (one) => one.time),
    values: Float64Array.from(sorted, (one) => one.value),
  }
}

const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.slice().buffer)

function expectSame(back: SamplesBatch, batch: SamplesBatch): void {
  expect({ ...back, values: bits(back.values) }).toEqual({ ...batch, values: bits(batch.values) })
}

const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeNat(),
  fc.integer({ min: -100_000, max: 100_000 }).map((one) => one / 1000),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 2 ** 63, 5e-324),
)
const points = fc.array(
  fc.record({ id: fc.nat(40), time: fc.nat(20).map((tick) => 1_700_000_000_000 + tick * 60_000), value }),
  { maxLength: 300 },
)
const labels = fc
  .dictionary(
    fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).filter((one) => one !== '__proto__'),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    { maxKeys: 8 },
  )
  .map((one) => ({ ...one }))
const definitions = fc.array(fc.record({ id: fc.nat(100_000), labels }), { maxLength: 20 })

test('what is encoded comes back bit for bit', () => {
  fc.assert(
    fc.property(points, definitions, (some, defined) => {
      const batch = batchOf(some, defined)
      expectSame(decodeSamples(encodeSamples(batch)), batch)
    }),
    { numRuns: 500 },
  )
})

test('the bits of a staleness marker survive', () => {
  const batch = batchOf([1, 2, 3].map((id) => ({ id, time: 60_000, value: id })))
  new BigUint64Array(batch.values.buffer)[1] = 0x7ff0000000000002n
  const back = decodeSamples(unframe(frame(encodeSamples(batch), deflate), inflate))
  expect(bits(back.values)[1]).toBe(0x7ff0000000000002n)
})

test('damaged bytes give `invalid` or another batch, never a crash', () => {
  fc.assert(
    fc.property(
      points,
      definitions,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      (a, d, hits) => {
        const bytes = encodeSamples(batchOf(a, d))
        for (const [at, byte] of hits) bytes[at % bytes.length] = byte
        expectInvalidOrFine(bytes)
      },
    ),
    { numRuns: 1000 },
  )
})

test('any bytes at all give `invalid` or a batch', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expectInvalidOrFine(bytes)
      expectInvalidOrFine(Uint8Array.of(1, ...bytes))
    }),
    { numRuns: 1000 },
  )
})

test('every shortened message is refused', () => {
  const bytes = encodeSamples(batchOf([1, 2, 3].map((id) => ({ id, time: 60_000, value: id * 1e6 }))))
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSamples(bytes.subarray(0, length))).toThrow(EyeNetError)
  }
})

test('a small message that promises a million samples is refused', () => {
  const head = encodeSamples(batchOf([])).slice(0, -1)
  const bytes = Uint8Array.of(...head, 0xc0, 0x84, 0x3d, 1, 0, 0, 1, 0, 0)
  expect(() => decodeSamples(bytes)).toThrow('100000 at most')
})

test('a label named __proto__ is refused', () => {
  const bytes = encodeSamples(batchOf([], [{ id: 1, labels: { xxproto_x: 'evil' } }]))
  const name = new TextEncoder().encode('xxproto_x')
  const at = bytes.findIndex((_, from) => name.every((byte, step) => bytes[from + step] === byte))
  bytes.set(new TextEncoder().encode('__proto__'), at)
  expect(() => decodeSamples(bytes)).toThrow('not allowed')
})

test('a live message of 20 interface polls is at most 6 bytes per sample, a backlog message 2.5', () => {
  const live = wireBytes(ifMib({ interfaces: 67, ticks: 1 }))
  const backlog = wireBytes(ifMib({ interfaces: 50, ticks: 12 }))
  console.info(`bytes per sample: live ${live.toFixed(2)}, backlog of 12 ticks ${backlog.toFixed(2)}`)
  expect(live).toBeLessThanOrEqual(6)
  expect(backlog).toBeLessThanOrEqual(2.5)
})

function wireBytes(some: readonly Point[]): number {
  return frame(encodeSamples(batchOf(some)), deflate).length / some.length
}

/** IF-MIB counters of busy and idle interfaces a minute apart, traffic noisy by a fifth. */
function ifMib({ interfaces, ticks }: { interfaces: number; ticks: number }): Point[] {
  let seed = 42
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return seed / 0x8000_0000
  }
  const found: Point[] = []
  for (let port = 0; port < interfaces; port++) {
    const bps = port % 5 === 4 ? 0 : 10 ** (5 + random() * 4)
    const perTick = [bps * 7.5, bps * 5, bps / 80, bps / 90, 40, 6, 30, 5, 0, 0, 0.02, 0]
    const counters = perTick.map((step) => Math.floor(step * 60 * 24 * (100 + random() * 300)))
    for (let tick = 0; tick < ticks; tick++) {
      const time = 1_700_000_000_000 + tick * 60_000
      perTick.forEach((step, column) => {
        const moved = (counters[column] ?? 0) + Math.floor(step * (0.8 + random() * 0.4))
        counters[column] = moved
        found.push({ id: port * 15 + column, time, value: moved })
      })
      found.push({ id: port * 15 + 12, time, value: 1 }, { id: port * 15 + 13, time, value: bps === 0 ? 2 : 1 })
      found.push({ id: port * 15 + 14, time, value: 1e9 })
    }
  }
  return found
}

function expectInvalidOrFine(bytes: Uint8Array): void {
  try {
    const back = decodeSamples(bytes)
    expect(back.ids.length).toBe(back.values.length)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(EyeNetError)
  }
}
