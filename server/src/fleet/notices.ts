import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'

/** Kept per agent; older ones go. */
const MAX_NOTICES = 200
/** Shown of them. */
const SHOWN_NOTICES = 20

export type NewNotice = {
  readonly agent: AgentId
  /** Equal for a notice that comes again: it stays one. */
  readonly key: string
  readonly at: EpochMs
  readonly code: string
  readonly message: string
}

/** Keeps them in one transaction. Those of an agent that is gone are dropped. */
export async function addNotices(db: ControlDb, notices: readonly NewNotice[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const agent of new Set(notices.map((one) => one.agent))) {
      const known = await trx.selectFrom('agents').select('id').where('id', '=', agent).executeTakeFirst()
      if (known === undefined) continue
      for (const notice of notices) if (notice.agent === agent) await addNotice(trx, notice)
      await removeOldest(trx, agent)
    }
  })
}

async function addNotice(db: ControlDb, notice: NewNotice): Promise<void> {
  await db
    .insertInto('agent_notices')
    .values(notice)
    .onConflict((one) => one.column('key').doUpdateSet({ at: notice.at, message: notice.message }))
    .execute()
}

async function removeOldest(db: ControlDb, agent: AgentId): Promise<void> {
  await db
    .deleteFrom('agent_notices')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('agent_notices')
        .select('key')
        .where('agent', '=', agent)
        .orderBy('at', 'desc')
        .orderBy('key')
        // SQLite takes an offset with a limit only; -1 is none.
        .limit(-1)
        .offset(MAX_NOTICES),
    )
    .execute()
}

export type Notice = { readonly at: EpochMs; readonly code: string; readonly message: string }

/** The newest notices of each agent, newest first; of all agents when none are named. */
export async function newestNotices(
  db: ControlDb,
  agents: readonly AgentId[] | undefined,
): Promise<ReadonlyMap<AgentId, readonly Notice[]>> {
  let ranked = db
    .selectFrom('agent_notices')
    .select(['agent', 'at', 'code', 'message'])
    .select((eb) =>
      eb.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('agent').orderBy('at', 'desc'))
        .as('rank'),
    )
  if (agents !== undefined) ranked = ranked.where('agent', 'in', agents)
  const rows = await db
    .selectFrom(ranked.as('ranked'))
    .selectAll()
    .where('rank', '<=', SHOWN_NOTICES)
    .orderBy('at', 'desc')
    .execute()
  const byAgent = new Map<AgentId, Notice[]>()
  for (const { agent, at, code, message } of rows) {
    const list = byAgent.get(agent) ?? []
    list.push({ at, code, message })
    byAgent.set(agent, list)
  }
  return byAgent
}
