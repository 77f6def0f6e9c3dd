import type { Labels } from '@eyenet/shared/identity'
import { varint } from './snappy.testkit.ts'

export type WrittenSeries = { labels: Labels; samples: readonly { time: number; bits: bigint }[] }

/** A prometheus.WriteRequest of remote write 1.0. */
export function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return Buffer.concat(
    series.map(({ labels, samples }) =>
      field(
        1,
        ...Object.entries(labels).map(([name, value]) =>
          field(1, field(1, Buffer.from(name)), field(2, Buffer.from(value))),
        ),
        ...samples.map(({ time, bits }) => {
          const value = Buffer.alloc(8)
          value.writeBigUInt64LE(bits)
          return field(2, Buffer.of(9), value, Buffer.of(16), varint(time))
        }),
      ),
    ),
  )
}

/** A field with a length. */
export function field(number: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body])
}
