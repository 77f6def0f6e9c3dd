import type { TopologyEvent, TopologyEventKind } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { wordsWithin } from '../../../format/common-domain.ts'
import { formatBrief, formatMoment } from '../../../format/moment.ts'
import { now } from '../../../live/clock.ts'
import type { IconName } from '../../../parts/icon.tsx'
import { Icon } from '../../../parts/icon.tsx'

type Props = {
  readonly events: readonly TopologyEvent[]
  readonly at: number | undefined
  /** The end of names that is not said again. */
  readonly domain: string
  readonly onPick: (event: TopologyEvent) => void
}

const EVENT_ICONS: Readonly<Record<TopologyEventKind, IconName>> = {
  'node-added': 'plus',
  'node-changed': 'info',
  'node-removed': 'minus',
  'link-added': 'plus',
  'link-changed': 'info',
  'link-lost': 'warning',
  'link-removed': 'minus',
  'neighbor-moved': 'right',
  'root-bridge-changed': 'warning',
  'endpoint-new': 'plus',
  'endpoint-moved': 'right',
}
const MOST_SHOWN = 60

/** What changed, newest first; each leads to its moment. */
export function ChangeList({ events, at, domain, onPick }: Props): JSX.Element {
  return (
    <ul class="changes-list">
      {events.slice(0, MOST_SHOWN).map((event) => (
        <li key={event.seq}>
          <button
            type="button"
            class="change-button"
            aria-pressed={at === event.at}
            title={`${formatMoment(event.at)}: ${event.cause}`}
            onClick={() => onPick(event)}
          >
            <Icon name={EVENT_ICONS[event.kind]} />
            <span class="wrap">{wordsWithin(event.text, domain)}</span>
            <time class="faint" dateTime={new Date(event.at).toISOString()}>
              {formatBrief(event.at, now.value)}
            </time>
          </button>
        </li>
      ))}
      {events.length > MOST_SHOWN && (
        <li class="faint">{`${events.length - MOST_SHOWN} more in this stretch of time.`}</li>
      )}
    </ul>
  )
}
