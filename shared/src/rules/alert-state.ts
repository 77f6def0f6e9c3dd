import { z } from 'zod'
import { assertNever } from '../errors/errors.ts'
import { EpochMs } from '../identity/identity.ts'

/** What one evaluation says of one alert. */
export type Observation =
  | { readonly kind: 'holds'; readonly value: number }
  /** There is data, and it says that the condition does not hold. */
  | { readonly kind: 'clear' }
  /** There is no data that says anything. */
  | { readonly kind: 'missing' }
  /** What the alert watches was taken out on purpose: the device or the rule was deleted. */
  | { readonly kind: 'removed' }

/**
 * Where one alert stands; stored as JSON. `unknown` keeps what it was when the data went away: missing data never makes
 * an alert resolved (docs/decisions/0004-missing-data.md).
 */
export const AlertMachine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inactive') }),
  /** `since`: when the condition first held, moved on by the time without data. */
  z.object({ kind: z.literal('pending'), since: EpochMs }),
  /** `clearSince`: since when it has been clear without a break, while keep_firing_for runs. */
  z.object({ kind: z.literal('firing'), since: EpochMs, clearSince: EpochMs.optional() }),
  z.object({ kind: z.literal('unknown'), since: EpochMs, was: z.enum(['pending', 'firing']), wasSince: EpochMs }),
  z.object({ kind: z.literal('resolved'), since: EpochMs, firedAt: EpochMs }),
])
export type AlertMachine = z.infer<typeof AlertMachine>

export const INACTIVE: AlertMachine = { kind: 'inactive' }

/** The two times of a rule that the state depends on. */
export type AlertTiming = { readonly forMs: number; readonly keepFiringForMs: number }

/** A pending alert was announced to nobody; without data for this long it is forgotten. */
export const FORGET_PENDING_MS = 3_600_000

/** The change that people are told of. */
export type Announcement = 'firing' | 'resolved'

/** Next state of one alert. Pure: what was seen and the time come in, a state goes out, nobody is told here. */
export function nextAlertState(
  rule: AlertTiming,
  state: AlertMachine,
  { observation, now }: { readonly observation: Observation; readonly now: EpochMs },
): AlertMachine {
  switch (state.kind) {
    case 'inactive':
    case 'resolved':
      return observation.kind === 'holds' ? begin(rule, now) : state
    case 'pending':
      return fromPending(rule, state, { observation, now })
    case 'firing':
      return fromFiring(rule, state, { observation, now })
    case 'unknown':
      return fromUnknown(rule, state, { observation, now })
    default:
      return assertNever(state)
  }
}

/** What is announced when an alert goes from one state to the next. */
export function announcementOf(before: AlertMachine, after: AlertMachine): Announcement | undefined {
  if (hasFired(after)) return hasFired(before) ? undefined : 'firing'
  return hasFired(before) ? 'resolved' : undefined
}

/** Announced as firing and not as resolved. */
export function hasFired(state: AlertMachine): boolean {
  return state.kind === 'firing' || (state.kind === 'unknown' && state.was === 'firing')
}

/** Whether the alert still has to be looked at; the others can be left out of the next evaluation. */
export function isOpen(state: AlertMachine): boolean {
  return state.kind !== 'inactive' && state.kind !== 'resolved'
}

type Seen = { readonly observation: Observation; readonly now: EpochMs }
type In<K extends AlertMachine['kind']> = Extract<AlertMachine, { kind: K }>

function begin(rule: AlertTiming, now: EpochMs): AlertMachine {
  return rule.forMs > 0 ? { kind: 'pending', since: now } : { kind: 'firing', since: now }
}

function fromPending(rule: AlertTiming, state: In<'pending'>, { observation, now }: Seen): AlertMachine {
  switch (observation.kind) {
    case 'holds':
      return now - state.since >= rule.forMs ? { kind: 'firing', since: now } : state
    case 'missing':
      return { kind: 'unknown', since: now, was: 'pending', wasSince: state.since }
    case 'clear':
    case 'removed':
      return INACTIVE
    default:
      return assertNever(observation)
  }
}

function fromFiring(rule: AlertTiming, state: In<'firing'>, { observation, now }: Seen): AlertMachine {
  switch (observation.kind) {
    case 'holds':
      return { kind: 'firing', since: state.since }
    case 'missing':
      return { kind: 'unknown', since: now, was: 'firing', wasSince: state.since }
    case 'removed':
      return { kind: 'resolved', since: now, firedAt: state.since }
    case 'clear': {
      const clearSince = state.clearSince ?? now
      if (now - clearSince >= rule.keepFiringForMs) return { kind: 'resolved', since: now, firedAt: state.since }
      return { kind: 'firing', since: state.since, clearSince }
    }
    default:
      return assertNever(observation)
  }
}

function fromUnknown(rule: AlertTiming, state: In<'unknown'>, seen: Seen): AlertMachine {
  const { observation, now } = seen
  if (observation.kind === 'missing') {
    return state.was === 'pending' && now - state.since >= FORGET_PENDING_MS ? INACTIVE : state
  }
  if (state.was === 'firing') return fromFiring(rule, { kind: 'firing', since: state.wasSince }, seen)
  // Time without data does not count towards `for`.
  const since = EpochMs.parse(state.wasSince + Math.max(0, now - state.since))
  return fromPending(rule, { kind: 'pending', since }, seen)
}
