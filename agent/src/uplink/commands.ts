import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '@eyenet/shared/identity'
import { DesiredState, Task } from '@eyenet/shared/wire'
import { type AgentIdentity, writeWhole } from './identity-file.ts'
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
  readonly #file: string
  readonly #taskIds = new Map<string, EpochMs>()
  #revision = 0

  constructor(identity: AgentIdentity, dataDir: string) {
    this.#identity = identity
    this.#file = join(dataDir, 'desired.jws')
  }

  /** Revision of the desired state that runs; 0 before the first. */
  get revision(): number {
    return this.#revision
  }

  /** The last desired state, as it came, so that the agent works without its server. */
  async kept(): Promise<Accepted<DesiredState>> {
    let message: string
    try {
      message = readFileSync(this.#file, 'utf8')
    } catch {
      return { kind: 'known' }
    }
    return this.#openDesired(message)
  }

  /** A desired state from the broker. It is kept on disk encrypted, as it came. */
  async desired(message: string): Promise<Accepted<DesiredState>> {
    const opened = await this.#openDesired(message)
    if (opened.kind === 'accepted') writeWhole(this.#file, message)
    return opened
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
    const { agent, site, revision } = parsed.data
    if (agent !== this.#identity.agent || site !== this.#identity.site) {
      return { kind: 'refused', reason: 'it is for another agent' }
    }
    if (revision < this.#revision) {
      return { kind: 'refused', reason: `its revision ${revision} is older than ${this.#revision}` }
    }
    if (revision === this.#revision) return { kind: 'known' }
    this.#revision = revision
    return { kind: 'accepted', value: parsed.data }
  }
}
