import { randomUUID } from 'node:crypto'
import { type AlertState, Severity } from '@eyenet/shared/api'
import { DeviceId, type EpochMs, type Labels } from '@eyenet/shared/identity'
import { formatSampleValue } from '@eyenet/shared/promql'
import {
  type AlertMachine,
  AlertMachine as AlertMachineSchema,
  type AlertRule,
  announcementOf,
  describeAlert,
  type Observation,
} from '@eyenet/shared/rules'
import type { AlertRow } from '../db/db.ts'
import type { TimelineEntry } from './alert-records.ts'

/** One alert that is not over. */
export type Open = { readonly row: AlertRow; readonly series: Labels; readonly state: AlertMachine }

export type Names = {
  readonly deviceName: (device: DeviceId) => string | undefined
  readonly agentName: (agent: string) => string | undefined
  /** The open incident that an alert with these labels tells of. */
  readonly incidentOf?: ((series: Labels) => AlertIncident | undefined) | undefined
}

export type AlertIncident = {
  readonly incident: string
  /** For people: what failed, and what else it may be. */
  readonly cause: string
  readonly affected: number
}

export type Step = {
  readonly rule: AlertRule
  readonly series: Labels
  readonly fingerprint: string
  readonly before: Open | undefined
  readonly after: AlertMachine
  readonly observation: Observation
  readonly now: EpochMs
}

/** The row of an alert after a step, and what to write into its timeline. */
export function rowAfter(
  step: Step,
  names: Names,
): { readonly row: AlertRow; readonly entries: readonly TimelineEntry[] } {
  const { rule, series, before, after, observation, now } = step
  const device = DeviceId.safeParse(series.device)
  const deviceName = device.success ? names.deviceName(device.data) : undefined
  const agentName = series.agent === undefined ? undefined : names.agentName(series.agent)
  const holds = observation.kind === 'holds'
  const incident = holds ? names.incidentOf?.(series) : undefined
  const shownLabels = {
    ...(deviceName !== undefined && { device: deviceName }),
    ...(agentName !== undefined && { agent: agentName }),
    ...(incident !== undefined && { cause: incident.cause }),
    ...(incident !== undefined && incident.affected > 0 && { affected: `${incident.affected}` }),
  }
  const value = holds ? observation.value : Number(before?.row.value ?? Number.NaN)
  const description = describeAlert(rule, { labels: series, value, shownLabels })
  const severity = Severity.safeParse(description.labels.severity)
  const state = shownState(after)
  const changed = before === undefined || before.row.state !== state
  const announcement = announcementOf(before?.state ?? { kind: 'inactive' }, after)
  const row: AlertRow = {
    id: before?.row.id ?? randomUUID(),
    rule_group: rule.group,
    rule: rule.name,
    fingerprint: step.fingerprint,
    severity: !holds && before !== undefined ? before.row.severity : severity.success ? severity.data : 'warning',
    state,
    machine: JSON.stringify({ state: after, series }),
    started_at: before?.row.started_at ?? now,
    fired_at: before?.row.fired_at ?? (announcement === 'firing' ? now : null),
    ended_at: state === 'resolved' ? now : null,
    since: changed ? now : before.row.since,
    // What it said while it held is what it was about.
    labels: holds || before === undefined ? JSON.stringify(description.labels) : before.row.labels,
    annotations: holds || before === undefined ? JSON.stringify(description.annotations) : before.row.annotations,
    device: device.success ? device.data : null,
    device_name: deviceName ?? before?.row.device_name ?? null,
    interface: series.interface ?? null,
    value: holds ? formatSampleValue(observation.value) : (before?.row.value ?? 'NaN'),
    expr: rule.query.text,
    ack_by: before?.row.ack_by ?? null,
    ack_at: before?.row.ack_at ?? null,
    ack_comment: before?.row.ack_comment ?? null,
    found_late_at: null,
    incident: incident?.incident ?? before?.row.incident ?? null,
    affected: incident?.affected ?? before?.row.affected ?? null,
  }
  return { row, entries: changed ? [{ at: now, what: WHAT[state] }] : [] }
}

const WHAT: Readonly<Record<AlertState, string>> = {
  pending: 'the condition began to hold',
  firing: 'fired',
  unknown: 'the data went away; it stays open until there are data again',
  resolved: 'resolved',
}

function shownState(machine: AlertMachine): AlertState {
  return machine.kind === 'inactive' ? 'resolved' : machine.kind
}

/** An open alert as a restart finds it; undefined when its row is damaged. */
export function openOfRow(row: AlertRow): Open | undefined {
  try {
    const { state, series }: { state: unknown; series: Labels } = JSON.parse(row.machine)
    return { row, series, state: AlertMachineSchema.parse(state) }
  } catch {
    return undefined
  }
}
