import type { ConfigRevision, ConfigRevisionAnswer, ConfigScope, NewConfigRevision } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { AgentConfiguration, NO_CONFIGURATION } from '@eyenet/shared/wire'
import type { ConfigRevisionRow, ControlDb } from '../../db/db.ts'
import { changesBetween } from './changes-between.ts'
import { assertScope, scopeAgents } from './scope-agents.ts'

/** Kept per scope; the oldest that nobody runs go. */
export const MAX_REVISIONS = 500

/** What people wrote for scopes of agents: revisions that are never changed, and which of them runs. */
export class RevisionRecords {
  readonly #db: ControlDb
  readonly #now: () => EpochMs

  constructor(db: ControlDb, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  /** Newest first. */
  async list(scope: ConfigScope): Promise<readonly ConfigRevision[]> {
    await assertScope(this.#db, scope)
    const rows = await this.#rows(scope).orderBy('revision').execute()
    const active = await activeRevision(this.#db, scope)
    let before = NO_CONFIGURATION
    const revisions = rows.map((row) => {
      const configuration = contentOf(row)
      const changes = changesBetween(before, configuration)
      before = configuration
      return resourceOf(row, { configuration, changes, active: row.revision === active })
    })
    return revisions.reverse()
  }

  /** EyeNetError `not_found` when there is no such revision. */
  async get(scope: ConfigScope, revision: number): Promise<ConfigRevision> {
    await assertScope(this.#db, scope)
    const row = await this.#rows(scope).where('revision', '=', revision).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', `${scope} has no revision ${revision}`)
    const earlier = this.#rows(scope).where('revision', '<', revision).orderBy('revision', 'desc')
    const before = await earlier.executeTakeFirst()
    const configuration = contentOf(row)
    const changes = changesBetween(before === undefined ? NO_CONFIGURATION : contentOf(before), configuration)
    const active = (await activeRevision(this.#db, scope)) === revision
    return resourceOf(row, { configuration, changes, active })
  }

  /** EyeNetError `conflict` when somebody has made another revision since `base`. Nothing runs it yet. */
  async create(scope: ConfigScope, wanted: NewConfigRevision, author: string): Promise<ConfigRevisionAnswer> {
    await assertScope(this.#db, scope)
    return this.#db.transaction().execute(async (trx) => {
      const newest = await newestRevision(trx, scope)
      if (wanted.base !== undefined && wanted.base !== newest) {
        const message = `${scope} is at revision ${newest} by now, not ${wanted.base}: look at what was changed, and edit that`
        throw new EyeNetError('conflict', message)
      }
      const running = await contentAt(trx, scope, await activeRevision(trx, scope))
      const changes = changesBetween(running, wanted.configuration)
      const agents = await scopeAgents(trx, scope)
      const revision = newest + 1
      if (!wanted.dryRun) {
        await trx
          .insertInto('config_revisions')
          .values({
            ...{ scope, revision, author, at: this.#now(), comment: wanted.comment },
            content: JSON.stringify(wanted.configuration),
          })
          .execute()
        await removeOldest(trx, scope, revision)
      }
      const tooOld = agents.filter((one) => one.takes_settings === 0).length
      return { scope, revision, changes, agents: agents.length, tooOld, made: !wanted.dryRun }
    })
  }

  #rows(scope: ConfigScope) {
    return this.#db.selectFrom('config_revisions').selectAll().where('scope', '=', scope)
  }
}

/** The revision of a scope that runs where no roll-out says otherwise; 0 for none. */
export async function activeRevision(db: ControlDb, scope: ConfigScope): Promise<number> {
  const row = await db.selectFrom('config_scopes').select('active').where('scope', '=', scope).executeTakeFirst()
  return row?.active ?? 0
}

/** The configuration of a revision; that of 0 is empty. */
export async function contentAt(db: ControlDb, scope: ConfigScope, revision: number): Promise<AgentConfiguration> {
  if (revision === 0) return NO_CONFIGURATION
  const row = await db
    .selectFrom('config_revisions')
    .selectAll()
    .where('scope', '=', scope)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return row === undefined ? NO_CONFIGURATION : contentOf(row)
}

/** What a scope has goes with it. */
export async function forgetScope(db: ControlDb, scope: ConfigScope): Promise<void> {
  for (const table of ['config_revisions', 'config_scopes', 'rollouts'] as const) {
    await db.deleteFrom(table).where('scope', '=', scope).execute()
  }
}

async function newestRevision(db: ControlDb, scope: ConfigScope): Promise<number> {
  const row = await db
    .selectFrom('config_revisions')
    .select((eb) => eb.fn.max('revision').as('newest'))
    .where('scope', '=', scope)
    .executeTakeFirst()
  return row?.newest ?? 0
}

async function removeOldest(db: ControlDb, scope: ConfigScope, newest: number): Promise<void> {
  await db
    .deleteFrom('config_revisions')
    .where('scope', '=', scope)
    .where('revision', '<=', newest - MAX_REVISIONS)
    .where('revision', 'not in', (eb) => eb.selectFrom('config_scopes').select('active').where('scope', '=', scope))
    .where('revision', 'not in', (eb) =>
      eb.selectFrom('rollouts').select('revision').where('scope', '=', scope).where('open', '=', 1),
    )
    .execute()
}

function contentOf({ content }: ConfigRevisionRow): AgentConfiguration {
  return AgentConfiguration.parse(JSON.parse(content))
}

function resourceOf(
  { content: _content, ...row }: ConfigRevisionRow,
  found: Pick<ConfigRevision, 'configuration' | 'changes' | 'active'>,
): ConfigRevision {
  return { ...row, ...found }
}
