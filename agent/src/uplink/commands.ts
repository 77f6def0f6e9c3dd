import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '@eyenet/shared/identity'
import { DesiredState, Task, TaskHead } from '@eyenet/shared/wire'
import { type AgentIdentity, writeWhole } from './identity-file.ts'
import { type RingChange, trustedIn } from './key-ring.ts'
import { type Refused, refused } from './refusal.ts'
import { SeenCommands } from './seen-commands.ts'
import { openSigned } from './signed-message.ts'
import { TrustedKeys } from './trusted-keys.ts'

export type Accepted<T> = { readonly kind: 'accepted'; readonly value: T } | { readonly kind: 'known' } | Refused

/** A clock that is wrong by so much does not make a fresh task expired. */
const CLOCK_TOLERANCE_MS = 30_000

/** What the server tells this agent to run and to do: opened, checked, remembered. */
export class Commands {
  readonly #identity: AgentIdentity
  readonly #file: string
  readonly #keys: TrustedKeys
  readonly #seen: SeenCommands
  #revision = 0
  /** The key that signed the desired state that runs. */
  #signedBy = ''

  constructor(identity: AgentIdentity, dataDir: string, onProblem: (thrown: unknown) => void = () => {}) {
    this.#identity = identity
    this.#file = join(dataDir, 'desired.jws')
    this.#keys = new TrustedKeys(dataDir, identity.signingKey)
    this.#seen = new SeenCommands(dataDir, onProblem)
  }

  /** Revision of the desired state that runs; 0 before the first. */
  get revision(): number {
    return this.#revision
  }

  /** Ids of the server's keys whose word counts here. */
  get signingKeys(): readonly string[] {
    return trustedIn(this.#keys.ring)
  }

  /** The last desired state, as it came, so that the agent works without its server. */
  async kept(): Promise<Accepted<DesiredState>> {
    let message: string
    try {
      message = readFileSync(this.#file, 'utf8')
    } catch {
      return { kind: 'known' }
    }
    return this.#openDesired(message, true)
  }

  /** A desired state from the broker. It is kept on disk encrypted, as it came. */
  async desired(message: string): Promise<Accepted<DesiredState>> {
    const signedBefore = this.#signedBy
    const opened = await this.#openDesired(message)
    // Of the same revision but signed by a newer key it takes the place of one whose key may end.
    const isSignedAnew = opened.kind === 'known' && this.#signedBy !== signedBefore
    if (opened.kind === 'accepted' || isSignedAnew) writeWhole(this.#file, message)
    if (opened.kind === 'accepted') this.#seen.reached(opened.value.revision)
    return opened
  }

  /** A task from the broker: for us, not expired, never seen. */
  async task(message: string, now: EpochMs): Promise<Accepted<Task>> {
    const opened = await openSigned(message, 'task', this.#openingKeys)
    if (opened.kind === 'refused') return opened
    const head = TaskHead.safeParse(opened.value)
    if (!head.success) return refused('unreadable', 'it is no task')
    const { id, agent, expiresAt } = head.data
    if (agent !== this.#identity.agent) return refused('misaddressed', 'it is for another agent')
    if (expiresAt + CLOCK_TOLERANCE_MS < now) return { ...refused('expired', 'it has expired'), id }
    const task = Task.safeParse(opened.value)
    if (!task.success) {
      return { ...refused('unreadable', 'this agent does not know how to do it; update the agent'), id }
    }
    const seen = this.#seen.take(head.data)
    if (seen === undefined) return { kind: 'accepted', value: task.data }
    // Who asked has had the answer of the first; only what was not begun is told.
    return seen.refusal === 'replayed' ? seen : { ...seen, id }
  }

  /** What a `down/keys` message says about the server's keys. */
  keys(message: string): Promise<RingChange> {
    return this.#keys.learn(message)
  }

  get #openingKeys() {
    return { ring: this.#keys.ring, privateKey: { ...this.#identity.privateKey } }
  }

  async #openDesired(message: string, isKept = false): Promise<Accepted<DesiredState>> {
    const opened = await openSigned(message, 'desired', { ...this.#openingKeys, alsoReplaced: isKept })
    if (opened.kind === 'refused') return opened
    const parsed = DesiredState.safeParse(opened.value)
    if (!parsed.success) return refused('unreadable', 'this agent does not understand it; update the agent')
    const { agent, site, revision } = parsed.data
    if (agent !== this.#identity.agent || site !== this.#identity.site) {
      return refused('misaddressed', 'it is for another agent')
    }
    const least = isKept ? this.#revision : Math.max(this.#revision, this.#seen.revision)
    if (revision < least) return refused('outdated', `its revision ${revision} is older than ${least}`)
    this.#signedBy = opened.kid
    if (revision === this.#revision) return { kind: 'known' }
    this.#revision = revision
    return { kind: 'accepted', value: parsed.data }
  }
}
