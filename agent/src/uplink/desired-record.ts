import { type EpochMs, EpochMs as EpochMsSchema } from '@eyenet/shared/identity'
import { type AppliedRevision, RejectedRevision } from '@eyenet/shared/wire'
import { z } from 'zod'

const Kept = z.object({
  revision: z.number().int().positive(),
  /** As it came: signed, and encrypted to this agent. */
  message: z.string().min(1),
  /** When it was applied first. */
  at: EpochMsSchema,
})
export type Kept = z.infer<typeof Kept>

/**
 * Everything the agent remembers of desired states, in one file that is replaced as a whole: at each instant it says what
 * to run, what to go back to, and what not to take again.
 */
export const DesiredRecord = z.object({
  version: z.literal(1),
  /** The highest revision that was ever taken or rejected; older ones are replays. */
  floor: z.number().int().nonnegative(),
  /** The last one with which the server was reached. */
  confirmed: Kept.optional(),
  /** The one on trial; `starts` counts how often the agent started with it. */
  pending: Kept.extend({ starts: z.number().int().nonnegative() }).optional(),
  rejected: RejectedRevision.optional(),
})
export type DesiredRecord = z.infer<typeof DesiredRecord>

export const NO_RECORD: DesiredRecord = { version: 1, floor: 0 }

/** A revision with which the agent started so often without reaching the server may be what ends it. */
export const MAX_STARTS_ON_TRIAL = 3
const MAX_REASON = 1_000

/** What the agent should run now; undefined before the first, and after the first was rolled back. */
export function runningOf(record: DesiredRecord): Kept | undefined {
  return record.pending ?? record.confirmed
}

export function appliedOf(record: DesiredRecord): AppliedRevision | undefined {
  const running = runningOf(record)
  if (running === undefined) return undefined
  return { revision: running.revision, at: running.at, confirmed: record.pending === undefined }
}

export type Offer = { readonly kind: 'new' } | { readonly kind: 'known' } | { readonly kind: 'old' }

/** Whether a revision from the broker is news. One that was rejected stays known: it is not taken again. */
export function offered(record: DesiredRecord, revision: number): Offer {
  if (revision === record.floor) return { kind: 'known' }
  return { kind: revision < record.floor ? 'old' : 'new' }
}

/** Puts a new revision on trial. One that was on trial before it is forgotten; the confirmed one stays to go back to. */
export function onTrial(record: DesiredRecord, kept: Kept): DesiredRecord {
  return { ...record, floor: kept.revision, pending: { ...kept, starts: 0 } }
}

/** Keeps the same revision under another signature. */
export function signedAnew(record: DesiredRecord, revision: number, message: string): DesiredRecord {
  const { confirmed, pending } = record
  return {
    ...record,
    ...(confirmed?.revision === revision && { confirmed: { ...confirmed, message } }),
    ...(pending?.revision === revision && { pending: { ...pending, message } }),
  }
}

/** The agent has started. With a revision on trial that counts as one of its starts. */
export function started(record: DesiredRecord, now: EpochMs): DesiredRecord {
  const { pending } = record
  if (pending === undefined) return record
  if (pending.starts < MAX_STARTS_ON_TRIAL) return { ...record, pending: { ...pending, starts: pending.starts + 1 } }
  return rolledBack(record, `the agent started ${pending.starts} times with it and never reached the server`, now)
}

/** The server was reached with it. */
export function confirmed({ pending, ...record }: DesiredRecord): DesiredRecord {
  if (pending === undefined) return record
  const { revision, message, at } = pending
  return { ...record, confirmed: { revision, message, at } }
}

/** Back to the revision before; the one on trial is not taken again. */
export function rolledBack(record: DesiredRecord, reason: string, now: EpochMs): DesiredRecord {
  const { pending, ...rest } = record
  if (pending === undefined) return record
  return { ...rest, rejected: rejection(pending.revision, { how: 'rolled-back', reason, at: now }) }
}

/** A revision that cannot be applied: what ran goes on, and it is not taken again. */
export function refused(record: DesiredRecord, revision: number, because: { reason: string; at: EpochMs }) {
  return {
    ...record,
    floor: Math.max(record.floor, revision),
    rejected: rejection(revision, { how: 'refused', ...because }),
  }
}

function rejection(revision: number, { how, reason, at }: Omit<RejectedRevision, 'revision'>): RejectedRevision {
  return { revision, how, reason: reason.slice(0, MAX_REASON), at }
}
