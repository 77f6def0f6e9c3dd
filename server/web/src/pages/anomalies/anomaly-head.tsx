import type { AnomalyDetail } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatMoment, formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { Fact } from '../../parts/fact.tsx'
import { hrefOf } from '../../router/router.ts'
import { deviceNameOf, judgeWords, lastedText, reasonSentence, strengthOf } from './anomaly-words.ts'
import { FeedbackButtons } from './feedback-buttons.tsx'
import { seriesTitle, usualText, valueText } from './series-words.ts'
import { StrengthMark } from './strength-mark.tsx'

type Props = { readonly anomaly: AnomalyDetail; readonly reload: () => void }

/** What, where, why, against what, since when, who says so; and what people say. */
export function AnomalyHead({ anomaly, reload }: Props): JSX.Element {
  const { series, since, endedAt, score, model, closedBy } = anomaly
  return (
    <header class="device-head">
      <Crumb anomaly={anomaly} />
      <div class="page-head">
        <h1>{series === undefined ? `${deviceNameOf(anomaly)} as a whole` : seriesTitle(anomaly)}</h1>
      </div>
      <div class="alert-head">
        <StrengthMark score={score} />
        <strong>{reasonSentence(anomaly)}</strong>
        <span class="quiet">
          {endedAt === undefined
            ? `for ${lastedText(anomaly, now.value)}`
            : `${lastedText(anomaly, now.value)}, until ${formatShortMoment(endedAt, now.value)}`}
        </span>
      </div>
      <dl class="facts">
        {series !== undefined && (
          <Fact name="Value when it began">{valueText(anomaly, anomaly.value) ?? 'no data'}</Fact>
        )}
        {series !== undefined && <Fact name="Usual then">{usualText(anomaly) ?? 'not known yet'}</Fact>}
        <Fact name="Began">{formatMoment(since)}</Fact>
        <Fact name="Ended">
          {endedAt === undefined
            ? 'it lasts'
            : `${formatMoment(endedAt)}${closedBy === 'server' ? ', closed by the server: the agent no longer told of it' : ''}`}
        </Fact>
        <Fact name="Strength">{`${strengthOf(score).word} (${score.toFixed(2)} of 1)`}</Fact>
        <Fact name="Judged by">
          <a href={hrefOf({ kind: 'settings', section: 'models' }, model === undefined ? {} : { version: model })}>
            {judgeWords(model)}
          </a>
          {anomaly.shadow && ' on trial: it alerts nobody'}
        </Fact>
      </dl>
      <FeedbackButtons anomaly={anomaly} onSaid={reload} />
    </header>
  )
}

function Crumb({ anomaly }: { anomaly: AnomalyDetail }): JSX.Element {
  const { device, interface: port } = anomaly
  return (
    <nav class="crumb" aria-label="Where this is">
      <a href={hrefOf({ kind: 'anomalies' })}>Anomalies</a>
      <span aria-hidden="true">/</span>
      <a href={hrefOf({ kind: 'device', id: device })}>{deviceNameOf(anomaly)}</a>
      {port !== undefined && (
        <>
          <span aria-hidden="true">/</span>
          <a href={hrefOf({ kind: 'interface', id: device, name: port })}>{port}</a>
        </>
      )}
    </nav>
  )
}
