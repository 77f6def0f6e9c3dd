import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import { epochMs } from '@eyenet/shared/identity'
import type { ControlDb, LedgerAgentRow, LedgerLateRow } from '../db/db.ts'
import { JOIN_MS, joinSpans, type LateSpan, MAX_SPANS_PER_DEVICE } from './late-spans.ts'

/** Devices of one transaction, which keeps other writers waiting. */
const DEVICES_PER_TRANSACTION = 500
/** Spans of a device in memory before they are joined. */
const MAX_LOOSE_SPANS = 64
const IDS_PER_QUERY = 1_000

/** What has just been stored of one agent. */
export type StoredOfAgent = {
  readonly agent: AgentId
  readonly site: SiteName
  readonly newest: EpochMs
  readonly late: readonly (LateSpan & { readonly device: DeviceId | undefined })[]
}

type Pending = {
  readonly site: SiteName
  newest: EpochMs
  late: { readonly from: EpochMs; readonly to: EpochMs } | undefined
  readonly devices: Map<DeviceId, readonly LateSpan[]>
}

/**
 * Which samples came late. Gathered in memory and written every few seconds: a server that is killed forgets that samples of
 * these seconds were late, not the samples.
 */
export class LateRecords {
  readonly #db: ControlDb
  /** One per agent that sent something since the last write, with its devices: bounded by what is watched. */
  #pending = new Map<AgentId, Pending>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  add({ agent, site, newest, late }: StoredOfAgent): void {
    const pending = this.#pending.get(agent) ?? { site, newest, late: undefined, devices: new Map() }
    this.#pending.set(agent, pending)
    if (newest > pending.newest) pending.newest = newest
    for (const { device, ...span } of late) {
      pending.late = widened(pending.late, span)
      if (device === undefined) continue
      const spans = [...(pending.devices.get(device) ?? []), span]
      pending.devices.set(device, spans.length > MAX_LOOSE_SPANS ? joinSpans(spans, MAX_LOOSE_SPANS / 2) : spans)
    }
  }

  /** Rejects when the disk refuses; what was gathered is then kept for the next time. */
  async flush(now: EpochMs): Promise<void> {
    for (const [agent, pending] of [...this.#pending]) {
      // What comes while this is written is gathered anew.
      this.#pending.delete(agent)
      try {
        await this.#write(agent, pending, now)
      } catch (thrown) {
        this.#putBack(agent, pending)
        throw thrown
      }
    }
  }

  agents(): Promise<LedgerAgentRow[]> {
    return this.#db.selectFrom('ledger_agents').selectAll().execute()
  }

  /** Late samples of the agent up to `done` are worked through. */
  async worked({ agent, late_to }: LedgerAgentRow, done: EpochMs): Promise<void> {
    const isAll = late_to === null || done >= late_to
    await this.#db
      .updateTable('ledger_agents')
      .set(isAll ? { late_from: null, late_to: null } : { late_from: done })
      .where('agent', '=', agent)
      .execute()
  }

  /** The first late time of the agent's devices from `from` on; a clock that was decades off leaves nothing in between. */
  async nextFrom(agent: AgentId, from: EpochMs): Promise<EpochMs | undefined> {
    const first = await this.#db
      .selectFrom('ledger_late')
      .select((eb) => eb.fn.min('from_at').as('at'))
      .where('to_at', '>=', from)
      .where('device', 'in', (eb) => eb.selectFrom('ledger_watches').select('device').where('agent', '=', agent))
      .executeTakeFirst()
    return first?.at == null ? undefined : epochMs(Math.max(first.at, from))
  }

  async forget(agent: AgentId): Promise<void> {
    this.#pending.delete(agent)
    await this.#db
      .updateTable('ledger_agents')
      .set({ late_from: null, late_to: null })
      .where('agent', '=', agent)
      .execute()
  }

  /** Late spans of these devices that touch from < time <= to. */
  async between(devices: readonly DeviceId[], from: EpochMs, to: EpochMs): Promise<LedgerLateRow[]> {
    const found: LedgerLateRow[] = []
    for (let at = 0; at < devices.length; at += IDS_PER_QUERY) {
      const rows = await this.#db
        .selectFrom('ledger_late')
        .selectAll()
        .where('device', 'in', devices.slice(at, at + IDS_PER_QUERY))
        .where('to_at', '>', from)
        .where('from_at', '<=', to)
        .execute()
      found.push(...rows)
    }
    return found
  }

  async expire(before: EpochMs): Promise<void> {
    await this.#db.deleteFrom('ledger_late').where('to_at', '<', before).execute()
  }

  async #write(agent: AgentId, { site, newest, late, devices }: Pending, now: EpochMs): Promise<void> {
    const all = [...devices]
    for (let at = 0; at < all.length; at += DEVICES_PER_TRANSACTION) {
      await this.#db.transaction().execute(async (trx) => {
        for (const [device, spans] of all.slice(at, at + DEVICES_PER_TRANSACTION)) {
          await writeSpans(trx, device, { spans, now })
        }
      })
    }
    const fresh = { agent, site, newest_at: newest, late_from: late?.from ?? null, late_to: late?.to ?? null }
    const before = await this.#db.selectFrom('ledger_agents').selectAll().where('agent', '=', agent).executeTakeFirst()
    const known = before?.late_from == null || before.late_to === null ? undefined : spanOf(before)
    const whole = late === undefined ? known : widened(known, late)
    const row = {
      ...fresh,
      newest_at: epochMs(Math.max(newest, before?.newest_at ?? 0)),
      late_from: whole?.from ?? null,
      late_to: whole?.to ?? null,
    }
    await this.#db
      .insertInto('ledger_agents')
      .values(row)
      .onConflict((one) => one.column('agent').doUpdateSet(row))
      .execute()
  }

  #putBack(agent: AgentId, pending: Pending): void {
    const { site, newest, late, devices } = pending
    this.add({ agent, site, newest, late: [] })
    const now = this.#pending.get(agent)
    if (now === undefined) return
    if (late !== undefined) now.late = widened(now.late, late)
    for (const [device, spans] of devices) {
      now.devices.set(device, joinSpans([...spans, ...(now.devices.get(device) ?? [])], MAX_LOOSE_SPANS))
    }
  }
}

type Span = { readonly from: EpochMs; readonly to: EpochMs }

function widened(known: Span | undefined, { from, to }: Span): Span {
  if (known === undefined) return { from, to }
  return { from: from < known.from ? from : known.from, to: to > known.to ? to : known.to }
}

function spanOf({ late_from, late_to }: LedgerAgentRow): Span | undefined {
  return late_from === null || late_to === null ? undefined : { from: late_from, to: late_to }
}

async function writeSpans(
  trx: ControlDb,
  device: DeviceId,
  { spans, now }: { readonly spans: readonly LateSpan[]; readonly now: EpochMs },
): Promise<void> {
  const rows = await trx.selectFrom('ledger_late').selectAll().where('device', '=', device).execute()
  const known = rows.map((row) => ({ from: row.from_at, to: row.to_at, samples: row.samples }))
  const first = Math.min(...spans.map(({ from }) => from)) - JOIN_MS
  const last = Math.max(...spans.map(({ to }) => to)) + JOIN_MS
  const isNear = ({ from, to }: LateSpan): boolean => to >= first && from <= last
  const isTooMany = known.length + spans.length > MAX_SPANS_PER_DEVICE
  const replaced = isTooMany ? known : known.filter(isNear)
  const after = joinSpans([...replaced, ...spans])
  const keys = replaced.map(({ from }) => from)
  if (keys.length > 0) {
    await trx.deleteFrom('ledger_late').where('device', '=', device).where('from_at', 'in', keys).execute()
  }
  const fresh = after.map(({ from, to, samples }) => {
    return { device, from_at: from, to_at: to, samples, arrived_at: now }
  })
  await trx.insertInto('ledger_late').values(fresh).execute()
}
