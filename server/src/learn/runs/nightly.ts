import { type EpochMs, epochMs } from '@eyenet/shared/identity'

/** Of the day, by the clock of the server's own time zone. */
export type TimeOfDay = { readonly hours: number; readonly minutes: number }

/** `02:30` */
export function timeOfDay(text: string): TimeOfDay {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return { hours, minutes }
}

/** The last such time that is over at `now`. Where clocks are set forward over it, an hour later. */
export function lastTimeOf({ hours, minutes }: TimeOfDay, now: EpochMs): EpochMs {
  const day = new Date(now)
  const at = (daysBefore: number): number =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBefore, hours, minutes).getTime()
  return epochMs(at(0) <= now ? at(0) : at(1))
}

/**
 * Whether it is time for the nightly training: it has not been since its hour, and that is not long ago. A server that was
 * off through the night trains within two hours of its hour or not at all: by day people want the processor.
 */
export function isNightlyDue(
  at: TimeOfDay,
  { last, now }: { readonly last: EpochMs | undefined; readonly now: EpochMs },
): boolean {
  const due = lastTimeOf(at, now)
  return now - due < LATEST_MS && (last === undefined || last < due)
}

const LATEST_MS = 2 * 3_600_000
