/** Starts a timer and returns what cancels it. */
export type Timers = {
  after(ms: number, run: () => void): () => void
  /** Milliseconds since some moment; it never jumps. */
  nowMs(): number
}

/** Time-outs of a poller are seconds; a hundredth more does no harm. */
const TICK_MS = 10
/** One turn of the wheel is 20 s, more than nearly every time-out; what is due later stays for another turn. */
const SLOTS = 2_048

type Entry = { dueTick: number; run: () => void; before: Entry; after: Entry }

/**
 * Many timers upon one of `base`: to start and to cancel one is to link it and to unlink it, since nearly all are
 * cancelled by an answer. They run up to a tick late, never early.
 */
export function timerWheel(base: Timers): Timers {
  const slots = Array.from({ length: SLOTS }, ring)
  const startMs = base.nowMs()
  let count = 0
  let doneTick = 0
  let armedTick = Number.POSITIVE_INFINITY
  let disarm = (): void => undefined
  const tickOf = (ms: number): number => (ms - startMs) / TICK_MS

  const arm = (tick: number): void => {
    if (tick >= armedTick) return
    disarm()
    armedTick = tick
    disarm = base.after(Math.max(1, Math.ceil(startMs + tick * TICK_MS - base.nowMs())), turn)
  }
  const turn = (): void => {
    armedTick = Number.POSITIVE_INFINITY
    const nowTick = Math.floor(tickOf(base.nowMs()))
    // After a stall longer than a turn, each slot is looked at once.
    const from = Math.max(doneTick + 1, nowTick - SLOTS + 1)
    doneTick = Math.max(doneTick, nowTick)
    for (let tick = from; tick <= nowTick; tick++) {
      for (const entry of dueIn(slots[tick % SLOTS], nowTick)) {
        count--
        entry.run()
      }
    }
    if (count > 0) arm(nextTick())
  }
  const nextTick = (): number => {
    for (let tick = doneTick + 1; tick < doneTick + SLOTS; tick++) {
      const head = slots[tick % SLOTS]
      if (head !== undefined && head.after !== head) return tick
    }
    return doneTick + SLOTS
  }

  return {
    nowMs: base.nowMs,
    after(ms, run) {
      const now = tickOf(base.nowMs())
      if (count === 0) doneTick = Math.max(doneTick, Math.floor(now))
      const dueTick = Math.max(doneTick + 1, Math.ceil(now + Math.max(0, ms) / TICK_MS))
      const entry = linked(slots[dueTick % SLOTS] ?? ring(), { dueTick, run })
      count++
      arm(dueTick)
      return () => {
        if (unlink(entry)) count--
      }
    },
  }
}

function ring(): Entry {
  const head = { dueTick: Number.POSITIVE_INFINITY, run: () => undefined } as Entry
  head.before = head
  head.after = head
  return head
}

function linked(head: Entry, of: { dueTick: number; run: () => void }): Entry {
  const entry = { ...of, before: head.before, after: head }
  head.before.after = entry
  head.before = entry
  return entry
}

/** False where it was not linked any more. */
function unlink(entry: Entry): boolean {
  if (entry.after === entry) return false
  entry.before.after = entry.after
  entry.after.before = entry.before
  entry.before = entry
  entry.after = entry
  return true
}

/** Takes what is due out of a slot, in the order in which it came. */
function dueIn(head: Entry | undefined, nowTick: number): Entry[] {
  const due: Entry[] = []
  for (let entry = head?.after; entry !== undefined && entry !== head; ) {
    const next = entry.after
    if (entry.dueTick <= nowTick) {
      unlink(entry)
      due.push(entry)
    }
    entry = next
  }
  return due
}
