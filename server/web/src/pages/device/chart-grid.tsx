import type { Reading } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Chart } from '../../chart/chart.tsx'
import { Empty } from '../../parts/notes.tsx'
import { type ChartPlan, measuredCharts } from './device-charts.ts'

type Props = {
  readonly plans: readonly ChartPlan[]
  readonly readings: readonly Reading[]
  readonly follow: readonly string[]
  readonly intervalSeconds: number | undefined
}

/** The charts of what is measured, with one crosshair. */
export function ChartGrid({ plans, readings, follow, intervalSeconds }: Props): JSX.Element {
  const { drawn, missing } = measuredCharts(plans, readings)
  if (drawn.length === 0) {
    return (
      <div class="panel">
        <Empty title="Nothing measured yet">Charts come here with the first poll that is answered.</Empty>
      </div>
    )
  }
  return (
    <>
      <div class="charts">
        {drawn.map((plan) => (
          <Chart
            key={plan.title}
            title={plan.title}
            unit={plan.unit}
            wide={plan.wide ?? false}
            height={plan.wide === true ? 200 : 148}
            source={{ follow, intervalSeconds, queries: plan.queries }}
          />
        ))}
      </div>
      {missing.length > 0 && <p class="faint">{`Not measured here: ${missing.map(lower).join(', ')}.`}</p>}
    </>
  )
}

/** "Latency" becomes "latency" within a sentence; "CPU" stays. */
const lower = (title: string): string =>
  /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1)
