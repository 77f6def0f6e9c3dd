import type { AgentId } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'

/** What one agent is told has changed. */
export async function bumpRevision(db: ControlDb, agent: AgentId): Promise<void> {
  await db
    .updateTable('agents')
    .set((eb) => ({ desired_revision: eb('desired_revision', '+', 1) }))
    .where('id', '=', agent)
    .execute()
}

/** What all agents are told has changed. */
export async function bumpAllRevisions(db: ControlDb): Promise<void> {
  await db
    .updateTable('agents')
    .set((eb) => ({ desired_revision: eb('desired_revision', '+', 1) }))
    .execute()
}
