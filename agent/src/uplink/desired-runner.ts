import { messageOf } from '@eyenet/shared/errors'
import type { DesiredState } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Clock } from '../schedule/schedule.ts'
import type { Commands } from './commands.ts'
import type { Refused } from './refusal.ts'
import { RevisionTrial, TRIAL_MS } from './revision-trial.ts'

export type DesiredRunnerOptions = {
  readonly commands: Commands
  readonly clock: Clock
  readonly logger: Logger
  /** What is to run from now on; undefined when that is nothing. */
  readonly onDesired: (state: DesiredState | undefined) => void
  /** Why a desired state cannot be run; undefined when it can. */
  readonly faultOf: (state: DesiredState) => string | undefined
  /** Counts and tells what was refused. */
  readonly refuse: (what: string, refused: Refused) => void
  readonly notice: (code: string, message: string) => void
  /** Tells the server what runs now. */
  readonly announce: () => void
}

/** Runs desired states: a new one on trial, confirmed once the server is reached with it, else left for the one before. */
export class DesiredRunner {
  readonly #options: DesiredRunnerOptions
  readonly #trial = new RevisionTrial()
  /** Signed by a key that an announcement under way may introduce. */
  #early: { readonly message: string; readonly refused: Refused } | undefined

  constructor(options: DesiredRunnerOptions) {
    this.#options = options
  }

  /** Runs what was kept. */
  async start(): Promise<void> {
    const { commands, clock, onDesired, refuse } = this.#options
    const kept = await commands.kept(clock.now())
    if (kept.kind === 'accepted') onDesired(kept.value)
    if (kept.kind === 'refused') refuse('desired state on disk', kept)
    if (commands.isOnTrial) this.#trial.begin(clock.monotonicMs())
  }

  /** A message from the broker. */
  async receive(message: string): Promise<void> {
    const { commands, clock, onDesired, refuse, faultOf, announce } = this.#options
    const outcome = await commands.desired(message, { now: clock.now(), faultOf })
    this.refuseEarly()
    if (outcome.kind === 'refused' && outcome.refusal === 'unknown_key') {
      this.#early = { message, refused: outcome }
      return
    }
    if (outcome.kind === 'refused') refuse('desired state', outcome)
    if (outcome.kind === 'accepted') {
      this.#trial.begin(clock.monotonicMs())
      onDesired(outcome.value)
    }
    if (outcome.kind !== 'known') announce()
  }

  /** Keys were announced: what came before its key may count now. */
  async keysChanged(): Promise<void> {
    const early = this.#early
    this.#early = undefined
    if (early !== undefined) await this.receive(early.message)
  }

  /** No announcement has come that introduces the key of what waits. */
  refuseEarly(): void {
    const early = this.#early
    this.#early = undefined
    if (early !== undefined) this.#options.refuse('desired state', early.refused)
  }

  /** The server acknowledged something. */
  heard(): void {
    const { commands, clock, logger, announce } = this.#options
    if (!this.#trial.heard(clock.monotonicMs())) return
    try {
      commands.confirm()
    } catch (thrown) {
      // The next acknowledgement is the next chance.
      logger.error({ problem: messageOf(thrown) }, 'cannot write down that a revision is confirmed')
      return
    }
    this.#trial.end()
    announce()
  }

  get isFailed(): boolean {
    return this.#trial.isFailed(this.#options.clock.monotonicMs())
  }

  /** Leaves a revision with which the server is not reached: the one before runs again at once. */
  async rollBack(): Promise<void> {
    const { commands, clock, logger, onDesired, refuse, notice, announce } = this.#options
    // A newer revision may have come while this waited for its turn.
    if (!this.isFailed) return
    const left = commands.revision
    const reason = `the server was not reached for ${TRIAL_MS / 1000} s`
    this.#trial.end()
    try {
      commands.rollBack(reason, clock.now())
    } catch (thrown) {
      logger.error({ problem: messageOf(thrown) }, 'cannot write down that a revision was rolled back')
    }
    const before = await commands.running()
    if (before.kind === 'refused') refuse('former desired state on disk', before)
    onDesired(before.kind === 'accepted' ? before.value : undefined)
    logger.warn({ left, runs: commands.revision, reason }, 'a revision was rolled back')
    notice('revision-rolled-back', `Revision ${left} was left for revision ${commands.revision}: ${reason}.`)
    announce()
  }
}
