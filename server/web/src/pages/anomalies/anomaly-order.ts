import type { Anomaly } from '@eyenet/shared/api'

/** A heading over what follows it, or one anomaly. */
export type AnomalyItem =
  | { readonly kind: 'device'; readonly id: string; readonly all: readonly Anomaly[] }
  | { readonly kind: 'moment'; readonly id: string; readonly all: readonly Anomaly[] }
  | { readonly kind: 'anomaly'; readonly id: string; readonly anomaly: Anomaly }

export const GROUPINGS = ['device', 'time'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What begins within so long of the one before it belongs to the same moment. */
const MOMENT_MS = 300_000

/** The strongest first, the newest of equal ones; what is said of the device as a whole leads its series. */
export function compareAnomalies(a: Anomaly, b: Anomaly): number {
  return b.score - a.score || b.since - a.since || a.id.localeCompare(b.id)
}

const wholeFirst = (a: Anomaly, b: Anomaly): number =>
  Number(a.series !== undefined) - Number(b.series !== undefined) || compareAnomalies(a, b)

/** Anomalies under headings: devices by their strongest series, or moments by the newest. */
export function groupedItems(all: readonly Anomaly[], grouping: Grouping): readonly AnomalyItem[] {
  const groups = grouping === 'device' ? byDevice(all) : byMoment(all)
  return groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const heading: AnomalyItem =
      grouping === 'device'
        ? { kind: 'device', id: `device ${first.device}`, all: group }
        : { kind: 'moment', id: `moment ${Math.min(...group.map((one) => one.since))}`, all: group }
    return [heading, ...group.map((anomaly) => ({ kind: 'anomaly' as const, id: anomaly.id, anomaly }))]
  })
}

function byDevice(all: readonly Anomaly[]): readonly (readonly Anomaly[])[] {
  const groups = new Map<string, Anomaly[]>()
  for (const one of [...all].sort(compareAnomalies)) {
    const group = groups.get(one.device)
    if (group === undefined) groups.set(one.device, [one])
    else group.push(one)
  }
  return [...groups.values()].map((group) => group.sort(wholeFirst))
}

function byMoment(all: readonly Anomaly[]): readonly (readonly Anomaly[])[] {
  const groups: Anomaly[][] = []
  let before = Number.NEGATIVE_INFINITY
  for (const one of [...all].sort((a, b) => a.since - b.since)) {
    if (one.since - before > MOMENT_MS) groups.push([])
    groups.at(-1)?.push(one)
    before = one.since
  }
  return groups.reverse().map((group) => group.sort(compareAnomalies))
}
