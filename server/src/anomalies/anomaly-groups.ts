import type { Anomaly, AnomalyGroup } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'

/** What begins that soon after the one before, at the same device, is one happening. */
const NEAR_MS = 10 * 60_000
const MAX_SHOWN = 20

/** By device and time: newest group first, the strongest of each first. */
export function anomalyGroups(anomalies: readonly Anomaly[]): readonly AnomalyGroup[] {
  const byDevice = new Map<string, Anomaly[]>()
  for (const one of [...anomalies].sort((a, b) => a.since - b.since)) {
    const list = byDevice.get(one.device)
    if (list === undefined) byDevice.set(one.device, [one])
    else list.push(one)
  }
  const groups = [...byDevice.values()].flatMap((list) => happenings(list).map(groupOf))
  return groups.sort((a, b) => b.from - a.from || (a.device < b.device ? -1 : 1))
}

function happenings(ofDevice: readonly Anomaly[]): Anomaly[][] {
  const found: Anomaly[][] = []
  for (const one of ofDevice) {
    const last = found.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && one.since - before.since <= NEAR_MS) last.push(one)
    else found.push([one])
  }
  return found
}

function groupOf(members: readonly Anomaly[]): AnomalyGroup {
  const strongest = [...members].sort((a, b) => b.score - a.score || a.since - b.since)
  const [first] = strongest
  if (first === undefined) throw new Error('a group has a member')
  const active = members.filter(({ endedAt }) => endedAt === undefined).length
  const to = epochMs(Math.max(...members.map(({ endedAt = epochMs(0) }) => endedAt)))
  return {
    ...{ device: first.device, site: first.site, score: first.score },
    ...(first.deviceName !== undefined && { deviceName: first.deviceName }),
    from: epochMs(Math.min(...members.map(({ since }) => since))),
    ...(active === 0 && { to }),
    ...{ count: members.length, active, items: strongest.slice(0, MAX_SHOWN) },
  }
}
