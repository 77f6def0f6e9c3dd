import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { MAX_MIB_TASK_BYTES, type TaskReply } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { AgentRow, ControlDb, MibDeliveryRow } from '../db/db.ts'
import { createTurns } from '../turns/turns.ts'
import type { TaskBody } from './agent-tasks.ts'
import { base64Length } from './mib-library.ts'
import { MAX_ATTEMPTS, MibOutcome, outcomeOf } from './mib-outcome.ts'

/** Time in which an agent compiles what one task holds; a small machine takes a second for a megabyte. */
const COMPILE_TIMEOUT_MS = 60_000
/** Agents that are sent files at the same time; others wait. */
const AGENTS_AT_ONCE = 4
/** As many agents as one server has. */
const MAX_WAITING_AGENTS = 10_000
const MAX_FILES_PER_TASK = 100
/** Another version is a reason to ask again; one that calls itself something else at each birth is not, more often. */
const NEWS_INTERVAL_MS = 24 * 60 * 60 * 1_000

export type MibDeliveryOptions = {
  readonly db: ControlDb
  readonly logger: Logger
  readonly now: () => EpochMs
  readonly ask: (row: AgentRow, body: TaskBody, timeoutMs: number) => Promise<TaskReply>
}

type Pending = {
  readonly name: string
  readonly hash: string
  readonly bytes: number
  readonly before: Pick<MibDeliveryRow, 'version' | 'attempts' | 'outcome' | 'reopened_at'> | undefined
}

type Delivery = { hasBegun: boolean; readonly done: Promise<void> }

/** Brings MIB files to agents: each file once to each agent, until it has said what it made of it. */
export class MibDelivery {
  readonly #options: MibDeliveryOptions
  readonly #turns = createTurns({
    concurrent: AGENTS_AT_ONCE,
    waiting: MAX_WAITING_AGENTS,
    sentence: 'too many agents wait for MIB files',
  })
  /** Those that left their last task without a reply wait for each other, and hold up nobody else. */
  readonly #silentTurns = createTurns({
    concurrent: 1,
    waiting: MAX_WAITING_AGENTS,
    sentence: 'too many silent agents wait for MIB files',
  })
  /** At most as many as there are agents. */
  readonly #silent = new Set<AgentId>()
  /** The newest delivery of each agent: one that runs, or one that waits for it and sees all that was asked for meanwhile. */
  readonly #newest = new Map<AgentId, Delivery>()
  /** What the library was when all connected agents were last looked at. */
  #seen = ''
  #isClosed = false

  constructor(options: MibDeliveryOptions) {
    this.#options = options
  }

  /** Resolves when every agent that is connected has said what it made of every file, or did not reply. */
  async deliverToAll(): Promise<void> {
    this.#seen = await this.#library()
    if (this.#seen === '') return
    const agents = await this.#options.db.selectFrom('agents').select('id').where('state', '=', 'connected').execute()
    await Promise.all(agents.map(({ id }) => this.deliverTo(id)))
  }

  /** Another process may have changed the library: `eyenet-server mib add`. */
  async deliverNews(): Promise<void> {
    if ((await this.#library()) !== this.#seen) await this.deliverToAll()
  }

  /** Never rejects: what went wrong is logged, and tried again when the agent connects. */
  deliverTo(agent: AgentId): Promise<void> {
    const before = this.#newest.get(agent)
    if (before?.hasBegun === false) return before.done
    const begin = (): Promise<void> => {
      delivery.hasBegun = true
      return this.#deliver(agent)
    }
    const done = (before?.done ?? Promise.resolve())
      .then(() => (this.#silent.has(agent) ? this.#silentTurns : this.#turns).take(begin))
      .catch((thrown) => {
        this.#options.logger.warn({ agent, error: messageOf(thrown) }, 'an agent was not given its MIB files')
      })
      .finally(() => {
        if (this.#newest.get(agent) === delivery) this.#newest.delete(agent)
      })
    const delivery: Delivery = { hasBegun: false, done }
    this.#newest.set(agent, delivery)
    return done
  }

  /** Waits for what is under way; the tasks are to be ended before. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#newest.values()].map((one) => one.done))
  }

  async #deliver(agent: AgentId): Promise<void> {
    const row = await this.#row(agent)
    if (row === undefined) {
      this.#silent.delete(agent)
      return
    }
    for (const files of tasksOf(await this.#pending(row))) {
      if (this.#isClosed) return
      await this.#send(row, files)
      // The other files are tried when it connects again.
      if (this.#silent.has(agent)) return
    }
  }

  async #send(row: AgentRow, files: readonly Pending[]): Promise<void> {
    const { db, ask } = this.#options
    const names = files.map((one) => one.name)
    const stored = await db.selectFrom('mib_files').select(['name', 'gzip']).where('name', 'in', names).execute()
    if (stored.length === 0) return
    const packed = stored.map(({ name, gzip }) => ({ name, gzip: Buffer.from(gzip).toString('base64') }))
    let reply: TaskReply | undefined
    try {
      reply = await ask(row, { kind: 'add-mibs', files: packed }, COMPILE_TIMEOUT_MS)
    } catch (thrown) {
      if (!(thrown instanceof EyeNetError)) throw thrown
      // Only silence counts against it: one that went away meanwhile is asked when it is back.
      if (this.#isClosed || (await this.#row(row.id))?.state !== 'connected') throw thrown
    }
    if (reply === undefined) this.#silent.add(row.id)
    else this.#silent.delete(row.id)
    for (const { name, hash, before } of files) {
      const outcome = reply === undefined ? null : JSON.stringify(outcomeOf(reply, name, names))
      const counted = countedOf(before, row.version, this.#options.now())
      await this.#record({ agent: row.id, hash, outcome, ...counted })
    }
  }

  async #record(delivery: MibDeliveryRow): Promise<void> {
    const { agent, hash, ...changed } = delivery
    await this.#options.db.transaction().execute(async (trx) => {
      // Either may have been removed while the agent was at work.
      const known = await trx.selectFrom('agents').select('id').where('id', '=', agent).executeTakeFirst()
      const file = await trx.selectFrom('mib_files').select('name').where('hash', '=', hash).executeTakeFirst()
      if (known === undefined || file === undefined) return
      await trx
        .insertInto('mib_deliveries')
        .values(delivery)
        .onConflict((one) => one.columns(['agent', 'hash']).doUpdateSet(changed))
        .execute()
    })
  }

  async #pending({ id, version }: AgentRow): Promise<readonly Pending[]> {
    const { db } = this.#options
    const deliveries = await db.selectFrom('mib_deliveries').selectAll().where('agent', '=', id).execute()
    const byHash = new Map(deliveries.map((one) => [one.hash, one]))
    const files = await db
      .selectFrom('mib_files')
      .select((eb) => ['name', 'hash', eb.fn<number>('length', ['gzip']).as('bytes')])
      .orderBy('at')
      .orderBy('name')
      .execute()
    return files
      .map((file) => ({ ...file, before: byHash.get(file.hash) }))
      .filter(({ before }) => isOpen(before, version, this.#options.now()))
  }

  #row(agent: AgentId): Promise<AgentRow | undefined> {
    return this.#options.db.selectFrom('agents').selectAll().where('id', '=', agent).executeTakeFirst()
  }

  /** Differs whenever files have come or changed; empty while there are none. */
  async #library(): Promise<string> {
    const { files, newest } = await this.#options.db
      .selectFrom('mib_files')
      .select((eb) => [eb.fn.countAll<number>().as('files'), eb.fn.max('at').as('newest')])
      .executeTakeFirstOrThrow()
    return files === 0 ? '' : `${files} ${newest}`
  }
}

/** Whether an agent of this version is to be asked (again). */
function isOpen(before: Pending['before'], version: string, now: EpochMs): boolean {
  if (before === undefined) return true
  if (before.outcome === null) return before.attempts < MAX_ATTEMPTS || isNews(before, version, now)
  return MibOutcome.parse(JSON.parse(before.outcome)).kind === 'refused' && isNews(before, version, now)
}

function isNews(before: NonNullable<Pending['before']>, version: string, now: EpochMs): boolean {
  return before.version !== version && now - before.reopened_at >= NEWS_INTERVAL_MS
}

/** The count with this attempt; it begins anew for another version. */
function countedOf(
  before: Pending['before'],
  version: string,
  now: EpochMs,
): Pick<MibDeliveryRow, 'version' | 'attempts' | 'reopened_at'> {
  if (before === undefined) return { version, attempts: 1, reopened_at: 0 }
  if (isNews(before, version, now)) return { version, attempts: 1, reopened_at: now }
  return { version: before.version, attempts: before.attempts + 1, reopened_at: before.reopened_at }
}

/** Files in the order they came, as many at a time as fit into a task: those given together can import each other. */
function tasksOf(files: readonly Pending[]): readonly (readonly Pending[])[] {
  const tasks: Pending[][] = []
  let room = 0
  for (const file of files) {
    const size = base64Length(file.bytes)
    const last = tasks.at(-1)
    if (last === undefined || size > room || last.length >= MAX_FILES_PER_TASK) {
      tasks.push([file])
      room = MAX_MIB_TASK_BYTES - size
    } else {
      last.push(file)
      room -= size
    }
  }
  return tasks
}
