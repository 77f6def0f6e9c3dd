import type { AlertResource, Incident } from '@eyenet/shared/api'
import type { NodeState } from './node-state.ts'

/** What is stored of a moment, by device. */
export type Readings = {
  /** 1: it answered a check; 0: none was answered. Without an entry nothing was heard of it. */
  readonly up: ReadonlyMap<string, number>
  readonly snmp: ReadonlyMap<string, number>
  /** Devices of which another failure explained the silence. */
  readonly behind: ReadonlySet<string>
  /** The worst alert that was firing. */
  readonly alerts: ReadonlyMap<string, 'critical' | 'warning'>
}

/** How a device was, by the same rules as the server has for now: what is wrong leads, and silence is not health. */
export function stateThen(device: string, { up, snmp, behind, alerts }: Readings): NodeState {
  const answered = up.get(device)
  if (answered === undefined) return 'unknown'
  if (answered === 0) return behind.has(device) ? 'behind-failure' : 'critical'
  const alert = alerts.get(device)
  if (alert === 'critical') return 'critical'
  return snmp.get(device) === 0 || alert === 'warning' ? 'warning' : 'ok'
}

/** Alerts that were firing then, whatever they are now. */
export const firingThen = (alerts: readonly AlertResource[], at: number): readonly AlertResource[] =>
  alerts
    .filter(({ firedAt, endedAt }) => firedAt !== undefined && lasted(firedAt, { endedAt, at }))
    .map((one) => ({ ...one, state: 'firing' }))

/** The worst of each device. */
export function worstAlerts(alerts: readonly AlertResource[]): Readings['alerts'] {
  const worst = new Map<string, 'critical' | 'warning'>()
  for (const { device, severity } of alerts) {
    if (device === undefined || severity === 'info') continue
    if (severity === 'critical' || !worst.has(device)) worst.set(device, severity)
  }
  return worst
}

/** What was broken then, newest first. */
export const incidentsThen = (incidents: readonly Incident[], at: number): readonly Incident[] =>
  incidents.filter(({ since, endedAt }) => lasted(since, { endedAt, at })).sort((a, b) => b.since - a.since)

const lasted = (from: number, { endedAt, at }: { endedAt: number | undefined; at: number }): boolean =>
  from <= at && at < (endedAt ?? Number.POSITIVE_INFINITY)
