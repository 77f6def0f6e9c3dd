import type { LedgerAgent, LedgerAgents, LedgerAnswer } from '@eyenet/shared/api'
import { messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs, METRIC_NAME, type SiteName } from '@eyenet/shared/identity'
import type { FactsReport, Peer, Presence } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb, LedgerAgentRow } from '../db/db.ts'
import { type MetricStore, NO_ROOM } from '../store/store.ts'
import { standings } from './awaited.ts'
import { RATED_MS, rate, writeRatings } from './completeness.ts'
import { LateRecords, type StoredOfAgent } from './late-records.ts'
import { LATE_MS } from './late-spans.ts'
import { answerLedger, type LedgerQuery, type LedgerSources } from './ledger-query.ts'
import { type DroppedReport, LossRecords, type RejectedSamples } from './loss-records.ts'
import { RunRecords } from './run-records.ts'
import { findUnwatched } from './unwatched.ts'
import { WatchRecords } from './watch-records.ts'

/** Samples of these times have come late, and are all here that were on their way. */
export type LateArrival = {
  readonly agent: AgentId
  readonly site: SiteName
  readonly devices: readonly DeviceId[]
  readonly from: EpochMs
  readonly to: EpochMs
}

export type LedgerOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  /** May come twice for the same span: after a crash, and where more has come. Within one agent, in the order of time mostly. */
  readonly onLate?: (arrival: LateArrival) => Promise<void>
  /** false: the caller calls `work`; for tests. */
  readonly workByItself?: boolean
}

/** What the API may ask of the ledger. */
export interface Ledger {
  query(query: LedgerQuery): Promise<LedgerAnswer>
  agents(): Promise<LedgerAgents>
}

export interface LedgerRoom extends Ledger {
  receiveFacts(peer: Peer, report: FactsReport): Promise<void>
  receivePresence(peer: Peer, presence: Presence): Promise<void>
  /** On disk when it answers. */
  dropped(peer: Peer, report: DroppedReport): Promise<void>
  rejected(peer: Peer, rejected: RejectedSamples): Promise<void>
  stored(stored: StoredOfAgent): void
  deviceRemoved(device: DeviceId): Promise<void>
  agentRemoved(agent: AgentId): Promise<void>
  /** Writes down what has come, rates intervals that have ended, and works through what came late. */
  work(): Promise<void>
  close(): Promise<void>
}

/** A crash forgets which samples of that long were late. */
const WORK_EVERY_MS = 5_000
/** A backlog is worked through once it has been quiet for that long, or at the latest after the other. */
const QUIET_MS = 10_000
const BUSY_MS = 60_000
/** Rated at a time. */
const PIECE_MS = 6 * 3_600_000
/** After a longer stop of the server, older intervals are not rated; the ledger's answers do not depend on it. */
const MAX_CATCH_UP_MS = 24 * 3_600_000
const KEEP_MS = 400 * 24 * 3_600_000
const EXPIRE_EVERY_MS = 24 * 3_600_000
/** Devices that nobody polls any more are looked for that often. */
const LOOK_EVERY_MS = RATED_MS
const PROGRESS = 'completeness'

class GapLedger implements LedgerRoom {
  readonly #options: LedgerOptions
  readonly #sources: LedgerSources
  readonly #timer: NodeJS.Timeout | undefined
  /** Of agents with late samples: when the last ones came, and when they were last worked through. */
  readonly #lateness = new Map<AgentId, { cameAt: EpochMs; workedAt: EpochMs }>()
  #turn: Promise<void> = Promise.resolve()
  #isWorking = false
  #expiredAt = 0
  #lookedAt = 0

  constructor(options: LedgerOptions) {
    const { db, store } = options
    this.#options = options
    this.#sources = {
      ...{ db, store },
      losses: new LossRecords(db),
      watches: new WatchRecords(db),
      runs: new RunRecords(db),
      late: new LateRecords(db),
    }
    if (options.workByItself === false) return
    this.#timer = setInterval(() => void this.#tick(), WORK_EVERY_MS)
    this.#timer.unref()
  }

  async query(query: LedgerQuery): Promise<LedgerAnswer> {
    const { agentIds, ...answer } = await answerLedger(this.#sources, query, this.#options.now())
    return { ...answer, agents: await this.#agentsOf(agentIds) }
  }

  async agents(): Promise<LedgerAgents> {
    const rows = await this.#options.db.selectFrom('agents').select('id').execute()
    return { items: await this.#agentsOf(rows.map(({ id }) => id)) }
  }

  receiveFacts(peer: Peer, report: FactsReport): Promise<void> {
    const at = epochMs(Math.min(report.at, this.#options.now()))
    return this.#sources.watches.receiveFacts(peer, report, at)
  }

  receivePresence(peer: Peer, presence: Presence): Promise<void> {
    return this.#sources.runs.receive(peer, presence, this.#options.now())
  }

  async dropped(peer: Peer, report: DroppedReport): Promise<void> {
    const before = await this.#sources.losses.addDropped(peer, report, this.#options.now())
    if (before !== undefined) await this.#showTotals(before === 0 ? { peer, reason: report.reason } : undefined)
  }

  async rejected(peer: Peer, rejected: RejectedSamples): Promise<void> {
    const before = await this.#sources.losses.addRejected(peer, rejected, this.#options.now())
    if (before !== undefined) await this.#showTotals(before === 0 ? { peer, reason: 'impossible-time' } : undefined)
  }

  stored(stored: StoredOfAgent): void {
    this.#sources.late.add(stored)
    if (stored.late.length === 0) return
    const cameAt = this.#options.now()
    const known = this.#lateness.get(stored.agent)
    if (known === undefined) this.#lateness.set(stored.agent, { cameAt, workedAt: cameAt })
    else known.cameAt = cameAt
  }

  deviceRemoved(device: DeviceId): Promise<void> {
    return this.#sources.watches.end(device, this.#options.now())
  }

  async agentRemoved(agent: AgentId): Promise<void> {
    this.#lateness.delete(agent)
    await this.#sources.watches.endOfAgent(agent, this.#options.now())
    await this.#sources.late.forget(agent)
  }

  work(): Promise<void> {
    const done = this.#turn.then(async () => {
      const now = this.#options.now()
      await this.#sources.late.flush(now)
      await this.#rateEnded(now)
      await this.#workThroughLate(now)
      await this.#endUnwatched(now)
      if (now - this.#expiredAt > EXPIRE_EVERY_MS) await this.#expire(now)
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
    await this.#sources.late.flush(this.#options.now())
  }

  async #tick(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      await this.work()
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, 'work of the ledger failed; trying again')
    } finally {
      this.#isWorking = false
    }
  }

  async #rateEnded(now: EpochMs): Promise<void> {
    const { db, store } = this.#options
    const last = endedBy(now)
    const row = await db.selectFrom('ledger_progress').select('at').where('name', '=', PROGRESS).executeTakeFirst()
    let from = Math.max(row?.at ?? last - RATED_MS, last - MAX_CATCH_UP_MS)
    while (from < last) {
      const span = { from: epochMs(from), to: epochMs(Math.min(last, from + PIECE_MS)) }
      const watches = await this.#sources.watches.between({}, span.from, span.to)
      await writeRatings(store, await rate({ store, watches, of: { kind: 'all' }, ...span }))
      await db
        .insertInto('ledger_progress')
        .values({ name: PROGRESS, at: span.to })
        .onConflict((one) => one.column('name').doUpdateSet({ at: span.to }))
        .execute()
      from = span.to
      if (from === last) await this.#showTotals(undefined)
    }
  }

  async #workThroughLate(now: EpochMs): Promise<void> {
    for (const row of await this.#sources.late.agents()) {
      if (row.late_from === null || row.late_to === null) continue
      const known = this.#lateness.get(row.agent)
      if (known !== undefined && now - known.cameAt < QUIET_MS && now - known.workedAt < BUSY_MS) continue
      const from = await this.#sources.late.nextFrom(row.agent, row.late_from)
      const to = await this.#workThrough(row, { from: from ?? row.late_to, to: row.late_to }, now)
      await this.#sources.late.worked(row, to)
      if (known === undefined || to < row.late_to) continue
      if (now - known.cameAt < QUIET_MS) known.workedAt = now
      else this.#lateness.delete(row.agent)
    }
  }

  /** One piece of a late span; answers how far it is done. */
  async #workThrough(row: LedgerAgentRow, late: { from: EpochMs; to: EpochMs }, now: EpochMs): Promise<EpochMs> {
    const { store, onLate } = this.#options
    const { agent, site } = row
    const to = epochMs(Math.min(late.to, late.from + PIECE_MS))
    // A poll of the first moment of an interval belongs to the one before.
    const from = epochMs(Math.floor((late.from - 1) / RATED_MS) * RATED_MS)
    const last = Math.min(Math.ceil(to / RATED_MS) * RATED_MS, endedBy(now))
    const watches = await this.#sources.watches.between({ agent }, from, to)
    if (last > from) {
      const span = { from, to: epochMs(last) }
      await writeRatings(store, await rate({ store, watches, of: { kind: 'site', site }, ...span }))
    }
    const devices = [...new Set(watches.map(({ device }) => device))]
    await onLate?.({ agent, site, devices, from: late.from, to })
    return to
  }

  /** Their intervals that were rated meanwhile expected nothing: a rating of 1 ends what was said of them. */
  async #endUnwatched(now: EpochMs): Promise<void> {
    if (now - this.#lookedAt < LOOK_EVERY_MS) return
    this.#lookedAt = now
    const last = endedBy(now)
    for (const { at, ...one } of await findUnwatched(this.#sources, now)) {
      await this.#sources.watches.end(one.device, at)
      const first = Math.max(Math.ceil(at / RATED_MS) * RATED_MS + RATED_MS, last - MAX_CATCH_UP_MS)
      const count = Math.max(0, (last - first) / RATED_MS + 1)
      const ends = Array.from({ length: count }, (_, step) => epochMs(first + step * RATED_MS))
      await writeRatings(
        this.#options.store,
        ends.map((end) => ({ ...one, at: end, ratio: 1 })),
      )
      this.#options.logger.info({ ...one, at }, 'a device is not polled any more; its ledger ends')
    }
  }

  /** Counters of what is lost; `fresh` ones begin at zero a moment before, so that their increase is seen. */
  async #showTotals(fresh: { readonly peer: Peer; readonly reason: string } | undefined): Promise<void> {
    const { store, now } = this.#options
    const totals = await this.#sources.losses.totals()
    if (totals.length === 0) return
    const at = now()
    const points = totals.map(({ agent, site, reason, samples }) => ({ agent, site, reason, samples, at: Number(at) }))
    if (fresh !== undefined) {
      const { agent, site } = fresh.peer
      points.push({ agent, site, reason: fresh.reason, samples: 0, at: at - 1 })
    }
    const refs = await store.intern(
      points.map(({ agent, site, reason }) => ({ [METRIC_NAME]: 'eyenet_lost_samples_total', site, agent, reason })),
    )
    if (refs.includes(NO_ROOM)) {
      this.#options.logger.error('the store has no room for the counters of lost samples')
      return
    }
    const times = Float64Array.from(points, (point) => point.at)
    await store.append({ refs, times, values: Float64Array.from(points, ({ samples }) => samples) })
  }

  async #agentsOf(ids: readonly AgentId[]): Promise<LedgerAgent[]> {
    const { db, store, now } = this.#options
    const [standing, totals, sites] = await Promise.all([
      standings(ids, { db, store, now: now() }),
      this.#sources.losses.totals(),
      db.selectFrom('agents').select(['id', 'site']).execute(),
    ])
    const siteOf = new Map(sites.map(({ id, site }) => [id, site]))
    return ids.flatMap((agent) => {
      const site = siteOf.get(agent)
      if (site === undefined) return []
      const awaited = standing.get(agent)?.awaited
      const lost = totals.filter((total) => total.agent === agent)
      const lastLossAt = lost.reduce((last, { last_at }) => Math.max(last, last_at), 0)
      return [
        {
          ...{ agent, site },
          lost: Object.fromEntries(lost.map(({ reason, samples }) => [reason, samples])),
          ...(awaited !== undefined && { awaitedFrom: awaited.from, why: awaited.why }),
          ...(lastLossAt > 0 && { lastLossAt: epochMs(lastLossAt) }),
        },
      ]
    })
  }

  async #expire(now: EpochMs): Promise<void> {
    this.#expiredAt = now
    const before = epochMs(now - KEEP_MS)
    const { losses, watches, runs, late } = this.#sources
    await losses.expire(before)
    await watches.expire(before)
    await runs.expire(before)
    await late.expire(before)
  }
}

/** End of the last interval whose samples ought to be here. */
function endedBy(now: EpochMs): EpochMs {
  return epochMs(Math.floor((now - LATE_MS) / RATED_MS) * RATED_MS)
}

export function openLedger(options: LedgerOptions): LedgerRoom {
  return new GapLedger(options)
}
