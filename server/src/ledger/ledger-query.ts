import type { LedgerAnswer, LedgerDevice } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import type { ControlDb, LedgerLateRow, LedgerLossRow, LedgerWatchRow } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import { type AgentStanding, standings } from './awaited.ts'
import { downtimesOf } from './downtimes.ts'
import { type Evidence, explainInterval, type Loss } from './explain-interval.ts'
import type { LateRecords } from './late-records.ts'
import { LATE_MS } from './late-spans.ts'
import type { LossRecords } from './loss-records.ts'
import type { RunRecords } from './run-records.ts'
import { agentSamples, type Counts, type PollsOf, storedPolls } from './stored-polls.ts'
import type { WatchFilter, WatchRecords } from './watch-records.ts'

export type LedgerQuery = WatchFilter & {
  readonly from: EpochMs
  readonly to: EpochMs
  /** Length of the intervals; chosen by the length of the whole when it is not there. */
  readonly stepMs?: number
}

export type LedgerSources = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly losses: LossRecords
  readonly watches: WatchRecords
  readonly runs: RunRecords
  readonly late: LateRecords
}

/** Of one device. */
export const MAX_INTERVALS = 2_000
/** Of all devices of one answer. */
const MAX_ANSWERED = 200_000
/** Devices of one question to the store, by name. */
const DEVICES_PER_QUERY = 200
const NICE_STEPS_MS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * 60_000)
const WANTED_INTERVALS = 120

/** What became of the polls of these devices. EyeNetError `limit_exceeded` for too much at once. */
export async function answerLedger(
  sources: LedgerSources,
  query: LedgerQuery,
  now: EpochMs,
): Promise<Omit<LedgerAnswer, 'agents'> & { readonly agentIds: readonly AgentId[] }> {
  const { from: _from, to: _to, stepMs: _step, ...filter } = query
  const watches = await sources.watches.between(filter, query.from, query.to)
  const byDevice = grouped(watches, ({ device }) => device)
  const span = cut(query, watches, now)
  const { from, to, stepMs } = span
  const answered = (byDevice.size * (to - from)) / stepMs
  if (answered > MAX_ANSWERED) {
    const limit = `${byDevice.size} devices with ${(to - from) / stepMs} intervals each are too many at once`
    throw new EyeNetError('limit_exceeded', `${limit}: ask for fewer devices, less time, or a larger step`)
  }
  const agentIds = [...new Set(watches.map(({ agent }) => agent))]
  if (watches.length === 0 || to <= from) return { from, to, step: stepMs / 1000, devices: [], agentIds }
  const gathered = await gather(sources, { span, agentIds, devices: [...byDevice.keys()], filter, now })
  const devices = [...byDevice.values()].flatMap((rows) => explained(rows, gathered, span) ?? [])
  return { from, to, step: stepMs / 1000, devices, agentIds }
}

type Cut = { readonly from: EpochMs; readonly to: EpochMs; readonly stepMs: number }

/** Whole intervals that have ended: the last one long enough ago for its samples to be here. */
function cut(query: LedgerQuery, watches: readonly LedgerWatchRow[], now: EpochMs): Cut {
  const longest = Math.max(0, ...watches.map(({ interval_ms }) => interval_ms))
  const length = query.to - query.from
  const nice = NICE_STEPS_MS.find((step) => length / step <= WANTED_INTERVALS) ?? 1_440 * 60_000
  const stepMs = Math.max(query.stepMs ?? nice, longest)
  if (length / stepMs > MAX_INTERVALS) {
    throw new EyeNetError('limit_exceeded', `at most ${MAX_INTERVALS} intervals: ask for a larger step or less time`)
  }
  const from = Math.floor(query.from / stepMs) * stepMs
  const last = Math.floor((now - LATE_MS) / stepMs) * stepMs
  return { from: epochMs(from), to: epochMs(Math.min(Math.ceil(query.to / stepMs) * stepMs, last)), stepMs }
}

type Gathered = {
  readonly stored: Counts
  readonly ran: Counts
  readonly losses: ReadonlyMap<AgentId, readonly LedgerLossRow[]>
  readonly late: ReadonlyMap<DeviceId, readonly LedgerLateRow[]>
  readonly downtimes: Awaited<ReturnType<typeof downtimesOf>>
  readonly standings: ReadonlyMap<AgentId, AgentStanding>
  readonly now: EpochMs
}

type Asked = {
  readonly span: Cut
  readonly agentIds: readonly AgentId[]
  readonly devices: readonly DeviceId[]
  readonly filter: WatchFilter
  readonly now: EpochMs
}

async function gather(sources: LedgerSources, { span, agentIds, devices, filter, now }: Asked): Promise<Gathered> {
  const { db, store, losses, runs, late } = sources
  const { from, to } = span
  const starts = await runs.between(agentIds, from, now)
  const [stored, ran, lost, lateRows, downtimes, standing] = await Promise.all([
    pollsOf(store, { devices, filter, span }),
    agentSamples(store, agentIds, span),
    losses.between(agentIds, from, to),
    late.between(devices, from, to),
    downtimesOf(store, starts),
    standings(agentIds, { db, store, now }),
  ])
  return {
    ...{ stored, ran, downtimes, standings: standing, now },
    losses: grouped(lost, ({ agent }) => agent),
    late: grouped(lateRows, ({ device }) => device),
  }
}

async function pollsOf(
  store: MetricStore,
  { devices, filter, span }: Pick<Asked, 'devices' | 'filter' | 'span'>,
): Promise<Counts> {
  const site: SiteName | undefined = filter.site
  if (site !== undefined) return storedPolls(store, { kind: 'site', site }, span)
  const all = new Map<string, ReadonlyMap<number, number>>()
  for (let at = 0; at < devices.length; at += DEVICES_PER_QUERY) {
    const of: PollsOf = { kind: 'devices', devices: devices.slice(at, at + DEVICES_PER_QUERY) }
    for (const [device, counts] of await storedPolls(store, of, span)) all.set(device, counts)
  }
  return all
}

function explained(
  rows: readonly LedgerWatchRow[],
  gathered: Gathered,
  { from, to, stepMs }: Cut,
): LedgerDevice | undefined {
  const last = rows.at(-1)
  if (last === undefined) return undefined
  const { device, agent, site } = last
  const agents = new Set(rows.map((row) => row.agent))
  const evidence: Evidence = {
    watches: rows.map(({ since, until, interval_ms }) => ({
      since,
      until: until ?? undefined,
      intervalMs: interval_ms,
    })),
    losses: [...agents].flatMap((one) => lossesOf(device, one, gathered)),
    downtimes: [...agents].flatMap((one) => gathered.downtimes.get(one) ?? []),
    awaited: gathered.standings.get(agent)?.awaited,
    late: (gathered.late.get(device) ?? []).map(({ from_at, to_at }) => ({ from: from_at, to: to_at })),
  }
  const stored = gathered.stored.get(device)
  const intervals: LedgerDevice['intervals'] = []
  for (let end = from + stepMs; end <= to; end += stepMs) {
    const agentRan = [...agents].some((one) => (gathered.ran.get(one)?.get(end) ?? 0) > 0)
    const facts = { from: epochMs(end - stepMs), to: epochMs(end), stored: stored?.get(end) ?? 0, agentRan }
    intervals.push(explainInterval(facts, evidence))
  }
  return { device, agent, site, intervals }
}

/** What was told of the device itself comes before what was told of its agent. */
function lossesOf(device: DeviceId, agent: AgentId, { losses, standings: known, now }: Gathered): readonly Loss[] {
  const rows = losses.get(agent) ?? []
  const standing = known.get(agent)
  const toLoss = ({ from_at, to_at, reason }: LedgerLossRow): Loss => ({ from: from_at, to: to_at, reason })
  const own = rows.filter((row) => row.device === device).map(toLoss)
  const whole = rows.filter((row) => row.device === null).map(toLoss)
  const removed = standing?.removed === true && standing.newest !== undefined
  const gone = removed ? [{ from: epochMs((standing.newest ?? 0) + 1), to: now, reason: 'agent-removed' }] : []
  return [...own, ...whole, ...gone]
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
