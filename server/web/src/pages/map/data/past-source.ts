/** How the devices were at a past moment, and what was broken: out of the stored series, alerts and incidents. */
import { AlertResource, Incident } from '@eyenet/shared/api'
import { z } from 'zod'
import type { Parser } from '../../../net/api-client.ts'
import { type Answer, ok } from '../../../net/failure.ts'
import { type InstantSample, queryInstant } from '../../../net/prometheus.ts'
import { request } from '../../../session/session.ts'
import type { Readings } from '../graph/state-then.ts'
import { joined, type Lookback, lookbacksOf, selectorOf } from './lookbacks.ts'

export type StoredReadings = Omit<Readings, 'alerts'> & { readonly at: number }

/**
 * Stored series at a moment; `intervals`: how often each device is polled, seconds, as far as it is known. Nothing in `up`:
 * nothing of that moment is stored.
 */
export async function fetchReadings(
  at: number,
  intervals: ReadonlyMap<string, number>,
  signal?: AbortSignal,
): Promise<Answer<StoredReadings>> {
  const lookbacks = lookbacksOf(intervals)
  const [up, snmp, behind] = await Promise.all([
    valuesOf('device_up', { at, lookbacks }, signal),
    valuesOf('snmp_up', { at, lookbacks }, signal),
    queryInstant(request, { expr: 'device_behind_failure == 1', at }, signal),
  ])
  if (up.kind === 'failed') return up
  if (snmp.kind === 'failed') return snmp
  if (behind.kind === 'failed') return behind
  return ok({ at, up: up.value, snmp: snmp.value, behind: new Set(byDevice(behind.value).keys()) })
}

type Asked = { readonly at: number; readonly lookbacks: readonly Lookback[] }

/** A metric by device, no older than each device may be silent. */
async function valuesOf(
  metric: string,
  { at, lookbacks }: Asked,
  signal?: AbortSignal,
): Promise<Answer<ReadonlyMap<string, number>>> {
  const parts: { lookback: Lookback; values: ReadonlyMap<string, number> }[] = []
  const answers = await Promise.all(
    lookbacks.map(async (lookback) => {
      const asked = { expr: selectorOf(metric, lookback), at, lookbackMs: lookback.ms }
      return { lookback, answer: await queryInstant(request, asked, signal) }
    }),
  )
  for (const { lookback, answer } of answers) {
    if (answer.kind === 'failed') return answer
    parts.push({ lookback, values: byDevice(answer.value) })
  }
  return ok(joined(parts))
}

/** Of several agents that watch one device, the one that reaches it counts. */
export function byDevice(samples: readonly InstantSample[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { labels, value } of samples) {
    const { device = '' } = labels
    if (device !== '' && Number.isFinite(value)) found.set(device, Math.max(value, found.get(device) ?? 0))
  }
  return found
}

export type Chronicle = {
  readonly alerts: readonly AlertResource[]
  readonly incidents: readonly Incident[]
  /** False: there are more than are read back. */
  readonly isWhole: boolean
}

const PAGE = 1_000
const MOST_PAGES = 3

/** Alerts and incidents from their beginning to their end, newest first. */
export async function fetchChronicle(signal?: AbortSignal): Promise<Answer<Chronicle>> {
  const [alerts, incidents] = await Promise.all([
    wholeList('/api/v1/alerts/history?state=all', AlertResource, signal),
    wholeList('/api/v1/incidents?state=all', Incident, signal),
  ])
  if (alerts.kind === 'failed') return alerts
  if (incidents.kind === 'failed') return incidents
  const isWhole = alerts.value.isWhole && incidents.value.isWhole
  return ok({ alerts: alerts.value.rows, incidents: incidents.value.rows, isWhole })
}

const AnyPage = z.object({ items: z.array(z.unknown()), next: z.string().optional() })
type List<T> = { readonly rows: readonly T[]; readonly isWhole: boolean }

/** An older server without such a list has none. */
async function wholeList<T>(path: string, row: Parser<T>, signal?: AbortSignal): Promise<Answer<List<T>>> {
  const rows: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await request({
      path: `${path}&limit=${PAGE}${more}`,
      answer: AnyPage,
      ...(signal !== undefined && { signal }),
    })
    if (answer.kind === 'failed') {
      const absent = answer.failure.kind === 'problem' && answer.failure.status === 404
      return absent ? ok({ rows, isWhole: true }) : answer
    }
    for (const one of answer.value.items) {
      const read = row.safeParse(one)
      if (read.success) rows.push(read.data)
    }
    cursor = answer.value.next
    if (cursor === undefined) return ok({ rows, isWhole: true })
  }
  return ok({ rows, isWhole: false })
}
