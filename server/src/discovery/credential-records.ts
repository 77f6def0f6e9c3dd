import { randomUUID } from 'node:crypto'
import {
  type ChangedDiscoveryCredential,
  type DiscoveryCredential,
  DiscoveryPlan,
  MAX_DISCOVERY_CREDENTIALS,
  type NewDiscoveryCredential,
} from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { SnmpCredential } from '@eyenet/shared/wire'
import type { ControlDb, DiscoveryCredentialRow } from '../db/db.ts'
import { bumpRevision } from '../fleet/fleet.ts'
import { SEALED, type Vault } from '../vault/vault.ts'

/** A credential with its secret: for agents that have it chosen, and for devices that are accepted. */
export type OpenCredential = {
  readonly id: string
  readonly credential: SnmpCredential
  readonly port: number | undefined
}

type Change = { readonly at: EpochMs; readonly by: string }

/** Credentials that agents try on what they find. Secrets are sealed in the database. */
export class CredentialRecords {
  readonly #db: ControlDb
  readonly #vault: Vault

  constructor(db: ControlDb, vault: Vault) {
    this.#db = db
    this.#vault = vault
  }

  /** By name, without secrets. */
  async list(): Promise<readonly DiscoveryCredential[]> {
    const rows = await this.#db.selectFrom('discovery_credentials').selectAll().orderBy('name').execute()
    const users = await usersOf(this.#db)
    return rows.map((row) => resourceOf(row, users))
  }

  async names(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#db.selectFrom('discovery_credentials').select(['id', 'name']).execute()
    return new Map(rows.map(({ id, name }) => [id, name]))
  }

  /** Those that there are, in the order of the ids. */
  async open(ids: readonly string[]): Promise<readonly OpenCredential[]> {
    if (ids.length === 0) return []
    const rows = await this.#db
      .selectFrom('discovery_credentials')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute()
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.flatMap((id) => {
      const row = byId.get(id)
      return row === undefined ? [] : [{ id, credential: this.#opened(row), port: row.port ?? undefined }]
    })
  }

  /** Ids that the plans of these agents name. */
  async ofAgents(agents: ReadonlySet<AgentId>): Promise<ReadonlyMap<AgentId, readonly string[]>> {
    const plans = (await plansOf(this.#db)).filter(({ agent }) => agents.has(agent))
    return new Map(plans.map(({ agent, plan }) => [agent, plan.credentials]))
  }

  /** EyeNetError `conflict` for a name that is taken, `limit_exceeded` when there are too many. */
  async add({ name, credential, port }: NewDiscoveryCredential, { at, by }: Change): Promise<string> {
    const id = randomUUID()
    await this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('discovery_credentials')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (count >= MAX_DISCOVERY_CREDENTIALS) {
        const message = `there are ${count} credentials, which is all there may be: remove one that is not needed`
        throw new EyeNetError('limit_exceeded', message)
      }
      await assertFree(trx, name, id)
      const columns = { name, ...this.#sealed(id, credential), port: port ?? null }
      const row = { id, ...columns, created_at: at, changed_at: at, changed_by: by }
      await trx.insertInto('discovery_credentials').values(row).execute()
    })
    return id
  }

  /** Answers the agents that have it, which are to be told. EyeNetError `not_found`, `conflict`. */
  async change(id: string, wanted: ChangedDiscoveryCredential, { at, by }: Change): Promise<readonly AgentId[]> {
    return this.#db.transaction().execute(async (trx) => {
      await assertFree(trx, wanted.name, id)
      const secret = wanted.credential === undefined ? {} : this.#sealed(id, wanted.credential)
      const columns = { name: wanted.name, port: wanted.port ?? null, ...secret, changed_at: at, changed_by: by }
      const done = await trx.updateTable('discovery_credentials').set(columns).where('id', '=', id).executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw absent(id)
      return bumpUsers(trx, id)
    })
  }

  /** Takes it out of every plan too; answers the agents that had it. EyeNetError `not_found`. */
  async remove(id: string): Promise<readonly AgentId[]> {
    return this.#db.transaction().execute(async (trx) => {
      const done = await trx.deleteFrom('discovery_credentials').where('id', '=', id).executeTakeFirst()
      if (done.numDeletedRows === 0n) throw absent(id)
      const agents = await bumpUsers(trx, id)
      for (const { agent, plan } of await plansOf(trx)) {
        if (!plan.credentials.includes(id)) continue
        const left = { ...plan, credentials: plan.credentials.filter((one) => one !== id) }
        await trx
          .updateTable('discovery_agents')
          .set({ plan: JSON.stringify(left) })
          .where('agent', '=', agent)
          .execute()
      }
      return agents
    })
  }

  #sealed(id: string, credential: SnmpCredential) {
    return {
      version: credential.version,
      user: credential.version === '3' ? credential.user : null,
      sealed: this.#vault.seal(JSON.stringify(credential), SEALED.discoveryCredentials.about(id)),
    }
  }

  #opened({ id, sealed }: DiscoveryCredentialRow): SnmpCredential {
    return SnmpCredential.parse(JSON.parse(this.#vault.open(sealed, SEALED.discoveryCredentials.about(id))))
  }
}

async function assertFree(db: ControlDb, name: string, id: string): Promise<void> {
  const query = db.selectFrom('discovery_credentials').select('id').where('name', '=', name).where('id', '!=', id)
  if ((await query.executeTakeFirst()) !== undefined) {
    throw new EyeNetError('conflict', `there is a credential ${name} already; choose another name`)
  }
}

async function plansOf(db: ControlDb) {
  const rows = await db.selectFrom('discovery_agents').select(['agent', 'plan']).where('plan', 'is not', null).execute()
  return rows.map(({ agent, plan }) => ({ agent, plan: DiscoveryPlan.parse(JSON.parse(plan ?? '{}')) }))
}

/** By credential. */
async function usersOf(db: ControlDb): Promise<ReadonlyMap<string, readonly AgentId[]>> {
  const users = new Map<string, AgentId[]>()
  for (const { agent, plan } of await plansOf(db)) {
    for (const id of plan.credentials) users.set(id, [...(users.get(id) ?? []), agent])
  }
  return users
}

async function bumpUsers(db: ControlDb, id: string): Promise<readonly AgentId[]> {
  const agents = (await usersOf(db)).get(id) ?? []
  for (const agent of agents) await bumpRevision(db, agent)
  return agents
}

function resourceOf(row: DiscoveryCredentialRow, users: ReadonlyMap<string, readonly AgentId[]>): DiscoveryCredential {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    ...(row.user !== null && { user: row.user }),
    ...(row.port !== null && { port: row.port }),
    createdAt: row.created_at,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    agents: [...(users.get(row.id) ?? [])],
  }
}

function absent(id: string): EyeNetError {
  return new EyeNetError('not_found', `there is no credential ${id}; it may have been removed`)
}
