import { randomUUID } from 'node:crypto'
import type { ConfigScope, NewRollout, Rollout } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { AgentRow, ControlDb, RolloutRow } from '../../db/db.ts'
import { bumpRevision } from '../revisions.ts'
import { type AgentFact, baselineOf } from './agent-fact.ts'
import { hasNew } from './assigned-configuration.ts'
import { chooseCanaries } from './choose-canaries.ts'
import { type FactSources, loadFacts } from './load-facts.ts'
import { activeRevision } from './revision-records.ts'
import { rolloutResource } from './rollout-resource.ts'
import { nextRollout, RolloutPlan, RolloutState } from './rollout-state.ts'
import { assertScope, scopeAgents } from './scope-agents.ts'

/** How agents fare before they get a revision is looked at over this long. */
const BEFORE_MS = 5 * 60_000
/** Shown; older ones that are over are deleted. */
export const MAX_ROLLOUTS = 200

export type RolloutsOptions = FactSources & {
  /** These agents have something else to run now: tell them. */
  readonly onAssigned: (agents: readonly AgentId[]) => void
  /** A roll-out halted by itself. */
  readonly onHalted: (rollout: {
    readonly scope: ConfigScope
    readonly revision: number
    readonly reason: string
  }) => void
}

/** Brings revisions to agents: to canaries first, then to all; halts by itself. Each step is on disk before anybody is told. */
export class Rollouts {
  readonly #options: RolloutsOptions
  readonly #db: ControlDb
  #halted = 0

  constructor(options: RolloutsOptions) {
    this.#options = options
    this.#db = options.db
  }

  /** Newest first. */
  async list(): Promise<readonly Rollout[]> {
    const rows = await this.#db
      .selectFrom('rollouts')
      .selectAll()
      .orderBy('started_at', 'desc')
      .orderBy('id')
      .limit(MAX_ROLLOUTS)
      .execute()
    return Promise.all(rows.map(async (row) => rolloutResource(row, await this.#shownAgents(row))))
  }

  async get(id: string): Promise<Rollout> {
    const row = await this.#row(id)
    return rolloutResource(row, await scopeAgents(this.#db, row.scope))
  }

  /** EyeNetError `conflict` while another one of the scope is open. */
  async start({ scope, revision, canaries, observeSeconds }: NewRollout, by: string): Promise<Rollout> {
    await assertScope(this.#db, scope)
    const now = this.#options.now()
    const agents = await scopeAgents(this.#db, scope)
    const able = agents.filter((one) => one.takes_settings !== 0)
    const plan: RolloutPlan = { canaries: chooseCanaries(canaries, able, 'takes settings'), observeSeconds }
    const row: RolloutRow = {
      ...{ id: randomUUID(), scope, revision, by, started_at: now, open: 1 },
      former: await activeRevision(this.#db, scope),
      plan: JSON.stringify(plan),
      state: JSON.stringify(notBegun(now)),
    }
    await this.#db.transaction().execute(async (trx) => {
      await assertStartable(trx, scope, revision)
      await trx.insertInto('rollouts').values(row).execute()
      await removeOldest(trx)
    })
    await this.#enter(row, firstState(plan, now))
    return this.get(row.id)
  }

  async halt(id: string, by: string): Promise<Rollout> {
    const row = await this.#open(id)
    const state = RolloutState.parse(JSON.parse(row.state))
    if (state.kind !== 'canary' && state.kind !== 'everyone') throw notIn(state.kind, 'halted')
    await this.#enter(row, {
      kind: 'halted',
      since: this.#options.now(),
      reason: `${by} halted it`,
      during: state.kind,
    })
    return this.get(id)
  }

  /** Begins again with the canaries, as if it were new. */
  async resume(id: string): Promise<Rollout> {
    const row = await this.#open(id)
    const state = RolloutState.parse(JSON.parse(row.state))
    if (state.kind !== 'halted') throw notIn(state.kind, 'resumed')
    await this.#enter(row, firstState(RolloutPlan.parse(JSON.parse(row.plan)), this.#options.now()))
    return this.get(id)
  }

  /** Ends it: all run the former revision. */
  async abort(id: string, by: string): Promise<Rollout> {
    const row = await this.#open(id)
    await this.#enter(row, { kind: 'aborted', since: this.#options.now(), reason: `${by} aborted it` })
    return this.get(id)
  }

  /** Roll-outs that wait for a person, as of the last time they were judged. */
  get halted(): number {
    return this.#halted
  }

  /** Judges every open roll-out. Call it every few seconds. */
  async judge(): Promise<void> {
    const rows = await this.#db.selectFrom('rollouts').selectAll().where('open', '=', 1).execute()
    let halted = 0
    for (const row of rows) if ((await this.#judgeOne(row)).kind === 'halted') halted += 1
    this.#halted = halted
  }

  async #judgeOne(row: RolloutRow): Promise<RolloutState> {
    const state = RolloutState.parse(JSON.parse(row.state))
    if (state.kind !== 'canary' && state.kind !== 'everyone') return state
    const plan = RolloutPlan.parse(JSON.parse(row.plan))
    const judged = (await this.#ableAgents(row.scope)).filter(
      ({ id }) => state.kind === 'everyone' || plan.canaries.includes(id),
    )
    const sent = new Map(state.baselines.map((one) => [one.agent, one.sent]))
    const facts = await loadFacts(this.#options, judged, { since: state.since, sent })
    const next = nextRollout(state, { plan, facts, now: this.#options.now() })
    if (next === state) return state
    const isTaken = next.kind === state.kind ? await this.#save(row, next) : await this.#enter(row, next, row.state)
    if (!isTaken) return state
    if (next.kind === 'halted') this.#options.onHalted({ ...row, reason: next.reason })
    return next
  }

  /** A new stage: agents for which it changes something get a new revision of their desired state, in one
   * transaction. False where it is over, or is not as it was judged: a person was faster. */
  async #enter(row: RolloutRow, next: RolloutState, judged?: string): Promise<boolean> {
    const { store, now } = this.#options
    const agents = await this.#ableAgents(row.scope)
    // Read before the transaction: the store is another world.
    const since = epochMs(now() - BEFORE_MS)
    const before = await loadFacts({ db: this.#db, store, now }, agents, { since, sent: new Map() })
    const told = await this.#db.transaction().execute(async (trx) => {
      const current = await trx.selectFrom('rollouts').selectAll().where('id', '=', row.id).executeTakeFirst()
      if (current === undefined || current.open === 0) return undefined
      if (judged !== undefined && current.state !== judged) return undefined
      const state = JSON.stringify(next)
      const changed = agents.filter(({ id }) => hasNew(current, id) !== hasNew({ ...current, state }, id))
      for (const { id } of changed) await bumpRevision(trx, id)
      const withBaselines = await this.#withBaselines(trx, next, { facts: before, row: { ...current, state } })
      await writeState(trx, row, withBaselines)
      return changed.map(({ id }) => id)
    })
    if (told !== undefined && told.length > 0) this.#options.onAssigned(told)
    return told !== undefined
  }

  /** How each agent that has the revision fared without it, and from which revision of its desired state on it has it. */
  async #withBaselines(
    trx: ControlDb,
    next: RolloutState,
    { facts, row }: { facts: readonly AgentFact[]; row: RolloutRow },
  ): Promise<RolloutState> {
    if (next.kind !== 'canary' && next.kind !== 'everyone') return next
    const rows = await trx.selectFrom('agents').select(['id', 'desired_revision']).execute()
    const sent = new Map(rows.map(({ id, desired_revision }) => [id, desired_revision]))
    const having = facts.filter(({ agent }) => hasNew(row, agent))
    return { ...next, baselines: having.map((fact) => baselineOf(fact, sent.get(fact.agent) ?? 0)) }
  }

  async #save(row: RolloutRow, next: RolloutState): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const current = await trx.selectFrom('rollouts').select('state').where('id', '=', row.id).executeTakeFirst()
      if (current?.state !== row.state) return false
      await writeState(trx, row, next)
      return true
    })
  }

  async #ableAgents(scope: ConfigScope): Promise<readonly AgentRow[]> {
    return (await scopeAgents(this.#db, scope)).filter((one) => one.takes_settings !== 0)
  }

  /** A list of many that are over needs no agents. */
  async #shownAgents(row: RolloutRow): Promise<readonly AgentRow[]> {
    return row.open === 1 ? scopeAgents(this.#db, row.scope) : []
  }

  async #row(id: string): Promise<RolloutRow> {
    const row = await this.#db.selectFrom('rollouts').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', 'there is no such roll-out')
    return row
  }

  async #open(id: string): Promise<RolloutRow> {
    const row = await this.#row(id)
    if (row.open === 0) throw notIn(RolloutState.parse(JSON.parse(row.state)).kind, 'changed')
    return row
  }
}

/** As it is written first: a server that ends right then leaves it to be resumed. */
const notBegun = (since: EpochMs): RolloutState => ({
  kind: 'halted',
  since,
  during: 'canary',
  reason: 'the server ended before it began',
})

function firstState({ canaries }: RolloutPlan, since: EpochMs): RolloutState {
  return canaries.length === 0 ? { kind: 'everyone', since, baselines: [] } : { kind: 'canary', since, baselines: [] }
}

function notIn(kind: RolloutState['kind'], what: string): EyeNetError {
  const words = {
    canary: 'under way',
    everyone: 'under way',
    halted: 'halted',
    completed: 'completed',
    aborted: 'aborted',
  }
  return new EyeNetError('conflict', `the roll-out is ${words[kind]}, and cannot be ${what}`)
}

async function assertStartable(trx: ControlDb, scope: ConfigScope, revision: number): Promise<void> {
  const known = await trx
    .selectFrom('config_revisions')
    .select('revision')
    .where('scope', '=', scope)
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (known === undefined) throw new EyeNetError('not_found', `${scope} has no revision ${revision}`)
  const open = await trx
    .selectFrom('rollouts')
    .select('revision')
    .where('scope', '=', scope)
    .where('open', '=', 1)
    .executeTakeFirst()
  if (open !== undefined) {
    const message = `revision ${open.revision} is being rolled out to ${scope} already: abort that, or wait for its end`
    throw new EyeNetError('conflict', message)
  }
}

/** A roll-out that ends says what the scope runs from then on. */
async function writeState(trx: ControlDb, { id, scope, revision }: RolloutRow, next: RolloutState): Promise<void> {
  const isOver = next.kind === 'completed' || next.kind === 'aborted'
  await trx
    .updateTable('rollouts')
    .set({ state: JSON.stringify(next), open: isOver ? 0 : 1 })
    .where('id', '=', id)
    .execute()
  if (next.kind !== 'completed') return
  await trx
    .insertInto('config_scopes')
    .values({ scope, active: revision })
    .onConflict((one) => one.column('scope').doUpdateSet({ active: revision }))
    .execute()
}

async function removeOldest(trx: ControlDb): Promise<void> {
  await trx
    .deleteFrom('rollouts')
    .where('open', '=', 0)
    .where('id', 'not in', (eb) =>
      eb.selectFrom('rollouts').select('id').orderBy('started_at', 'desc').limit(MAX_ROLLOUTS),
    )
    .execute()
}
