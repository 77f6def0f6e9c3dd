import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { formatClock } from '../format/moment.ts'
import type { Unit } from '../format/quantity.ts'
import { failureSentence } from '../net/failure.ts'
import { Icon } from '../parts/icon.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Canvas } from './canvas.tsx'
import { chartSentence } from './chart-lines.ts'
import { ChartTable } from './chart-table.tsx'
import { Legend } from './legend.tsx'
import { MarksLayer } from './marks-layer.tsx'
import { useBands } from './use-bands.ts'
import { type ChartSource, useFigures } from './use-figures.ts'
import { useInSight } from './use-in-sight.ts'
import { useMarks } from './use-marks.ts'

export type ChartProps = {
  readonly title: string
  readonly unit: Unit
  readonly source: ChartSource
  readonly height?: number
  readonly wide?: boolean
  readonly head?: ComponentChildren
  /** What the values of a state are called. */
  readonly words?: Readonly<Record<string, string>> | undefined
}

/** A chart over the page's range: drag to zoom, double-click back; its figures are there as a table too. */
export function Chart({ title, unit, source, height = 168, wide = false, head, words }: ChartProps): JSX.Element {
  const { state, reload, key, queries } = useFigures(source)
  const frame = useRef<HTMLElement>(null)
  const seen = useInSight(frame)
  const cursor = useSignal<number | undefined>(undefined)
  const asTable = useSignal(false)
  const loaded = state.value
  const drawn = loaded.kind === 'ready' ? loaded.value : undefined
  const figures = drawn?.figures
  const usual = useBands({ queries, drawn, seen })
  const marks = useMarks(queries, drawn)
  const at = cursor.value === undefined ? undefined : figures?.times[cursor.value]
  const old = loaded.kind === 'ready' && (loaded.value.key !== key || loaded.stale !== undefined)
  return (
    <figure class={`chart${wide ? ' wide' : ''}`} aria-label={title} ref={frame}>
      <div class="chart-head">
        <h3>{title}</h3>
        {head}
        <div class="end">
          {at !== undefined && <span>{formatClock(at * 1000)}</span>}
          <button
            type="button"
            class="icon-button small"
            aria-pressed={asTable.value}
            aria-label={`${title}: figures as a table`}
            title="Figures as a table"
            onClick={() => {
              asTable.value = !asTable.value
            }}
          >
            <Icon name="table" />
          </button>
        </div>
      </div>
      <div class={`chart-place${old ? ' old' : ''}`} style={{ height: `${height}px` }}>
        {loaded.kind === 'loading' && <Skeleton height={height} />}
        {loaded.kind === 'failed' && (
          <div class="chart-over" role="alert">
            <span>{failureSentence(loaded.failure)}</span>
            <button type="button" class="button small" onClick={reload}>
              Try again
            </button>
          </div>
        )}
        {loaded.kind === 'ready' && (
          <Canvas
            drawn={loaded.value}
            unit={unit}
            height={height}
            words={words}
            sentence={chartSentence(title, loaded.value.figures, unit)}
            cursor={cursor}
            bands={usual.bands}
          />
        )}
        {drawn !== undefined && <MarksLayer marks={marks} drawn={drawn} wordy={words !== undefined} />}
      </div>
      {asTable.value && figures !== undefined ? (
        <ChartTable figures={figures} unit={unit} title={title} />
      ) : (
        <Legend figures={figures} unit={unit} at={cursor.value} usual={usual} />
      )}
    </figure>
  )
}
