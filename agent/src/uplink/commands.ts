import type { EpochMs } from '@eyenet/shared/identity'
import { type AppliedRevision, DesiredState, type RejectedRevision, Task } from '@eyenet/shared/wire'
import { DesiredFile } from './desired-file.ts'
import {
  appliedOf,
  confirmed,
  type DesiredRecord,
  NO_RECORD,
  offered,
  onTrial,
  refused,
  rolledBack,
  runningOf,
  started,
} from './desired-record.ts'
import type { AgentIdentity } from './identity-file.ts'
import { openSigned } from './signed-message.ts'

export type Accepted<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly reason: string; readonly id?: string }

/** Ids of tasks that were seen and are not expired yet; more at a time are refused. */
const MAX_TASK_IDS = 1_000
/** A clock that is wrong by so much does not make a fresh task expired. */
const CLOCK_TOLERANCE_MS = 30_000

/** What the server tells this agent to run and to do: opened, checked, remembered. */
export class Commands {
  readonly #identity: AgentIdentity
  readonly #file: DesiredFile
  readonly #taskIds = new Map<string, EpochMs>()
  #record: DesiredRecord = NO_RECORD

  constructor(identity: AgentIdentity, dataDir: string) {
    this.#identity = identity
    this.#file = new DesiredFile(dataDir)
  }

  /** Revision of the desired state that runs; 0 before the first. */
  get revision(): number {
    return runningOf(this.#record)?.revision ?? 0
  }

  /** What is told of it to the server. */
  get report(): { readonly applied?: AppliedRevision; readonly rejected?: RejectedRevision } {
    const applied = appliedOf(this.#record)
    const { rejected } = this.#record
    return { ...(applied && { applied }), ...(rejected && { rejected }) }
  }

  /** Whether the revision that runs is on trial. */
  get isOnTrial(): boolean {
    return this.#record.pending !== undefined
  }

  /** The agent starts: the last desired state, so that it works without its server. */
  async kept(now: EpochMs): Promise<Accepted<DesiredState>> {
    const { record, loneMessage } = this.#file.read()
    if (loneMessage !== undefined) return this.#adopt(loneMessage, now)
    this.#record = record
    const next = started(record, now)
    this.#record = next
    try {
      if (next !== record) this.#file.write(next)
    } catch {
      // Without room on the disk this start is not counted; the agent runs all the same.
    }
    return this.running()
  }

  /** What was kept, without counting it as a start of the agent; `known` where there is nothing. */
  async look(): Promise<Accepted<DesiredState>> {
    const { record, loneMessage } = this.#file.read()
    this.#record = record
    return loneMessage === undefined ? this.running() : this.#openDesired(loneMessage)
  }

  /** The desired state that runs, opened again; `known` where there is none. */
  async running(): Promise<Accepted<DesiredState>> {
    const running = runningOf(this.#record)
    return running === undefined ? { kind: 'known' } : this.#openDesired(running.message)
  }

  /**
   * A desired state from the broker. It is on disk, on trial, when this resolves. `faultOf` says why one cannot be run:
   * it is refused as a whole and not taken again.
   */
  async desired(
    message: string,
    { now, faultOf }: { now: EpochMs; faultOf: (state: DesiredState) => string | undefined },
  ): Promise<Accepted<DesiredState>> {
    const opened = await this.#openDesired(message)
    if (opened.kind !== 'accepted') return opened
    const { revision } = opened.value
    const offer = offered(this.#record, revision)
    if (offer.kind === 'known') return offer
    if (offer.kind === 'old') {
      return { kind: 'refused', reason: `its revision ${revision} is older than ${this.#record.floor}` }
    }
    const reason = faultOf(opened.value)
    if (reason !== undefined) {
      this.#save(refused(this.#record, revision, { reason, at: now }))
      return { kind: 'refused', reason: `revision ${revision} cannot be run: ${reason}` }
    }
    this.#save(onTrial(this.#record, { revision, message, at: now }))
    return opened
  }

  /** The server was reached with the revision on trial. */
  confirm(): void {
    this.#save(confirmed(this.#record))
  }

  /** Leaves the revision on trial, even where that cannot be written; what `running` then answers is the one before. */
  rollBack(reason: string, now: EpochMs): void {
    this.#record = rolledBack(this.#record, reason, now)
    this.#file.write(this.#record)
  }

  /** What an older version of this agent kept was run by it, and so is confirmed. */
  async #adopt(message: string, now: EpochMs): Promise<Accepted<DesiredState>> {
    const opened = await this.#openDesired(message)
    if (opened.kind !== 'accepted') return opened
    const { revision } = opened.value
    this.#save({ ...NO_RECORD, floor: revision, confirmed: { revision, message, at: now } })
    return opened
  }

  #save(record: DesiredRecord): void {
    this.#file.write(record)
    this.#record = record
  }

  /** A task from the broker: for us, not expired, never seen. */
  async task(message: string, now: EpochMs): Promise<Accepted<Task>> {
    const opened = await openSigned(message, 'task', this.#identity)
    if (opened.kind === 'refused') return opened
    const parsed = Task.safeParse(opened.value)
    if (!parsed.success) return { kind: 'refused', reason: 'it is of a kind that this agent does not know' }
    const task = parsed.data
    const refuse = (reason: string): Accepted<Task> => ({ kind: 'refused', reason, id: task.id })
    if (task.agent !== this.#identity.agent) return { kind: 'refused', reason: 'it is for another agent' }
    if (task.expiresAt + CLOCK_TOLERANCE_MS < now) return refuse('it has expired')
    if (this.#taskIds.has(task.id)) return { kind: 'refused', reason: 'it was done before' }
    for (const [id, expiresAt] of this.#taskIds) {
      if (expiresAt + CLOCK_TOLERANCE_MS < now) this.#taskIds.delete(id)
    }
    if (this.#taskIds.size >= MAX_TASK_IDS) return refuse('too many tasks at once')
    this.#taskIds.set(task.id, task.expiresAt)
    return { kind: 'accepted', value: task }
  }

  async #openDesired(message: string): Promise<Accepted<DesiredState>> {
    const opened = await openSigned(message, 'desired', this.#identity)
    if (opened.kind === 'refused') return opened
    const parsed = DesiredState.safeParse(opened.value)
    if (!parsed.success) return { kind: 'refused', reason: 'this agent does not understand it; update the agent' }
    const { agent, site } = parsed.data
    if (agent !== this.#identity.agent || site !== this.#identity.site) {
      return { kind: 'refused', reason: 'it is for another agent' }
    }
    return { kind: 'accepted', value: parsed.data }
  }
}
