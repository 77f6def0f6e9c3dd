import type { Labels } from '@eyenet/shared/identity'
import { isStaleMarker, type SeriesSamples, setStaleMarker } from '@eyenet/shared/promql'
import type { Outgoing } from './forwarding.ts'

/** A sample as tests write and compare it. */
export type Plain = { readonly labels: Labels; readonly time: number; readonly value: number | 'stale' }

export function outgoing(samples: readonly Plain[]): Outgoing {
  const values = new Float64Array(samples.length)
  for (const [i, { value }] of samples.entries()) {
    if (value === 'stale') setStaleMarker(values, i)
    else values[i] = value
  }
  return { labels: samples.map(({ labels }) => labels), times: Float64Array.from(samples, ({ time }) => time), values }
}

export const plainOf = ({ labels, times, values }: SeriesSamples): Plain[] =>
  Array.from(times, (time, i) => {
    const value = values[i] ?? 0
    return { labels, time, value: isStaleMarker(value) ? 'stale' : value }
  })
