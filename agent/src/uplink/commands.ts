import type { EpochMs } from '@eyenet/shared/identity'
import { type AppliedRevision, DesiredState, type RejectedRevision, Task, TaskHead } from '@eyenet/shared/wire'
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
  signedAnew,
  started,
} from './desired-record.ts'
import type { AgentIdentity } from './identity-file.ts'
import { type RingChange, trustedIn } from './key-ring.ts'
import { type Refused, refusedAs } from './refusal.ts'
import { SeenCommands } from './seen-commands.ts'
import { type Opened, openSigned, openVouched, signerOf } from './signed-message.ts'
import { TrustedKeys } from './trusted-keys.ts'

export type Accepted<T> = { readonly kind: 'accepted'; readonly value: T } | { readonly kind: 'known' } | Refused

/** A clock that is wrong by so much does not make a fresh task expired. */
const CLOCK_TOLERANCE_MS = 30_000

/** What the server tells this agent to run and to do: opened, checked, remembered. */
export class Commands {
  readonly #identity: AgentIdentity
  readonly #file: DesiredFile
  readonly #keys: TrustedKeys
  readonly #seen: SeenCommands
  #record: DesiredRecord = NO_RECORD

  constructor(identity: AgentIdentity, dataDir: string, onProblem: (thrown: unknown) => void = () => {}) {
    this.#identity = identity
    this.#file = new DesiredFile(dataDir)
    this.#keys = new TrustedKeys(dataDir, identity.signingKey)
    this.#seen = new SeenCommands(dataDir, onProblem)
  }

  /** Revision of the desired state that runs; 0 before the first. */
  get revision(): number {
    return runningOf(this.#record)?.revision ?? 0
  }

  /** Ids of the server's keys whose word counts here. */
  get signingKeys(): readonly string[] {
    return trustedIn(this.#keys.ring)
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
    return loneMessage === undefined ? this.running() : this.#openDesired(loneMessage, true)
  }

  /** The desired state that runs, opened again; `known` where there is none. */
  async running(): Promise<Accepted<DesiredState>> {
    const running = runningOf(this.#record)
    return running === undefined ? { kind: 'known' } : this.#openDesired(running.message, true)
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
    if (offer.kind === 'known') {
      this.#takeSignature(revision, message)
      return offer
    }
    const least = Math.max(this.#record.floor, this.#seen.revision)
    if (revision < least) return refusedAs('outdated', `its revision ${revision} is older than ${least}`)
    const reason = faultOf(opened.value)
    if (reason !== undefined) {
      this.#save(refused(this.#record, revision, { reason, at: now }))
      return refusedAs('unrunnable', `revision ${revision} cannot be run: ${reason}`)
    }
    this.#save(onTrial(this.#record, { revision, message, at: now }))
    this.#seen.reached(revision)
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
    const opened = await this.#openDesired(message, true)
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
    const opened = await openSigned(message, 'task', this.#openingKeys)
    if (opened.kind === 'refused') return opened
    const head = TaskHead.safeParse(opened.value)
    if (!head.success) return refusedAs('unreadable', 'it is no task')
    const { id, agent, expiresAt } = head.data
    if (agent !== this.#identity.agent) return refusedAs('misaddressed', 'it is for another agent')
    if (expiresAt + CLOCK_TOLERANCE_MS < now) return { ...refusedAs('expired', 'it has expired'), id }
    const task = Task.safeParse(opened.value)
    if (!task.success) {
      return { ...refusedAs('unreadable', 'this agent does not know how to do it; update the agent'), id }
    }
    const seen = this.#seen.take(head.data)
    if (seen === undefined) return { kind: 'accepted', value: task.data }
    // Who asked has had the answer of the first; only what was not begun is told.
    return seen.refusal === 'replayed' ? seen : { ...seen, id }
  }

  /** What the server has signed for whoever reads it: a JWS of that `typ`. A key that was replaced since still counts. */
  vouched(jws: string, type: string): Promise<Opened> {
    return openVouched(jws, type, { ring: this.#keys.ring, alsoReplaced: true })
  }

  /** What a `down/keys` message says about the server's keys. */
  keys(message: string): Promise<RingChange> {
    return this.#keys.learn(message)
  }

  /** The same revision by a newer key takes the place of what is kept: the key of that may end. */
  #takeSignature(revision: number, message: string): void {
    const kept = runningOf(this.#record)
    if (kept?.revision !== revision || signerOf(kept.message) === signerOf(message)) return
    this.#save(signedAnew(this.#record, revision, message))
  }

  get #openingKeys() {
    return { ring: this.#keys.ring, privateKey: { ...this.#identity.privateKey } }
  }

  async #openDesired(message: string, isKept = false): Promise<Accepted<DesiredState>> {
    const opened = await openSigned(message, 'desired', { ...this.#openingKeys, alsoReplaced: isKept })
    if (opened.kind === 'refused') return opened
    const parsed = DesiredState.safeParse(opened.value)
    if (!parsed.success) return refusedAs('unreadable', 'this agent does not understand it; update the agent')
    const { agent, site } = parsed.data
    if (agent !== this.#identity.agent || site !== this.#identity.site) {
      return refusedAs('misaddressed', 'it is for another agent')
    }
    return { kind: 'accepted', value: parsed.data }
  }
}
