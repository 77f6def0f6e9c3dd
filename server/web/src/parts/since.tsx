import type { JSX } from 'preact'
import { formatAgo, formatDuration } from '../format/duration.ts'
import { formatMoment } from '../format/moment.ts'
import { now } from '../live/clock.ts'

/** How long something lasts: "12 min", the moment itself on hover. */
export function Since({ at }: { at: number }): JSX.Element {
  return <Moment at={at} text={formatDuration(now.value - at)} />
}

export function Ago({ at }: { at: number }): JSX.Element {
  return <Moment at={at} text={formatAgo(at, now.value)} />
}

function Moment({ at, text }: { at: number; text: string }): JSX.Element {
  return (
    <time class="nowrap" dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
      {text}
    </time>
  )
}
