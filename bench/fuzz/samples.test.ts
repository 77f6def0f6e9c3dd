import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { EyeNetError } from '@eyenet/shared/errors'
import { OutboxEpoch } from '@eyenet/shared/identity'
import { decodeSamples, encodeSamples, frame, type SamplesBatch, unframe } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import type { Chance } from '../../agent/src/snmp/fuzz.testkit.ts'
import { FUZZ_TIMEOUT_MS, fuzz, mutantBytes, packetsOr, SEED } from './fuzz.testkit.ts'

const PACKETS = packetsOr(20_000)
const deflate = (body: Uint8Array) => deflateRawSync(body, { level: 1 })
const inflate = (body: Uint8Array, maxOutputLength: number) => inflateRawSync(body, { maxOutputLength })

/** A sound message of some series and ticks, with names of series that share their texts. */
function soundBatch(chance: Chance): SamplesBatch {
  const series = chance(4) === 0 ? chance(2_000) : chance(20)
  const ticks = 1 + chance(3)
  const kind = chance(4)
  const length = series * ticks
  const values = Float64Array.from({ length }, (_, at) => [at, at / 1000, Number.NaN, 2 ** 60 * at][kind] ?? 0)
  const definitions = Array.from({ length: chance(3) === 0 ? chance(50) : 0 }, (_, id) => ({
    id: id * (1 + chance(3)),
    labels: { __name__: `metric_${chance(3)}`, site: 'home', interface: `Gi0/${id}`, text: 'é\u0000"' },
  }))
  return {
    epoch: OutboxEpoch.parse('00112233aabbccdd'),
    first: 1 + chance(2 ** 31),
    last: 2 ** 31 + chance(100),
    definitions,
    ids: Int32Array.from({ length }, (_, at) => Math.floor(at / ticks) * 2),
    times: Float64Array.from({ length }, (_, at) => 1_700_000_000_000 + (at % ticks) * 60_000),
    values,
  }
}

/** Small messages that claim to be large: counts of samples, series, times, definitions and texts at their limits. */
function greedyBody(body: Buffer, chance: Chance): Buffer {
  const count = Buffer.from(
    [
      [0xa0, 0x8d, 0x06],
      [0xff, 0xff, 0x03],
      [0x80, 0x80, 0x80, 0x80, 0x08],
    ][chance(3)] ?? [],
  )
  const at = 9 + chance(Math.max(1, Math.min(30, body.length - 9)))
  return Buffer.concat([body.subarray(0, at), count, Buffer.alloc(chance(200_000), chance(4) * 0x40)])
}

function outcomeOf(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (thrown) {
    if (thrown instanceof EyeNetError && (thrown.code === 'invalid' || thrown.code === 'too_large')) return thrown.code
    throw thrown
  }
}

test(`${PACKETS} damaged messages of samples (seed ${SEED}): read or refused, no hang, no growth`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const read = (framed: Uint8Array) => outcomeOf(() => decodeSamples(unframe(framed, inflate)))
  const done = await fuzz('samples', PACKETS, async ({ chance, step }) => {
    const body = Buffer.from(encodeSamples(soundBatch(chance)))
    const framed = Buffer.from(frame(body, deflate))
    await step(() => read(framed))
    for (let mutants = 0; mutants < 8; mutants++) {
      const hostile = chance(20) === 0 ? greedyBody(body, chance) : mutantBytes(body, chance)
      const packed = chance(2) === 0 ? mutantBytes(framed, chance) : Buffer.from(frame(hostile, deflate))
      await step(() => read(packed))
    }
    const bomb = deflateRawSync(Buffer.alloc(chance(8) === 0 ? 5_000_000 : chance(100_000), chance(256)))
    await step(() => read(Buffer.concat([Buffer.of(1), bomb])))
  })
  expect(done.outcome('read')).toBeGreaterThan(0)
  expect(done.outcome('invalid')).toBeGreaterThan(0)
})

test('the costliest message that can be made of few bytes is refused', () => {
  const names = Array.from({ length: 64 }, (_, at) => `label_${at}`)
  const labels = Object.fromEntries(names.map((name) => [name, 'x']))
  const definitions = Array.from({ length: 30_000 }, (_, id) => ({ id, labels }))
  const none = { ids: new Int32Array(0), times: new Float64Array(0), values: new Float64Array(0) }
  const body = encodeSamples({ epoch: OutboxEpoch.parse('00112233aabbccdd'), first: 1, last: 1, definitions, ...none })
  expect(frame(body, deflate).length).toBeLessThan(50_000)
  expect(() => decodeSamples(body)).toThrow('it has more than 300000 labels')
})
