import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { devices } from '../../live/site.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import type { AnomalyItem } from './anomaly-order.ts'
import { deviceNameOf } from './anomaly-words.ts'

type Heading = Extract<AnomalyItem, { kind: 'device' | 'moment' }>

/** What heads a group: the device with its state, or the moment with what it hit. */
export function AnomalyHeading({ item }: { item: Heading }): JSX.Element {
  return item.kind === 'device' ? <DeviceHeading item={item} /> : <MomentHeading item={item} />
}

function DeviceHeading({ item: { all } }: { item: Heading }): JSX.Element | null {
  const [first] = all
  if (first === undefined) return null
  const known = devices.value.kind === 'ready' ? devices.value.value.get(first.device) : undefined
  const since = Math.min(...all.map((one) => one.since))
  return (
    <div class="anomaly-heading">
      {known !== undefined && <StateMark kind={known.state} bare />}
      <a class="cut" href={hrefOf({ kind: 'device', id: first.device })}>
        <strong>{deviceNameOf(first)}</strong>
      </a>
      <span class="faint nowrap">{all.length === 1 ? 'one anomaly' : `${all.length} anomalies`}</span>
      <span class="faint nowrap hide-small">{first.site}</span>
      <span class="faint nowrap end">{`for ${formatDuration(now.value - since)}`}</span>
    </div>
  )
}

function MomentHeading({ item: { all } }: { item: Heading }): JSX.Element {
  const since = Math.min(...all.map((one) => one.since))
  const count = new Set(all.map((one) => one.device)).size
  return (
    <div class="anomaly-heading">
      <strong class="nowrap">{formatShortMoment(since, now.value)}</strong>
      <span class="faint nowrap">
        {all.length === 1
          ? 'one anomaly'
          : `${all.length} anomalies on ${count === 1 ? 'one device' : `${count} devices`}`}
      </span>
      <span class="faint nowrap end">{`${formatDuration(now.value - since)} ago`}</span>
    </div>
  )
}
