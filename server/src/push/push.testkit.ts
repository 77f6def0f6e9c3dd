import type { Labels } from '@eyenet/shared/identity'
import { Intake } from './intake.ts'
import type { Reading, SampleSink } from './sample-sink.ts'

export const NOW = Date.UTC(2026, 0, 15)

/** Reads a body to the end; the samples in their order as `[series, time, value's bits]`. */
export async function readAll(
  read: (bytes: Buffer, sink: SampleSink) => Reading,
  body: string | Uint8Array,
  { ownsAll = false }: { ownsAll?: boolean } = {},
) {
  const labels: Labels[] = []
  const samples: { series: Labels; time: number; value: number; bits: bigint }[] = []
  const byKey = new Map<string, number>()
  const intake = new Intake(
    {
      seriesIndex: (given) => {
        const key = JSON.stringify(Object.entries(given).sort())
        const index = byKey.get(key) ?? labels.push(given) - 1
        byKey.set(key, index)
        return index
      },
      append: async ({ refs, times, values }) => {
        const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length)
        for (const [at, ref] of refs.entries()) {
          const time = typeof times === 'number' ? times : (times[at] ?? 0)
          samples.push({ series: labels[ref] ?? {}, time, value: values[at] ?? 0, bits: bits[at] ?? 0n })
        }
        return { kind: 'stored', samples: refs.length, rejected: 0 }
      },
    },
    { now: NOW, ownsAll, known: new Map(), forget: () => undefined },
  )
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body)
  let turns = 0
  for (const _ of read(bytes, intake)) turns += 1
  await intake.finish()
  const { faults, refused, skipped } = intake
  return { samples, faults, refused, skipped, turns }
}

/** A sample as a short text: `name{label="value"} value @time`. */
export function shortly(all: readonly { series: Labels; time: number; value: number }[]): string[] {
  return all.map(({ series: { __name__, ...labels }, time, value }) => {
    const inside = Object.entries(labels).map(([name, of]) => `${name}=${of}`)
    return `${__name__}{${inside.join(',')}} ${value} @${time}`
  })
}
