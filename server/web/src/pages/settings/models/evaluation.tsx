import type { ModelEvaluation } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDay } from '../../../format/moment.ts'
import { Icon } from '../../../parts/icon.tsx'

type Measure = {
  readonly name: string
  readonly about: string
  readonly model: number
  readonly running?: number | undefined
  readonly modelFree: number
  readonly text: (value: number) => string
}

const percent = (share: number): string => `${(share * 100).toFixed(share >= 0.9995 || share === 0 ? 0 : 1)}\u00a0%`
const three = (value: number): string => (value === 0 ? '0' : value.toPrecision(3).replace(/\.?0+$/, ''))

/** On held-back days: the model, the one that runs, and no model at all; then the sentences that decided. */
export function Evaluation({ evaluation }: { evaluation: ModelEvaluation }): JSX.Element {
  const { from, to, seriesCount, injected, coverage, better, reasons } = evaluation
  return (
    <div class="evaluation">
      <div class="measures">
        {measuresOf(evaluation).map((one) => (
          <MeasureBars key={one.name} measure={one} />
        ))}
      </div>
      <p class="faint">
        {`On ${formatDay(from)} to ${formatDay(to)}, which it was not trained on: ${seriesCount} series, ${injected} anomalies put in on purpose. ${percent(coverage.actual)} of the samples were within its range; it was made for ${percent(coverage.asked)}.`}
      </p>
      <ul class="reasons">
        {reasons.map((one) => (
          <li key={one}>
            <span class={better ? 'ok-ink' : 'ink-unknown'}>
              <Icon name={better ? 'check' : 'cross'} />
            </span>
            <span class="wrap">{one}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function measuresOf({ pinball, detection }: ModelEvaluation): readonly Measure[] {
  const { model, running, modelFree } = detection
  return [
    {
      name: 'Error of the expected range',
      about: 'less is better',
      model: pinball.model,
      running: pinball.running,
      modelFree: pinball.modelFree,
      text: three,
    },
    {
      name: 'Anomalies found',
      about: 'more is better',
      model: model.recall,
      running: running?.recall,
      modelFree: modelFree.recall,
      text: percent,
    },
    {
      name: 'False alarms per series and month',
      about: 'less is better',
      model: model.falseAlarmsPerMonth,
      running: running?.falseAlarmsPerMonth,
      modelFree: modelFree.falseAlarmsPerMonth,
      text: three,
    },
  ]
}

function MeasureBars({ measure }: { measure: Measure }): JSX.Element {
  const { name, about, model, running, modelFree, text } = measure
  const rows = [
    ['This one', model],
    ['Ran then', running],
    ['No model', modelFree],
  ] as const
  const most = Math.max(...rows.map(([, value]) => value ?? 0)) || 1
  return (
    <table class="measure">
      <caption>
        {name} <span class="faint">{about}</span>
      </caption>
      <tbody>
        {rows.map(([who, value], at) =>
          value === undefined ? null : (
            <tr key={who}>
              <th scope="row">{who}</th>
              <td class="measure-place">
                <span
                  class={`measure-bar${at === 0 ? ' mine' : ''}`}
                  style={{ width: `${Math.max(1, (value / most) * 100).toFixed(1)}%` }}
                />
              </td>
              <td class="measure-figure">{text(value)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
