import type { Device, SensorResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { ChartQuery } from '../../../chart/chart-lines.ts'
import { SeriesDialog } from '../../../chart/series-dialog.tsx'
import { now } from '../../../live/clock.ts'
import { quoted } from '../../../net/prometheus.ts'
import { Copyable } from '../../../parts/copy-button.tsx'
import { Ago } from '../../../parts/since.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import { may } from '../../../session/session.ts'
import { RangeBar } from './range-bar.tsx'
import { choose } from './sensor-choice.ts'
import { kindWords } from './sensor-kinds.ts'
import { isStale, isWrong, limitsText, pendingChoice, readingText, sensorMark, sensorUnit } from './sensor-words.ts'
import { Pending } from './suggestions.tsx'

type Props = {
  readonly device: Device
  readonly family: string
  readonly one: SensorResource
  readonly onClose: () => void
  readonly onStep: (step: -1 | 1) => void
  readonly changed: () => void
}

/** One sensor: its reading, its past with its limits, how it is known, and whether it is read at all. */
export function SensorDialog({ device, family, one, onClose, onStep, changed }: Props): JSX.Element {
  const unit = sensorUnit(one)
  const selector = `${one.metric}{device=${quoted(device.id)},sensor=${quoted(one.sensor)}}`
  return (
    <SeriesDialog
      title={one.sensor}
      icon={kindWords(one.kind).icon}
      about={`${kindWords(one.kind).word} on ${device.name}`}
      onClose={onClose}
      onStep={onStep}
      chart={{
        title: one.states === undefined ? 'Reading' : 'State',
        words: one.states,
        unit,
        source: {
          follow: [device.id],
          intervalSeconds: device.intervalSeconds,
          queries: () => sensorQueries(selector, one),
        },
      }}
      head={<Now one={one} intervalSeconds={device.intervalSeconds} />}
    >
      <Words one={one} />
      <dl class="facts">
        <Fact name="Known by">{one.evidence}</Fact>
        {limitsText(one) !== '' && <Fact name="Limits">{limitsText(one)}</Fact>}
        <Fact name="OID">
          <Copyable text={one.oid} what="OID" />
        </Fact>
        <Fact name="Metric">
          <a class="mono wrap" href={hrefOf({ kind: 'query' }, { expr: selector })}>
            {one.metric}
          </a>
        </Fact>
      </dl>
      <Reading family={family} one={one} changed={changed} onClose={onClose} />
    </SeriesDialog>
  )
}

export function sensorQueries(selector: string, { low, high }: SensorResource): readonly ChartQuery[] {
  return [
    { expr: selector, name: 'Reading' },
    ...(high === undefined ? [] : [{ expr: `vector(${high})`, name: 'Upper limit', limit: true }]),
    ...(low === undefined ? [] : [{ expr: `vector(${low})`, name: 'Lower limit', limit: true }]),
  ]
}

function Now({ one, intervalSeconds }: { one: SensorResource; intervalSeconds: number }): JSX.Element {
  const mark = sensorMark(one)
  return (
    <div class="series-figure">
      <span class={`big${isWrong(one) ? ` ink-${mark.kind}` : ''}`}>{readingText(one)}</span>
      <StateMark {...mark} strong={isWrong(one)} />
      <RangeBar
        value={one.reading}
        low={one.low}
        high={one.high}
        unit={sensorUnit(one)}
        state={mark.kind === 'critical' || mark.kind === 'warning' ? mark.kind : 'quiet'}
      />
      {one.at !== undefined && (
        <span class={isStale(one.at, now.value, intervalSeconds) ? 'ink-unknown' : 'faint'}>
          read <Ago at={one.at} />
        </span>
      )}
    </div>
  )
}

function Words({ one }: { one: SensorResource }): JSX.Element | null {
  if (one.states === undefined) return null
  return (
    <ul class="tags" aria-label="What its numbers mean">
      {Object.entries(one.states).map(([value, word]) => (
        <li key={value} class={`tag${String(one.reading) === value ? ' here' : ''}`}>
          {`${value} ${word}`}
        </li>
      ))}
    </ul>
  )
}

function Reading({
  family,
  one,
  changed,
  onClose,
}: Pick<Props, 'family' | 'one' | 'changed' | 'onClose'>): JSX.Element {
  const busy = useSignal(false)
  const pending = pendingChoice(one)
  const wanted = one.chosen ?? one.enabled
  const act = async (): Promise<void> => {
    busy.value = true
    await choose({ family, one, enabled: !wanted, changed })
    // What was done, and its undo, are said on the page below.
    onClose()
  }
  return (
    <div class="series-foot">
      {pending === 'stops' && <Pending text="Not read from the next survey on" />}
      {pending === 'starts' && <Pending text="Read from the next survey on" />}
      {may('operator') ? (
        <button type="button" class="button small" disabled={busy.value} onClick={() => void act()}>
          <span class="cut">{wanted ? `Stop reading this on all ${family}` : `Read this on all ${family}`}</span>
        </button>
      ) : (
        <span class="faint">Whether it is read is chosen by operators, for all {family}.</span>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: JSX.Element | string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
