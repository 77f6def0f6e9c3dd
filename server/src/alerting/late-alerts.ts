import { randomUUID } from 'node:crypto'
import { messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import { type ParsedQuery, presenceOf, type SeriesSamples } from '@eyenet/shared/promql'
import type { AlertRule } from '@eyenet/shared/rules'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { MetricStore } from '../store/store.ts'
import type { AlertRecords, TimelineEntry } from './alert-records.ts'
import { type FoundAlert, type Replayed, replayAlert } from './late-replay.ts'
import { type Names, rowAfter } from './open-alerts.ts'
import { type LoadedGroup, ruleKey } from './rule-set.ts'

/** Data of these devices and this agent came late, of these times. */
export type LateData = {
  readonly agent: AgentId
  readonly devices: readonly DeviceId[]
  readonly from: EpochMs
  readonly to: EpochMs
}

export type LateAlertsOptions = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly records: AlertRecords
  readonly names: Names
  readonly now: () => EpochMs
  readonly logger: Logger
}

/** Moments of one span at which a rule is evaluated; a longer span has them further apart. */
const MAX_STEPS = 720
/** Moments of one question. */
const STEPS_PER_QUERY = 240
const MAX_SERIES_PER_RULE = 10_000
const MAX_ALERTS_PER_RULE = 1_000
const TIMEOUT_MS = 30_000
/** A span that begins this near to the end of the one before goes on with its states. */
const NEAR_MS = 10 * 60_000
/** States of agents that are kept for their next span; the oldest go. */
const MAX_CARRIED = 1_000

type States = ReadonlyMap<string, ReadonlyMap<string, Replayed>>
type Carried = { readonly to: EpochMs; readonly states: States }

/**
 * Looks what rules would have said of data that came late. An alert that would have fired and is over goes into the history,
 * and nobody is told; what still holds at the end is left to the evaluation of the present.
 */
export class LateAlerts {
  readonly #options: LateAlertsOptions
  readonly #carried = new Map<AgentId, Carried>()

  constructor(options: LateAlertsOptions) {
    this.#options = options
  }

  /** Answers how many alerts were found. A rule that fails is left out, with a warning. */
  async evaluate(groups: readonly LoadedGroup[], data: LateData): Promise<number> {
    const before = this.#carried.get(data.agent)
    const goesOn = before !== undefined && Math.abs(data.from - before.to) <= NEAR_MS && data.to > before.to
    const states = new Map<string, ReadonlyMap<string, Replayed>>()
    let found = 0
    for (const group of groups) {
      for (const rule of group.rules) {
        const key = ruleKey(group.name, rule.name)
        const known = goesOn ? before.states.get(key) : undefined
        try {
          const from = goesOn ? before.to : epochMs(data.from - rule.forMs - group.intervalMs)
          const span = { from, to: data.to, intervalMs: group.intervalMs }
          const replay = await this.#replay(rule, { data, span, known: known ?? new Map() })
          if (replay.open.size > 0) states.set(key, replay.open)
          found += await this.#save(rule, replay.over)
        } catch (thrown) {
          const error = messageOf(thrown)
          this.#options.logger.warn({ rule: rule.name, error }, 'data that came late was not checked against a rule')
        }
      }
    }
    this.#carried.delete(data.agent)
    this.#carried.set(data.agent, { to: data.to, states })
    for (const agent of this.#carried.keys()) {
      if (this.#carried.size <= MAX_CARRIED) break
      this.#carried.delete(agent)
    }
    return found
  }

  async #replay(
    rule: AlertRule,
    {
      data,
      span,
      known,
    }: { readonly data: LateData; readonly span: Span; readonly known: ReadonlyMap<string, Replayed> },
  ): Promise<{ readonly open: ReadonlyMap<string, Replayed>; readonly over: readonly FoundAlert[] }> {
    const open = new Map(known)
    const over: FoundAlert[] = []
    for (const piece of pieces(span)) {
      const held = await this.#about(rule.query, { data, piece })
      // Nothing holds and nothing held: most rules, most of the time.
      if (held.size === 0 && open.size === 0) continue
      if (held.size > MAX_SERIES_PER_RULE) throw new Error(`it gives ${held.size} alerts at once`)
      const presence = presenceOf(rule.query)
      const present = presence === undefined ? undefined : await this.#about(presence, { data, piece })
      for (const key of new Set([...open.keys(), ...held.keys()])) {
        const series = open.get(key)?.series ?? held.get(key)?.labels
        if (series === undefined) continue
        const seen = {
          held: held.get(key),
          present: present === undefined ? undefined : (present.get(key)?.times ?? NO_TIMES),
        }
        const after = replayAlert(rule, { before: open.get(key), series, piece, ...seen })
        over.push(...after.over)
        if (after.open === undefined) open.delete(key)
        else open.set(key, after.open)
      }
    }
    return { open, over: over.slice(0, MAX_ALERTS_PER_RULE) }
  }

  /** What the expression gives about these devices and this agent, by the key of its labels. */
  async #about(
    expr: ParsedQuery,
    { data, piece }: { readonly data: LateData; readonly piece: Piece },
  ): Promise<ReadonlyMap<string, SeriesSamples>> {
    const { start, end, step } = piece
    const { result } = await this.#options.store.query({ expr, start, end, step, timeoutMs: TIMEOUT_MS })
    if (result.kind !== 'matrix') return new Map()
    const devices = new Set<string>(data.devices)
    const found = new Map<string, SeriesSamples>()
    for (const { labels, ...samples } of result.series) {
      const { [METRIC_NAME]: _, ...series } = labels
      const isAbout = series.device === undefined ? series.agent === data.agent : devices.has(series.device)
      if (isAbout) found.set(seriesKey(series), { ...samples, labels: series })
    }
    return found
  }

  async #save(rule: AlertRule, over: readonly FoundAlert[]): Promise<number> {
    let saved = 0
    for (const one of over) if (await this.#saveOne(rule, one)) saved += 1
    return saved
  }

  /** An alert of the same rule and labels that was known then is the same alert. */
  #saveOne(rule: AlertRule, found: FoundAlert): Promise<boolean> {
    const { db, records, names, now } = this.#options
    const { series, value, startedAt, firedAt, endedAt } = found
    const fingerprint = seriesKey(series)
    return db.transaction().execute(async (trx) => {
      const known = await trx
        .selectFrom('alerts')
        .select('id')
        .where('rule_group', '=', rule.group)
        .where('rule', '=', rule.name)
        .where('fingerprint', '=', fingerprint)
        .where('started_at', '<=', endedAt)
        .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', startedAt)]))
        .executeTakeFirst()
      if (known !== undefined) return false
      const after = { kind: 'firing', since: firedAt } as const
      const observation = { kind: 'holds', value } as const
      const { row } = rowAfter(
        { rule, series, fingerprint, before: undefined, after, observation, now: startedAt },
        names,
      )
      const machine = JSON.stringify({ state: { kind: 'resolved', since: endedAt, firedAt }, series })
      const over = { id: randomUUID(), state: 'resolved', machine, fired_at: firedAt, ended_at: endedAt } as const
      await records.save(trx, { ...row, ...over, since: endedAt, found_late_at: now() }, timeline(found, now()))
      return true
    })
  }
}

const NO_TIMES = new Float64Array(0)

type Span = { readonly from: EpochMs; readonly to: EpochMs; readonly intervalMs: number }
export type Piece = { readonly start: EpochMs; readonly end: EpochMs; readonly step: number }

/** The moments after `from` up to `to`, in questions of bounded size. */
function* pieces({ from, to, intervalMs }: Span): Generator<Piece> {
  const step = Math.max(intervalMs, Math.ceil((to - from) / MAX_STEPS / intervalMs) * intervalMs)
  const last = Math.floor(to / step) * step
  for (let start = (Math.floor(from / step) + 1) * step; start <= last; start += step * STEPS_PER_QUERY) {
    const end = Math.min(last, start + step * (STEPS_PER_QUERY - 1))
    yield { start: epochMs(start), end: epochMs(end), step }
  }
}

function timeline({ startedAt, firedAt, endedAt }: FoundAlert, now: EpochMs): readonly TimelineEntry[] {
  return [
    { at: startedAt, what: 'the condition began to hold' },
    { at: firedAt, what: 'would have fired' },
    { at: endedAt, what: 'was over' },
    { at: now, what: 'found in data that came late; nobody was told' },
  ]
}
