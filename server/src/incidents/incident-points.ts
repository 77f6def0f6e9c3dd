import { type EpochMs, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import type { Point } from '../store/store.ts'
import type { Standing } from '../topology/topology.ts'

/** What rules read: by the key of its labels, each series with its value. */
export type Figures = ReadonlyMap<string, { readonly labels: Labels; readonly value: number }>

export type Quiet = {
  /** Devices that another alert speaks for, devices that are held, and ports, each with its site. */
  readonly behind: readonly Labels[]
  readonly held: readonly Labels[]
  readonly ports: readonly Labels[]
}

/** Every series that says something now. */
export function figuresOf(quiet: Quiet, incidents: readonly Standing[]): Figures {
  const found = new Map<string, { labels: Labels; value: number }>()
  const add = (name: string, labels: Labels, value: number): void => {
    const all = { [METRIC_NAME]: name, ...labels }
    found.set(seriesKey(all), { labels: all, value })
  }
  for (const labels of quiet.behind) add('device_behind_failure', labels, 1)
  for (const labels of quiet.held) add('device_down_held', labels, 1)
  for (const labels of quiet.ports) add('interface_behind_failure', labels, 1)
  for (const standing of incidents) {
    const labels = incidentLabels(standing)
    add('incident_active', labels, standing.overAt === undefined ? 1 : 0)
    add('incident_devices', labels, standing.members.size)
  }
  return found
}

/** The series of an incident that is over: 0 of both, so that what it raised is resolved and not only without data. */
export function endedFigures(incidents: readonly Standing[]): Figures {
  const none: Quiet = { behind: [], held: [], ports: [] }
  const zero = [...figuresOf(none, incidents)].map(([key, { labels }]) => [key, { labels, value: 0 }] as const)
  return new Map(zero)
}

/** All figures at a moment; what said something before and does not now is 0. */
export function pointsOf(now: Figures, before: Figures, at: EpochMs): readonly Point[] {
  const points: Point[] = [...now.values()].map((one) => ({ ...one, at }))
  for (const [key, { labels, value }] of before) if (!now.has(key) && value !== 0) points.push({ labels, value: 0, at })
  return points
}

export function isSameFigures(a: Figures, b: Figures): boolean {
  return a.size === b.size && [...a].every(([key, { value }]) => b.get(key)?.value === value)
}

/** An incident keeps its labels from beginning to end: alerts are known by them. */
function incidentLabels({ id, key, site, kind, cause }: Standing): Labels {
  const [, agent] = kind === 'agent-line' ? key.split('agent-line:') : []
  return {
    ...{ site, incident: id, kind },
    ...(cause.device !== undefined && { device: cause.device }),
    ...(cause.port !== undefined && { interface: cause.port }),
    ...(agent !== undefined && { agent }),
    ...(kind === 'power' && { place: cause.text }),
  }
}
