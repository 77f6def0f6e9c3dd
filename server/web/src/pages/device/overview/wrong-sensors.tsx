import type { Device, SensorResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { openAlerts } from '../../../live/site.ts'
import { hintOn } from '../../../parts/hint.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Note } from '../../../parts/notes.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import { RangeBar } from '../sensors/range-bar.tsx'
import { compareSensors } from '../sensors/sensor-groups.ts'
import { kindWords } from '../sensors/sensor-kinds.ts'
import {
  isWrong,
  limitsText,
  readingText,
  sensorHint,
  sensorKey,
  sensorMark,
  sensorUnit,
} from '../sensors/sensor-words.ts'
import { type DeviceParts, tabFacts } from '../tab-facts.ts'

type Props = { readonly device: Device; readonly parts: DeviceParts }

const MOST_SHOWN = 6

/** Sensors that are bad or warn, on top. When nothing is wrong, a sentence says so and what it rests on. */
export function WrongSensors({ device, parts }: Props): JSX.Element | null {
  const { sensors } = parts
  if (sensors.kind !== 'ready') return null
  const read = sensors.value.items.filter((one) => one.enabled)
  const wrong = read.filter(isWrong).sort(compareSensors)
  const offered = sensors.value.items.length - read.length
  if (read.length === 0 && offered > 0) return <Offered device={device} count={offered} />
  if (wrong.length === 0) return <AllWell device={device} parts={parts} read={read} />
  return (
    <section class="section" aria-labelledby="wrong-sensors">
      <div class="section-head">
        <h2 id="wrong-sensors">Sensors to look at</h2>
        <span class="faint">{`${wrong.length} of ${read.length}`}</span>
      </div>
      <ul class="panel pairs">
        {wrong.slice(0, MOST_SHOWN).map((one) => (
          <WrongRow key={sensorKey(one)} device={device} one={one} />
        ))}
        {wrong.length > MOST_SHOWN && (
          <li>
            <a class="more-row" href={hrefOf({ kind: 'device', id: device.id, tab: 'sensors' })}>
              {`${wrong.length - MOST_SHOWN} more`}
            </a>
          </li>
        )}
      </ul>
    </section>
  )
}

/** A device that nobody wrote a profile for: what it tells waits for a person. */
function Offered({ device, count }: { device: Device; count: number }): JSX.Element {
  const word = count === 1 ? '1 number that may be a sensor' : `${count} numbers that may be sensors`
  return (
    <Note>
      {`No sensor is read here yet; the device tells ${word}. `}
      <a href={hrefOf({ kind: 'device', id: device.id, tab: 'sensors' })}>Look at the suggestions</a>
    </Note>
  )
}

function WrongRow({ device, one }: { device: Device; one: SensorResource }): JSX.Element {
  const mark = sensorMark(one)
  const state = mark.kind === 'critical' ? 'critical' : 'warning'
  return (
    <li class="wrong-row">
      <StateMark {...mark} bare />
      <span class="sensor-name">
        <Icon name={kindWords(one.kind).icon} />
        <a
          class="name cut"
          href={hrefOf({ kind: 'device', id: device.id, tab: 'sensors' }, { sensor: sensorKey(one) })}
          {...hintOn(sensorHint(one))}
        >
          {one.sensor}
        </a>
      </span>
      <span class="faint wrong-why">{limitsText(one) === '' ? mark.word : `${mark.word}: ${limitsText(one)}`}</span>
      <RangeBar value={one.reading} low={one.low} high={one.high} unit={sensorUnit(one)} state={state} />
      <strong class={`ink-${state} wrong-figure`}>{readingText(one)}</strong>
    </li>
  )
}

/** Says it only when everything that could be wrong is known, and something is. */
function AllWell({ device, parts, read }: Props & { read: readonly SensorResource[] }): JSX.Element | null {
  const alerts = openAlerts.value
  const unsure = Object.values(parts).some((part) => part.kind !== 'ready')
  if (device.state !== 'ok' || unsure || alerts.kind !== 'ready') return null
  if ([...alerts.value.values()].some((one) => one.device === device.id)) return null
  if (Object.values(tabFacts(parts)).some((fact) => fact.wrong !== undefined)) return null
  const checked = read.filter((one) => one.status === 'ok').length
  const ports = parts.interfaces.kind === 'ready' ? parts.interfaces.value.length : 0
  const told = [
    ...(checked > 0
      ? [checked === 1 ? 'One sensor is within its limits' : `${checked} sensors are within their limits`]
      : []),
    ...(ports > 0 ? ['No interface is down that should be up'] : []),
  ]
  if (told.length === 0) return null
  return (
    <p class="all-well">
      <span class="ok-ink">
        <Icon name="ok" />
      </span>
      <span>
        Nothing is wrong.
        <span class="quiet">{` ${told.join('. ')}.`}</span>
      </span>
    </p>
  )
}
