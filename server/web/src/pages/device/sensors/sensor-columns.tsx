import type { SensorResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Spark } from '../../../chart/spark.tsx'
import type { Sparks } from '../../../chart/use-sparks.ts'
import { now } from '../../../live/clock.ts'
import { NotMeasured } from '../../../parts/figure.tsx'
import { hintOn } from '../../../parts/hint.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Ago } from '../../../parts/since.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import type { Column } from '../../../table/column.ts'
import { RangeBar } from './range-bar.tsx'
import type { SensorRow } from './sensor-groups.ts'
import { kindWords } from './sensor-kinds.ts'
import {
  isStale,
  isWrong,
  limitsText,
  pendingChoice,
  readingText,
  sensorHint,
  sensorKey,
  sensorMark,
  sensorUnit,
} from './sensor-words.ts'

export type SensorColumns = {
  readonly sparks: Sparks
  readonly intervalSeconds: number
  readonly open: (one: SensorResource) => void
}

type Col = Column<SensorRow>

/** A column over sensors alone; headings have no cells. */
function column(part: Omit<Col, 'cell' | 'sort' | 'text'>, cell: (one: SensorResource) => JSX.Element | null): Col {
  return { ...part, cell: (row) => (row.kind === 'sensor' ? cell(row.one) : null) }
}

export function sensorColumns({ sparks, intervalSeconds, open }: SensorColumns): readonly Col[] {
  return [
    column({ id: 'state', title: 'State', width: '56px' }, (one) => <StateMark {...sensorMark(one)} bare />),
    column({ id: 'sensor', title: 'Sensor' }, (one) => (
      <>
        <span class="sensor-name">
          <Icon name={kindWords(one.kind).icon} />
          <button type="button" class="link name cut" onClick={() => open(one)} {...hintOn(sensorHint(one))}>
            {one.sensor}
          </button>
          {pendingChoice(one) === 'stops' && <span class="tag">stops at the next survey</span>}
        </span>
        <span class="second">{isWrong(one) ? sensorMark(one).word : limitsText(one) || kindWords(one.kind).word}</span>
      </>
    )),
    column({ id: 'limits', title: 'Limits', width: '150px', hide: 'medium' }, (one) => (
      <span class="faint">{limitsText(one)}</span>
    )),
    column({ id: 'range', title: '', width: '112px', hide: 'small' }, (one) => {
      const { kind } = sensorMark(one)
      return (
        <RangeBar
          value={one.reading}
          low={one.low}
          high={one.high}
          unit={sensorUnit(one)}
          state={kind === 'critical' || kind === 'warning' ? kind : 'quiet'}
        />
      )
    }),
    column({ id: 'reading', title: 'Reading', width: 'var(--reading)', number: true }, (one) => (
      <Reading one={one} intervalSeconds={intervalSeconds} />
    )),
    column({ id: 'spark', title: '', width: '116px', hide: 'small' }, (one) => (
      <Spark values={sparks.get(sensorKey(one))} near />
    )),
    column({ id: 'evidence', title: 'Known by', width: '170px', hide: 'large' }, (one) => (
      <span class="faint">{one.evidence}</span>
    )),
  ]
}

/** Its colour only when something is wrong; its age only when it is old. */
function Reading({ one, intervalSeconds }: { one: SensorResource; intervalSeconds: number }): JSX.Element {
  const stale = isStale(one.at, now.value, intervalSeconds)
  const { kind } = sensorMark(one)
  if (one.reading === undefined) return <NotMeasured />
  return (
    <span class="reading">
      {stale && one.at !== undefined && (
        <span class="ink-unknown age">
          <Ago at={one.at} />
        </span>
      )}
      <strong class={isWrong(one) ? `ink-${kind}` : ''}>{readingText(one)}</strong>
    </span>
  )
}

/** What is saved as CSV: figures as they are, without the page's rounding. */
export const SENSOR_EXPORT: readonly Column<SensorResource>[] = (
  [
    ['Sensor', (one) => one.sensor],
    ['Kind', (one) => kindWords(one.kind).word],
    ['State', (one) => sensorMark(one).word],
    ['Reading', (one) => one.reading],
    ['Unit', (one) => one.unit],
    ['Word', (one) => one.word],
    ['Low limit', (one) => one.low],
    ['High limit', (one) => one.high],
    ['Read at', (one) => (one.at === undefined ? undefined : new Date(one.at).toISOString())],
    ['Known by', (one) => one.evidence],
    ['OID', (one) => one.oid],
    ['Metric', (one) => one.metric],
  ] as const satisfies readonly (readonly [string, (one: SensorResource) => string | number | undefined])[]
).map(([title, text]) => ({ id: title, title, text, cell: () => null }))
