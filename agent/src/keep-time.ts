import type { Logger } from 'pino'
import type { Outbox } from './buffer/buffer.ts'
import type { SteadyClock, TimeReport } from './schedule/schedule.ts'

/** One notice of a kind in this time. */
const NOTICE_EVERY_MS = 600_000

type TimeParts = { readonly clock: SteadyClock; readonly outbox: Outbox; readonly logger: Logger }

/**
 * Begins the agent's time behind the newest sample of earlier runs, moves what was stamped wrong once that is known, and
 * tells people what was done about the machine's clock.
 */
export function keepTime({ clock, outbox, logger }: TimeParts): void {
  const noticed = new Map<string, number>()
  const tell = (code: string, message: string): void => {
    const now = clock.monotonicMs()
    if (now - (noticed.get(code) ?? Number.NEGATIVE_INFINITY) < NOTICE_EVERY_MS) return
    noticed.set(code, now)
    outbox.notice(code, message)
  }
  clock.onMove((report) => {
    const { move, aheadMs, corrections } = report
    logger.warn({ move, aheadMs, corrections: corrections.length }, `the machine's clock: ${move}`)
    if (corrections.length > 0) outbox.restamp(corrections)
    tell(`clock-${move}`, sentenceOf(report))
  })
  const newest = outbox.newest
  const behindMs = newest - clock.machineNow()
  clock.beginAfter(newest)
  if (behindMs > NOTICE_BEHIND_MS) {
    tell(
      'clock-behind',
      `The machine's clock stands ${spanOf(behindMs)} before the newest sample: time goes on from that sample. Set the clock, or let NTP do it.`,
    )
  }
}

const NOTICE_BEHIND_MS = 60_000

function sentenceOf({ move, aheadMs, corrections }: TimeReport): string {
  const apart = `${spanOf(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'} the time samples are stamped with`
  const moved = corrections.length > 0 ? ' What was sampled before and not yet stored was moved to its true time.' : ''
  switch (move) {
    case 'held':
      return `The machine's clock was set and is now ${apart}; it is not followed before the server says that it is right.`
    case 'followed':
      return "The machine's clock was set forward and is followed, without the server's word so far."
    case 'server':
      return `The machine's clock is wrong, ${apart}: samples go by the server's clock. Set it, or let NTP do it.${moved}`
    case 'corrected':
      return `The machine's clock is right again and is followed.${moved}`
  }
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 7_200) return `${seconds} s`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`
}
