import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Clock } from './clock.ts'
import { decide, isLate, nextTick, phaseOf } from './due.ts'
import { DueHeap } from './due-heap.ts'

export type Job = {
  readonly id: string
  readonly intervalMs: number
  /** One poll; its samples carry `tick`. What it throws is handed to `onFailure`. */
  run(tick: EpochMs): Promise<void>
}

export type SchedulerOptions = {
  readonly clock: Clock
  readonly onFailure: (id: string, thrown: unknown) => void
  /** Polls under way at a time; what is due beyond waits its turn. */
  readonly maxRunning?: number
}

export type ScheduleCounts = { started: number; late: number; skipped: number; running: number }

type Entry = { job: Job; due: number; phaseMs: number; isRunning: boolean; isQueued: boolean; tick: number }
type Due = { readonly due: number; readonly entry: Entry }

/** Each poll is mostly waiting; this bounds memory and sockets, not speed. */
const MAX_RUNNING = 128
/** A jump of the wall clock is seen within this time. */
const LOOK_EVERY_MS = 5_000
const JUMP_MS = 1_000
/** First polls after a start or a change follow each other at this pace, so that they are no burst. */
const FIRST_POLLS_PACE_MS = 100

/** Runs jobs at fixed ticks of the wall clock, each for itself: one that hangs delays no other. */
export class Scheduler {
  readonly counts: ScheduleCounts = { started: 0, late: 0, skipped: 0, running: 0 }
  readonly #options: SchedulerOptions
  readonly #entries = new Map<string, Entry>()
  readonly #heap = new DueHeap<Due>()
  #waiting: Entry[] = []
  #cancelTimer = (): void => {}
  #wall: number
  #monotonic: number
  #closed = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#wall = options.clock.now()
    this.#monotonic = options.clock.monotonicMs()
  }

  /** The jobs from now on. New ones are first run at once, those with a known id keep their ticks. */
  set(jobs: readonly Job[]): void {
    const now = this.#options.clock.now()
    const wanted = new Map(jobs.map((job) => [job.id, job]))
    for (const id of this.#entries.keys()) if (!wanted.has(id)) this.#entries.delete(id)
    let fresh = 0
    for (const job of wanted.values()) {
      const known = this.#entries.get(job.id)
      if (known?.job.intervalMs === job.intervalMs) {
        known.job = job
        continue
      }
      const phaseMs = phaseOf(job.id, job.intervalMs)
      const due = now + Math.min(job.intervalMs, fresh++ * FIRST_POLLS_PACE_MS)
      this.#entries.set(job.id, { job, due, phaseMs, isRunning: false, isQueued: false, tick: due })
    }
    this.#rebuild()
  }

  /** Runs a job outside its ticks. False when it is unknown or running. */
  runNow(id: string): boolean {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.isRunning || entry.isQueued) return false
    entry.tick = this.#options.clock.now()
    this.#enqueue(entry)
    return true
  }

  close(): void {
    this.#closed = true
    this.#cancelTimer()
    this.#entries.clear()
    this.#waiting = []
    this.#heap.clear()
  }

  #rebuild(): void {
    this.#heap.clear()
    for (const entry of this.#entries.values()) this.#heap.push({ due: entry.due, entry })
    this.#wake()
  }

  #wake(): void {
    this.#cancelTimer()
    if (this.#closed) return
    const now = this.#options.clock.now()
    if (this.#jumped(now)) {
      for (const entry of this.#entries.values()) entry.due = nextTick(now, entry.job.intervalMs, entry.phaseMs)
      this.#heap.clear()
      for (const entry of this.#entries.values()) this.#heap.push({ due: entry.due, entry })
    }
    for (let next = this.#heap.peek(); next !== undefined && next.due <= now; next = this.#heap.peek()) {
      this.#heap.pop()
      // What was removed, or has another time by now, is left over from before.
      if (this.#entries.get(next.entry.job.id) !== next.entry || next.entry.due !== next.due) continue
      this.#meet(next.entry, now)
      this.#heap.push({ due: next.entry.due, entry: next.entry })
    }
    const delayMs = Math.min(LOOK_EVERY_MS, (this.#heap.peek()?.due ?? Number.POSITIVE_INFINITY) - now)
    this.#cancelTimer = this.#options.clock.after(Math.max(1, delayMs), () => this.#wake())
  }

  #meet(entry: Entry, now: number): void {
    const { job, due, phaseMs } = entry
    const decision = decide({ due, intervalMs: job.intervalMs, isRunning: entry.isRunning || entry.isQueued }, now)
    entry.due = nextTick(now, job.intervalMs, phaseMs)
    if (decision.kind === 'wait') return
    this.counts.skipped += decision.missed
    if (decision.kind === 'skip') return
    entry.tick = decision.tick
    this.#enqueue(entry)
  }

  #enqueue(entry: Entry): void {
    entry.isQueued = true
    this.#waiting.push(entry)
    this.#startWaiting()
  }

  #startWaiting(): void {
    while (this.counts.running < (this.#options.maxRunning ?? MAX_RUNNING)) {
      const entry = this.#waiting.shift()
      if (entry === undefined) return
      entry.isQueued = false
      if (this.#entries.get(entry.job.id) === entry) this.#start(entry)
    }
  }

  #start(entry: Entry): void {
    const { clock, onFailure } = this.#options
    const { job } = entry
    entry.isRunning = true
    this.counts.running++
    this.counts.started++
    if (isLate(clock.now() - entry.tick, job.intervalMs)) this.counts.late++
    job
      .run(epochMs(entry.tick))
      .catch((thrown: unknown) => onFailure(job.id, thrown))
      .finally(() => {
        entry.isRunning = false
        this.counts.running--
        this.#startWaiting()
      })
  }

  /** Whether somebody set the wall clock since the last look. */
  #jumped(now: number): boolean {
    const monotonic = this.#options.clock.monotonicMs()
    const drift = now - this.#wall - (monotonic - this.#monotonic)
    this.#wall = now
    this.#monotonic = monotonic
    return Math.abs(drift) > JUMP_MS
  }
}
