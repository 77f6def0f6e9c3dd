import type { AnomalyDetail } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { CopyButton } from '../../parts/copy-button.tsx'
import { hrefOf } from '../../router/router.ts'
import { deviceNameOf } from './anomaly-words.ts'
import { ruleExpr, seriesExpr, seriesTitle } from './series-words.ts'

/** What it was held against, the agent's own words, and how to make a rule of it. */
export function Compared({ anomaly }: { anomaly: AnomalyDetail }): JSX.Element {
  const { series, model, sentence, device } = anomaly
  const rule = ruleExpr(anomaly)
  return (
    <section class="section" aria-labelledby="compared">
      <h2 id="compared">What it was compared with</h2>
      <div class="panel padded section">
        <p>{comparedWords(anomaly)}</p>
        <p class="quiet">{`The agent’s words: “${sentence}”${model === undefined ? '' : `, by model ${model}`}.`}</p>
        <div class="field">
          <span>As the beginning of a rule</span>
          <div class="command">
            <code>{rule}</code>
            <CopyButton text={rule} what="rule" />
          </div>
        </div>
        <div class="actions">
          <a class="button small" href={hrefOf({ kind: 'query' }, { expr: rule })}>
            Try the rule
          </a>
          {series !== undefined && (
            <a class="button small" href={hrefOf({ kind: 'query' }, { expr: seriesExpr(series, '5m') })}>
              Series as a query
            </a>
          )}
          <a class="button small" href={hrefOf({ kind: 'device', id: device })}>
            {deviceNameOf(anomaly)}
          </a>
        </div>
      </div>
    </section>
  )
}

function comparedWords(anomaly: AnomalyDetail): string {
  const { series, model, reason } = anomaly
  if (series === undefined)
    return 'With how many of the device’s series are unusual at the same time in its own weeks before, and with what usually moves together.'
  const past = `the past of ${seriesTitle(anomaly)}`
  if (reason === 'missing') return `With the rhythm in which samples of this series came before.`
  if (reason === 'flat') return `With how much ${past} moves within as many samples.`
  if (reason === 'drift' || reason.startsWith('shift'))
    return `With the level of ${past} over the days before, its daily and weekly ups and downs taken out.`
  const who = model === undefined ? 'The detectors without a model expect' : `Model ${model} expects`
  return `${who} a range for this hour of this weekday from ${past} alone; no other series has a say in it.`
}
