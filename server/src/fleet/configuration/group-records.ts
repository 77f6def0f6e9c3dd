import { type AgentGroup, GroupName } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../../db/db.ts'
import { bumpRevision } from '../revisions.ts'
import { forgetScope } from './revision-records.ts'
import { groupScope } from './scope-agents.ts'

/** Bounds what is looked through for one agent's scopes and shown on one page. */
export const MAX_GROUPS = 1_000

/** Named groups of agents; an agent is in one at most. */
export class GroupRecords {
  readonly #db: ControlDb
  readonly #now: () => EpochMs

  constructor(db: ControlDb, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  async list(): Promise<readonly AgentGroup[]> {
    const groups = await this.#db.selectFrom('agent_groups').selectAll().orderBy('name').execute()
    const members = await this.#db
      .selectFrom('agents')
      .select(['id', 'group_name'])
      .where('group_name', 'is not', null)
      .orderBy('id')
      .execute()
    return groups.map(({ name, by, at }) => ({
      ...{ name: GroupName.parse(name), by, at },
      agents: members.filter((one) => one.group_name === name).map(({ id }) => id),
    }))
  }

  /**
   * Makes a group, or gives one its agents anew. Answers the agents that came or went: they run something else by now.
   * EyeNetError `not_found` when one of them is not there.
   */
  async set(name: GroupName, agents: readonly AgentId[], by: string): Promise<readonly AgentId[]> {
    const wanted = new Set(agents)
    return this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('agent_groups')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      const known = await trx.selectFrom('agent_groups').select('name').where('name', '=', name).executeTakeFirst()
      if (known === undefined && count >= MAX_GROUPS) {
        throw new EyeNetError('limit_exceeded', `there are ${MAX_GROUPS} groups, which is all there may be`)
      }
      await trx
        .insertInto('agent_groups')
        .values({ name, by, at: this.#now() })
        .onConflict((one) => one.doNothing())
        .execute()
      const rows = await trx.selectFrom('agents').select(['id', 'group_name']).execute()
      const missing = agents.find((agent) => !rows.some(({ id }) => id === agent))
      if (missing !== undefined) throw new EyeNetError('not_found', `there is no agent ${missing}`)
      const moved = rows.filter(({ id, group_name }) => (group_name === name) !== wanted.has(id)).map(({ id }) => id)
      for (const id of moved) {
        const group_name = wanted.has(id) ? name : null
        await trx.updateTable('agents').set({ group_name }).where('id', '=', id).execute()
        await bumpRevision(trx, id)
      }
      return moved
    })
  }

  /** The agents that were in it. EyeNetError `conflict` while something is rolled out to it. */
  async remove(name: GroupName): Promise<readonly AgentId[]> {
    return this.#db.transaction().execute(async (trx) => {
      const known = await trx.selectFrom('agent_groups').select('name').where('name', '=', name).executeTakeFirst()
      if (known === undefined) throw new EyeNetError('not_found', `there is no group ${name}`)
      const open = await trx
        .selectFrom('rollouts')
        .select('id')
        .where('scope', '=', groupScope(name))
        .where('open', '=', 1)
        .executeTakeFirst()
      if (open !== undefined) {
        throw new EyeNetError('conflict', `a revision is being rolled out to the group ${name}: abort that first`)
      }
      const members = await trx.selectFrom('agents').select('id').where('group_name', '=', name).execute()
      for (const { id } of members) await bumpRevision(trx, id)
      await trx.deleteFrom('agent_groups').where('name', '=', name).execute()
      await forgetScope(trx, groupScope(name))
      return members.map(({ id }) => id)
    })
  }
}
