import { SILENT_AFTER_MS, silentAfterMs } from '@eyenet/shared/api'
import { literally, quoted } from '../../../net/prometheus.ts'

/** How old a stored sample may be to say how a device was. */
export type Lookback = {
  readonly ms: number
  /** Those that it is for; undefined: every device. */
  readonly devices: ReadonlySet<string> | undefined
}

/** Each is some queries of its own; where there are more different intervals, near ones share the longer look-back. */
const MOST_LONGER = 6
/** A query names so many devices; of more it asks all, and takes out those that it is for. */
const MOST_NAMED = 100

/**
 * Look-backs for devices by how often each is polled, seconds: the usual one for all, and a longer one for those that the
 * server would not call unknown yet after it. Pure.
 */
export function lookbacksOf(intervals: ReadonlyMap<string, number>): readonly Lookback[] {
  const byMs = new Map<number, string[]>()
  for (const [device, seconds] of intervals) {
    const ms = silentAfterMs(seconds)
    if (ms > SILENT_AFTER_MS) byMs.set(ms, [...(byMs.get(ms) ?? []), device])
  }
  const longer = [...byMs].sort(([a], [b]) => a - b)
  const share = Math.ceil(longer.length / MOST_LONGER)
  const groups = Array.from({ length: Math.min(MOST_LONGER, longer.length) }, (_, at) =>
    longer.slice(at * share, (at + 1) * share),
  )
  return [
    { ms: SILENT_AFTER_MS, devices: undefined },
    ...groups.flatMap((group) => {
      const ms = group.at(-1)?.[0]
      return ms === undefined ? [] : [{ ms, devices: new Set(group.flatMap(([, devices]) => devices)) }]
    }),
  ]
}

/** A selector for a metric of the devices of a look-back. */
export function selectorOf(metric: string, { devices }: Lookback): string {
  if (devices === undefined || devices.size > MOST_NAMED) return metric
  return `${metric}{device=~${quoted([...devices].map(literally).join('|'))}}`
}

/** Values by device of several look-backs, each for its own devices alone. */
export function joined(
  parts: readonly { readonly lookback: Lookback; readonly values: ReadonlyMap<string, number> }[],
): ReadonlyMap<string, number> {
  const own = parts.flatMap(({ lookback: { devices }, values }) =>
    [...values].filter(([device]) => devices === undefined || devices.has(device)),
  )
  return new Map(own)
}
