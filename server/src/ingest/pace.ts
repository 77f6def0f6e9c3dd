import type { AgentId } from '@eyenet/shared/identity'
import type { BackfillPace } from '@eyenet/shared/wire'

/** How often the limit is thought over. */
const STEP_MS = 1_000
/** Messages that wait longer on the average, until they are stored, show that too much comes: live data must not be ten seconds old. */
const LONG_WAIT_MS = 500
/** Below this average there is room for more. */
const SHORT_WAIT_MS = 200
const LESS = 0.7
const MORE = 1.25
/** So far above what comes, a limit is none. */
const FORGET_ABOVE = 4
/** The least of all agents together, so that a backlog ends some day: ten agents then send a week of 100 series in a day. */
const LEAST_SAMPLES_PER_SECOND = 2_000
const LEAST_SHARE = 50
/** An agent whose backlog has not come for so long has none. */
const DRAINED_AFTER_MS = 10_000

export type PaceStats = {
  /** Samples per second of all backlogs together; undefined without a limit. */
  readonly limit: number | undefined
  /** Agents that send a backlog. */
  readonly draining: number
  /** How long messages waited until they were stored, on the average of the last step, seconds. */
  readonly waitSeconds: number
}

/**
 * How fast backlogs may come: no limit while what comes is stored soon; else less and less, shared evenly by the agents
 * that have a backlog. Pure: times come in, milliseconds that never jump.
 */
export class Pace {
  /** At most one per agent; those that are through are taken out at each step. */
  readonly #draining = new Map<AgentId, number>()
  #limit: number | undefined
  #stepAtMs: number | undefined
  #waitedMs = 0
  #waits = 0
  #backfilled = 0
  #waitSeconds = 0

  /** A message, or the event loop, was kept waiting so long. */
  waited(ms: number, nowMs: number): void {
    this.#step(nowMs)
    this.#waitedMs += ms
    this.#waits += 1
  }

  /** A message of a backlog was stored. */
  backfilled(agent: AgentId, samples: number, nowMs: number): void {
    this.#step(nowMs)
    this.#draining.set(agent, nowMs)
    this.#backfilled += samples
  }

  /** What to tell an agent; undefined where there is no limit. */
  paceOf(agent: AgentId, nowMs: number): BackfillPace | undefined {
    this.#step(nowMs)
    if (this.#limit === undefined) return undefined
    const sharing = this.#draining.size + (this.#draining.has(agent) ? 0 : 1)
    return { samplesPerSecond: Math.max(LEAST_SHARE, Math.round(this.#limit / sharing)) }
  }

  stats(): PaceStats {
    return { limit: this.#limit, draining: this.#draining.size, waitSeconds: this.#waitSeconds }
  }

  #step(nowMs: number): void {
    this.#stepAtMs ??= nowMs
    const passedMs = nowMs - this.#stepAtMs
    if (passedMs < STEP_MS) return
    const waitMs = this.#waits === 0 ? 0 : this.#waitedMs / this.#waits
    this.#limit = nextLimit(this.#limit, waitMs, (this.#backfilled * 1000) / passedMs)
    this.#waitSeconds = waitMs / 1000
    this.#stepAtMs = nowMs
    this.#waitedMs = 0
    this.#waits = 0
    this.#backfilled = 0
    for (const [agent, atMs] of this.#draining) if (nowMs - atMs > DRAINED_AFTER_MS) this.#draining.delete(agent)
  }
}

/** The limit after a step in which messages waited so long, and so many samples per second of backlogs came. */
export function nextLimit(limit: number | undefined, waitMs: number, samplesPerSecond: number): number | undefined {
  if (waitMs > LONG_WAIT_MS) {
    // Where no backlog comes, it is not the backlog that is too much.
    if (limit === undefined && samplesPerSecond === 0) return undefined
    const held = Math.min(limit ?? Number.POSITIVE_INFINITY, samplesPerSecond > 0 ? samplesPerSecond : (limit ?? 0))
    return Math.max(LEAST_SAMPLES_PER_SECOND, held * LESS)
  }
  if (limit === undefined || waitMs > SHORT_WAIT_MS) return limit
  const more = limit * MORE
  return more > Math.max(LEAST_SAMPLES_PER_SECOND, samplesPerSecond) * FORGET_ABOVE ? undefined : more
}
