import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { FactsReport, Peer } from '@eyenet/shared/wire'
import type { ControlDb, LedgerWatchRow } from '../db/db.ts'

/** Of one device; the oldest go. */
const MAX_WATCHES_PER_DEVICE = 500

export type WatchFilter = {
  readonly device?: DeviceId
  readonly agent?: AgentId
  readonly site?: SiteName
}

/** Who polled which device, how often, and from when to when, as the facts of agents tell it. */
export class WatchRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Idempotent; a report older than what is known changes nothing. `at` is not in the future. */
  async receiveFacts(peer: Peer, report: FactsReport, at: EpochMs): Promise<void> {
    const { device, reach } = report
    const isPolled = report.kindOfTarget === 'host' || reach.snmp !== 'off' || reach.icmp !== 'off'
    const intervalMs = Math.round(report.intervalSeconds * 1000)
    await this.#db.transaction().execute(async (trx) => {
      const open = await trx
        .selectFrom('ledger_watches')
        .selectAll()
        .where('device', '=', device)
        .where('until', 'is', null)
        .executeTakeFirst()
      if (open !== undefined && at <= open.since) return
      if (open !== undefined && isPolled && open.agent === peer.agent && open.interval_ms === intervalMs) return
      if (open !== undefined) {
        await trx
          .updateTable('ledger_watches')
          .set({ until: at })
          .where('device', '=', device)
          .where('until', 'is', null)
          .execute()
      }
      if (!isPolled) return
      const row = { device, agent: peer.agent, site: peer.site, interval_ms: intervalMs, since: at, until: null }
      await trx
        .insertInto('ledger_watches')
        .values(row)
        .onConflict((one) => one.columns(['device', 'since']).doUpdateSet(row))
        .execute()
      await removeOldest(trx, device)
    })
  }

  /** The device is not expected to have samples after `at`. */
  async end(device: DeviceId, at: EpochMs): Promise<void> {
    await this.#db
      .updateTable('ledger_watches')
      .set({ until: at })
      .where('device', '=', device)
      .where('until', 'is', null)
      .execute()
  }

  async endOfAgent(agent: AgentId, at: EpochMs): Promise<void> {
    await this.#db
      .updateTable('ledger_watches')
      .set({ until: at })
      .where('agent', '=', agent)
      .where('until', 'is', null)
      .execute()
  }

  /** Watches that touch from < time <= to, by device and time. */
  async between(filter: WatchFilter, from: EpochMs, to: EpochMs): Promise<LedgerWatchRow[]> {
    let query = this.#db
      .selectFrom('ledger_watches')
      .selectAll()
      .where('since', '<', to)
      .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', from)]))
    if (filter.device !== undefined) query = query.where('device', '=', filter.device)
    if (filter.agent !== undefined) query = query.where('agent', '=', filter.agent)
    if (filter.site !== undefined) query = query.where('site', '=', filter.site)
    return query.orderBy('device').orderBy('since').execute()
  }

  async expire(before: EpochMs): Promise<void> {
    await this.#db.deleteFrom('ledger_watches').where('until', '<', before).execute()
  }
}

async function removeOldest(trx: ControlDb, device: DeviceId): Promise<void> {
  const beyond = await trx
    .selectFrom('ledger_watches')
    .select('since')
    .where('device', '=', device)
    .orderBy('since', 'desc')
    .limit(1)
    .offset(MAX_WATCHES_PER_DEVICE)
    .executeTakeFirst()
  if (beyond === undefined) return
  await trx.deleteFrom('ledger_watches').where('device', '=', device).where('since', '<=', beyond.since).execute()
}
