import { uptime } from 'node:os'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Clock } from './clock.ts'
import {
  beginTime,
  type ClockLook,
  hearServer,
  lookAtClock,
  offsetOf,
  type TimeCorrection,
  type TimeDecision,
  type TimeMove,
  type TimeState,
  WRONG_MS,
} from './time-rules.ts'

export type TimeReport = {
  readonly move: Exclude<TimeMove, 'none'>
  /** Our time minus the machine's, after the move, milliseconds. */
  readonly aheadMs: number
  /** Samples of these times are to be moved. */
  readonly corrections: readonly TimeCorrection[]
}

/** A machine that slept for less counts as one that was busy. */
const SLEPT_MS = 10_000
/** Without the server's word a run must have lasted so long before anything goes for its age. */
const AGES_AFTER_MS = 3_600_000

/**
 * The clock that samples are stamped by. It never gives a time before one that it gave, save when the server's word says
 * that it was wrong; the rules are in time-rules.ts.
 */
export class SteadyClock implements Clock {
  readonly #machine: Clock
  readonly #sinceBootMs: () => number
  /** How much more than the monotonic clock has gone by since boot. */
  #bootAhead: number
  #sleptMs = 0
  #state: TimeState
  #last = 0
  #onMove: (report: TimeReport) => void = () => {}

  constructor(machine: Clock, sinceBootMs: () => number = () => uptime() * 1000) {
    this.#machine = machine
    this.#sinceBootMs = sinceBootMs
    this.#bootAhead = sinceBootMs() - machine.monotonicMs()
    this.#state = beginTime({ mono: machine.monotonicMs(), wall: machine.now() }, 0)
  }

  /** Begins anew, not before the newest sample there is. Call it before the first sample is taken. */
  beginAfter(newest: EpochMs): void {
    this.#state = beginTime(this.#look(), newest)
    this.#last = 0
  }

  /** One listener for what is decided when clocks disagree. */
  onMove(listener: (report: TimeReport) => void): void {
    this.#onMove = listener
  }

  now(): EpochMs {
    const look = this.#look()
    this.#settle(lookAtClock(this.#state, look))
    this.#last = Math.max(this.#last, Math.floor(look.mono + offsetOf(this.#state)))
    return epochMs(this.#last)
  }

  /** The server's clock, as it stood in a message that has just come. */
  hear(serverTime: EpochMs): void {
    this.#settle(hearServer(this.#state, this.#look(), serverTime))
  }

  /** What the machine's own clock says. */
  machineNow(): EpochMs {
    return this.#machine.now()
  }

  /** The time that ages are told by; undefined while a clock that was set may make everything look old. */
  ageNow(): EpochMs | undefined {
    const now = this.now()
    const { spans, server, waitingSince, at } = this.#state
    if (server !== undefined && waitingSince === undefined) return now
    return spans.length === 1 && Math.max(at, this.monotonicMs()) - spans[0].since > AGES_AFTER_MS ? now : undefined
  }

  monotonicMs(): number {
    return this.#machine.monotonicMs()
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#machine.after(delayMs, run)
  }

  #look(): ClockLook {
    const wall = this.#machine.now()
    const mono = this.#machine.monotonicMs()
    const isStep = wall - mono - this.#sleptMs - this.#state.machine > WRONG_MS
    if (isStep) {
      // The monotonic clock stands still while a machine sleeps, the time since boot does not.
      const slept = this.#sinceBootMs() - mono - this.#bootAhead
      if (slept - this.#sleptMs > SLEPT_MS) this.#sleptMs = slept
    }
    return { mono: mono + this.#sleptMs, wall }
  }

  #settle({ state, move, corrections }: TimeDecision): void {
    const before = offsetOf(this.#state)
    this.#state = state
    const offset = offsetOf(state)
    // Only what was known to be wrong may be gone back from.
    if (before - offset > WRONG_MS) this.#last = 0
    if (move !== 'none') this.#onMove({ move, aheadMs: Math.round(offset - state.machine), corrections })
  }
}
