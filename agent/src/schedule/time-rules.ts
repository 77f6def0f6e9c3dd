/**
 * The agent's time: monotonic time plus an offset that follows the machine's clock by rules, so that samples keep their
 * order when somebody sets that clock (docs/decisions/0022-time.md). All offsets are wall time minus monotonic time.
 */

/**
 * A stretch of this run in which samples were stamped with one offset. A `guess` is corrected by the machine's clock once
 * that is plausible, `unsure` by the server's word, `sure` never: the server has agreed in that time.
 */
export type TimeSpan = {
  readonly since: number
  readonly offset: number
  readonly trust: 'guess' | 'unsure' | 'sure'
}

export type TimeState = {
  /** Oldest first; the last is the present one. */
  readonly spans: readonly [TimeSpan, ...TimeSpan[]]
  /** Monotonic time of the last look, and the machine's offset then. */
  readonly at: number
  readonly machine: number
  /** By the server's word; undefined while it has said nothing, or nothing since the machine's clock was set. */
  readonly server: number | undefined
  /** A word far behind the others, when it came first: a message may have been long under way. */
  readonly doubt: { readonly offset: number; readonly at: number } | undefined
  /** Since when a step of the machine's clock waits for the server's word. */
  readonly waitingSince: number | undefined
}

/** Samples stamped from..to (exclusive) are to be moved. */
export type TimeCorrection = { readonly from: number; readonly to: number; readonly shiftMs: number }

export type TimeMove = 'none' | 'held' | 'followed' | 'server' | 'corrected'

export type TimeDecision = {
  readonly state: TimeState
  readonly move: TimeMove
  readonly corrections: readonly TimeCorrection[]
}

/** What a look at the clocks gives: monotonic and wall time. */
export type ClockLook = { readonly mono: number; readonly wall: number }

/** A clock that is off by more is wrong; a step of more was set by somebody. */
export const WRONG_MS = 60_000
/** A step forward waits so long for the server's word, where there was one before. */
export const WAIT_MS = 60_000
/** A small step back is caught up at a tenth of the time that goes by. */
const SLEW = 0.1
/** The two clocks are read one after the other, in other units. */
const JITTER_MS = 5
/** Spans of more than this apart are kept apart. */
const SPAN_APART_MS = 10_000
const MAX_SPANS = 64
/** A server whose clock is slower than ours, by the quartz: parts of the time that goes by. */
const DRIFT = 1e-4
const SURE_AFTER_MS = 30_000

/** How a run begins: never before the newest sample of earlier ones. */
export function beginTime({ mono, wall }: ClockLook, newest: number): TimeState {
  const machine = wall - mono
  const offset = Math.max(machine, newest + 1 - mono)
  const trust = offset - machine > WRONG_MS ? 'guess' : 'unsure'
  return {
    spans: [{ since: mono, offset, trust }],
    at: mono,
    machine,
    server: undefined,
    doubt: undefined,
    waitingSince: undefined,
  }
}

export const offsetOf = ({ spans }: TimeState): number => spans.at(-1)?.offset ?? spans[0].offset

/** What a look at the machine's clock changes. */
export function lookAtClock(state: TimeState, { mono, wall }: ClockLook): TimeDecision {
  const machine = wall - mono
  if (Math.abs(machine - state.machine) < JITTER_MS && state.waitingSince === undefined && isSettled(state)) {
    return { state, move: 'none', corrections: [] }
  }
  const seen = { ...state, at: mono, machine }
  const elapsed = isSettled(state) ? 0 : mono - state.at
  const { server } = state
  const isStep = Math.abs(machine - state.machine) > WRONG_MS
  if (server === undefined) return withoutServer(seen, { elapsed, isStep })
  if (Math.abs(machine - server) <= WRONG_MS) return followConfirmed({ ...seen, waitingSince: undefined }, elapsed)
  // The server's word is of before a step: a machine that slept is right, one whose clock was set is not.
  const waitingSince = isStep ? mono : state.waitingSince
  if (waitingSince === undefined) return settleOn(seen, server, { move: 'server', wrong: isUnsure })
  const held = isStep ? withSpan(seen, { since: mono, offset: offsetOf(seen), trust: 'unsure' }) : seen
  const waiting = { ...held, waitingSince }
  if (mono - waitingSince < WAIT_MS) return { state: waiting, move: isStep ? 'held' : 'none', corrections: [] }
  return withoutServer({ ...waiting, server: undefined, waitingSince: undefined }, { elapsed, isStep: true })
}

/** What the server's word changes: its clock as it sent a message that has come now. */
export function hearServer(state: TimeState, look: ClockLook, serverTime: number): TimeDecision {
  const word = serverTime - look.mono
  const { server, waitingSince, doubt } = state
  const known = server === undefined || waitingSince !== undefined ? undefined : server - DRIFT * (look.mono - state.at)
  // A message comes late, never early: the least delayed is the best.
  if (known !== undefined && word < known - WRONG_MS) {
    const isSame = doubt !== undefined && Math.abs(word - doubt.offset) < WRONG_MS / 2
    if (!isSame || look.mono - doubt.at < SURE_AFTER_MS) {
      const kept = isSame ? doubt : { offset: word, at: look.mono }
      return { state: { ...state, doubt: kept }, move: 'none', corrections: [] }
    }
  }
  const isFar = known === undefined || Math.abs(word - known) > WRONG_MS
  const offset = isFar ? word : Math.max(known, word)
  const machine = look.wall - look.mono
  const heard = { ...state, at: look.mono, machine, server: offset, doubt: undefined, waitingSince: undefined }
  const elapsed = isSettled(state) ? 0 : look.mono - state.at
  const decided =
    Math.abs(machine - offset) <= WRONG_MS
      ? followConfirmed(heard, elapsed)
      : settleOn(heard, offset, { move: 'server', wrong: isUnsure })
  return { ...decided, state: agreed(decided.state) }
}

/** Whether the machine's clock and ours agree, or are known not to. */
function isSettled(state: TimeState): boolean {
  const apart = state.machine - offsetOf(state)
  return Math.abs(apart) < JITTER_MS || Math.abs(apart) > WRONG_MS
}

function withoutServer(
  state: TimeState,
  { elapsed, isStep }: { readonly elapsed: number; readonly isStep: boolean },
): TimeDecision {
  const { machine } = state
  const apart = machine - offsetOf(state)
  if (apart < -WRONG_MS) return { state, move: isStep ? 'held' : 'none', corrections: [] }
  if (apart < 0) return { state: moved(state, slewed(state, elapsed)), move: 'none', corrections: [] }
  // A clock that was before what is known, and no longer is, has been set right.
  if (state.spans.some(isGuess)) return settleOn(state, machine, { move: 'corrected', wrong: isGuess })
  return { state: moved(state, machine), move: apart > WRONG_MS ? 'followed' : 'none', corrections: [] }
}

function followConfirmed(state: TimeState, elapsed: number): TimeDecision {
  const { machine } = state
  const apart = machine - offsetOf(state)
  const isWrong = Math.abs(apart) > WRONG_MS || state.spans.some((span) => isUnsure(span) && isFar(span, machine))
  if (isWrong) return settleOn(state, machine, { move: 'corrected', wrong: isUnsure })
  return { state: moved(state, apart < 0 ? slewed(state, elapsed) : machine), move: 'none', corrections: [] }
}

const isGuess = ({ trust }: TimeSpan): boolean => trust === 'guess'
const isUnsure = ({ trust }: TimeSpan): boolean => trust !== 'sure'
const isFar = (span: TimeSpan, offset: number): boolean => Math.abs(span.offset - offset) > WRONG_MS

type Settling = { readonly move: TimeMove; readonly wrong: (span: TimeSpan) => boolean }

/** From now on the offset is this one; the spans that are wrong should have had it too. */
function settleOn(state: TimeState, offset: number, { move, wrong }: Settling): TimeDecision {
  const corrections: TimeCorrection[] = []
  const isMoved = (span: TimeSpan): boolean => wrong(span) && isFar(span, offset)
  for (const [at, span] of state.spans.entries()) {
    if (!isMoved(span)) continue
    const until = state.spans[at + 1]?.since ?? state.at
    const [from, to] = [span.since + span.offset, until + span.offset]
    corrections.push({ from: Math.floor(from), to: Math.ceil(to) + 1, shiftMs: Math.round(offset - span.offset) })
  }
  const mend = (span: TimeSpan): TimeSpan => ({
    ...span,
    offset: isMoved(span) ? offset : span.offset,
    trust: isGuess(span) ? 'unsure' : span.trust,
  })
  const [first, ...rest] = state.spans
  const mended: TimeState = { ...state, spans: [mend(first), ...rest.map(mend)] }
  const apart = Math.abs(offsetOf(mended) - offset)
  const settled = apart > WRONG_MS ? withSpan(mended, { since: state.at, offset, trust: 'unsure' }) : mended
  const isChanged = corrections.length > 0 || settled !== mended
  return { state: settled, move: isChanged ? move : 'none', corrections }
}

/** The server has agreed with the present span. */
function agreed(state: TimeState): TimeState {
  const last = state.spans.at(-1) ?? state.spans[0]
  if (last.trust === 'sure') return state
  return withSpans(state, [...state.spans.slice(0, -1), { ...last, trust: 'sure' }])
}

function withSpan(state: TimeState, span: TimeSpan): TimeState {
  return withSpans(state, [...state.spans, span])
}

/** The oldest beyond the bound are forgotten: they are not corrected any more. */
function withSpans(state: TimeState, spans: readonly TimeSpan[]): TimeState {
  const [first = state.spans[0], ...rest] = spans.slice(-MAX_SPANS)
  return { ...state, spans: [first, ...rest] }
}

function slewed(state: TimeState, elapsed: number): number {
  return Math.max(state.machine, offsetOf(state) - SLEW * Math.max(0, elapsed))
}

function moved(state: TimeState, offset: number): TimeState {
  const last = state.spans.at(-1) ?? state.spans[0]
  if (Math.abs(offset - last.offset) <= SPAN_APART_MS) {
    return withSpans(state, [...state.spans.slice(0, -1), { ...last, offset }])
  }
  return withSpan(state, { since: state.at, offset, trust: isGuess(last) ? 'guess' : 'unsure' })
}

/** A time as it should have been stamped. */
export function correctedTime(corrections: readonly TimeCorrection[], time: number): number {
  const one = corrections.find(({ from, to }) => time >= from && time < to)
  return one === undefined ? time : time + one.shiftMs
}
