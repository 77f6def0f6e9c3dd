import type { DeviceEvent } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, type DeviceId, epochMs } from '@eyenet/shared/identity'
import { plainText } from '@eyenet/shared/terminal'
import { EventReport } from '@eyenet/shared/wire'
import { z } from 'zod'
import type { ControlDb, DeviceEventRow, DeviceMergeRow, DeviceRow } from '../db/db.ts'
import type { DeviceEventPage, EventsPage } from './inventory-interface.ts'

const lifecycle = z.enum(['active', 'stale', 'retired'])
const LifecycleBody = z.object({
  kind: z.literal('lifecycle'),
  agent: AgentId.optional(),
  from: lifecycle,
  to: lifecycle,
  by: z.string(),
})

/** Rows of one kind that are read; of events no more are kept. */
const MAX_ROWS = 500
/** What a cursor is made of: the time and the key of the last item. */
const CURSOR = /^(\d{1,15})-(.{1,150})$/

type Keyed = DeviceEvent & { readonly key: string }

/** What happened to a device as a whole, out of what is written of it: newest first. Texts of devices are made plain. */
export async function deviceEvents(db: ControlDb, row: DeviceRow, page: EventsPage): Promise<DeviceEventPage> {
  const after = page.cursor === undefined ? undefined : CURSOR.exec(page.cursor)
  if (after === null) throw new EyeNetError('invalid', 'the cursor is not one that a page of this list gave')
  const [told, merges, found] = await Promise.all([toldRows(db, row.id), mergeRows(db, row.id), foundRows(db, row.id)])
  const all: readonly Keyed[] = [...told.flatMap(toldEvent), ...merges.flatMap(mergeEvents), ...found, watched(row)]
  const ordered = [...all].sort((a, b) => b.at - a.at || compare(b.key, a.key))
  const isBehind = ({ at, key }: Keyed): boolean => {
    const [time, last = ''] = [Number(after?.[1]), after?.[2]]
    return after === undefined || at < time || (at === time && compare(key, last) < 0)
  }
  const rest = ordered.filter(isBehind)
  const shown = rest.slice(0, page.limit)
  const last = shown.at(-1)
  const more = rest.length > shown.length && last !== undefined
  return {
    items: shown.map(({ key: _key, ...event }) => event),
    total: ordered.length,
    ...(more && { next: `${last.at}-${last.key}` }),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function toldRows(db: ControlDb, device: DeviceId): Promise<DeviceEventRow[]> {
  const query = db.selectFrom('device_events').selectAll().where('device', '=', device)
  return query.orderBy('at', 'desc').limit(MAX_ROWS).execute()
}

function mergeRows(db: ControlDb, device: DeviceId): Promise<DeviceMergeRow[]> {
  const query = db.selectFrom('device_merges').selectAll().where('device', '=', device)
  return query.orderBy('at', 'desc').limit(MAX_ROWS).execute()
}

/** That a search found it, and who took it out of the inbox. */
async function foundRows(db: ControlDb, device: DeviceId): Promise<readonly Keyed[]> {
  const query = db
    .selectFrom('discovered')
    .select(['id', 'agent', 'state', 'first_seen_at', 'decided_at', 'decided_by'])
  const rows = await query.where('device', '=', device).orderBy('first_seen_at', 'desc').limit(MAX_ROWS).execute()
  return rows.flatMap(({ id, agent, state, first_seen_at, decided_at, decided_by }): readonly Keyed[] => {
    const found = { key: `found/${id}`, at: first_seen_at, kind: 'found', text: 'found by a search', agent } as const
    if (state !== 'accepted' || decided_at === null) return [found]
    const by = byOf(decided_by ?? '')
    return [found, { key: `accepted/${id}`, at: decided_at, kind: 'found', text: 'accepted from the inbox', ...by }]
  })
}

const watched = ({ id, agent, first_seen_at }: DeviceRow): Keyed => ({
  ...{ key: `watched/${id}`, at: epochMs(first_seen_at), kind: 'found', text: 'watched from then on', agent },
})

/** A row of an older version that cannot be read any more is left out. */
function toldEvent({ key, at, body }: DeviceEventRow): readonly Keyed[] {
  const told: unknown = JSON.parse(body)
  const moved = LifecycleBody.safeParse(told)
  if (moved.success) return [{ key, at, ...lifecycleEvent(moved.data) }]
  const report = EventReport.safeParse(told)
  if (!report.success) return []
  if (report.data.kind === 'reach-changed') return [{ key, at, kind: 'reach', text: reachText(report.data) }]
  if (report.data.kind === 'discontinuity') return [{ key, at, kind: 'restart', text: restartText(report.data) }]
  return []
}

function lifecycleEvent({ agent, from, to, by }: z.infer<typeof LifecycleBody>): Omit<Keyed, 'key' | 'at'> {
  const byItself = {
    stale: 'stale: it has not answered for days',
    retired: 'retired: it has not answered for so long that it is polled no more',
    active: from === 'retired' ? 'a search found it again: it is polled' : 'answers again',
  }
  const byHand = { stale: 'marked as stale', retired: 'retired: it is polled no more', active: 'restored' }
  const text = by === '' ? byItself[to] : byHand[to]
  return { kind: 'lifecycle', text, lifecycle: to, ...(agent !== undefined && { agent }), ...byOf(by) }
}

type Reach = Extract<EventReport, { kind: 'reach-changed' }>

function reachText({ snmp, icmp, problem }: Reach): string {
  const ways = [
    ['ping', icmp],
    ['SNMP', snmp],
  ] as const
  const up = ways.filter(([, state]) => state === 'up').map(([name]) => name)
  const down = ways.filter(([, state]) => state === 'down').map(([name]) => name)
  const why = problem === '' ? '' : `: ${plainText(problem)}`
  if (down.length === 0) return up.length === 0 ? 'is asked nothing' : `answers ${up.join(' and ')}`
  return up.length === 0 ? `answers no ${down.join(' and no ')}${why}` : `answers ${up[0]}, but no ${down[0]}${why}`
}

type Restart = Extract<EventReport, { kind: 'discontinuity' }>

function restartText({ cause, interface: port }: Restart): string {
  if (cause === 'restart') return 'started anew'
  const whose = port === undefined ? 'its counters' : `the counters of ${plainText(port)}`
  return cause === 'counter-reset' ? `${whose} began anew` : `${whose} jumped: no rate is told across it`
}

function mergeEvents(row: DeviceMergeRow): readonly Keyed[] {
  const name = plainText(`${row.merged_name} (${row.merged_address})`)
  const merged: Keyed = {
    ...{ key: `merged/${row.id}`, at: row.at, kind: 'merged', text: `${name} is the same device: merged into it` },
    ...byOf(row.by),
  }
  if (row.undone_at === null) return [merged]
  const text = `${name} is a device of its own again`
  return [merged, { key: `parted/${row.id}`, at: row.undone_at, kind: 'parted', text, ...byOf(row.undone_by ?? '') }]
}

const byOf = (by: string): { readonly by?: string } => (by === '' ? {} : { by })
