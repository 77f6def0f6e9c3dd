import type { Anomaly } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { BandSpark } from '../../chart/band-spark.tsx'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { hrefOf } from '../../router/router.ts'
import { deviceNameOf, judgeWords, lastedText, reasonSentence } from './anomaly-words.ts'
import { FeedbackButtons } from './feedback-buttons.tsx'
import { seriesTitle, usualText, valueText } from './series-words.ts'
import { StrengthMark } from './strength-mark.tsx'
import { useMoment } from './use-moment.ts'

type Props = { readonly anomaly: Anomaly; readonly named?: boolean; readonly onSaid?: (anomaly: Anomaly) => void }

/** One anomaly in a list: how unusual, what, why, against what, since when, what people say. `named`: with its device. */
export function AnomalyRow({ anomaly, named = false, onSaid }: Props): JSX.Element {
  const { since, endedAt, model, feedback } = anomaly
  const moment = useMoment(anomaly)
  return (
    <article class={`anomaly-row${feedback === undefined ? '' : ' seen'}`}>
      <StrengthMark score={anomaly.score} />
      <div class="anomaly-text">
        <h3 class="cut">
          {named && (
            <>
              <a class="quiet" href={hrefOf({ kind: 'device', id: anomaly.device })}>
                {deviceNameOf(anomaly)}
              </a>
              <span class="faint"> · </span>
            </>
          )}
          <a href={hrefOf({ kind: 'anomaly', id: anomaly.id })}>{seriesTitle(anomaly)}</a>
        </h3>
        <p class="quiet">{reasonSentence(anomaly)}</p>
      </div>
      <Figures anomaly={anomaly} />
      <div class="anomaly-chart">
        {anomaly.series !== undefined && <BandSpark figures={moment} since={since} lasts={endedAt === undefined} />}
      </div>
      <div class="anomaly-when">
        <time dateTime={new Date(since).toISOString()} title={formatShortMoment(since, now.value)}>
          {lastedText(anomaly, now.value)}
        </time>
        <span class="faint cut" title={`Judged by ${judgeWords(model)}`}>
          {judgeWords(model)}
        </span>
      </div>
      <FeedbackButtons anomaly={anomaly} {...(onSaid && { onSaid })} />
    </article>
  )
}

/** The value, and what would be usual. */
export function Figures({ anomaly }: { anomaly: Anomaly }): JSX.Element {
  const [value, usual] = [valueText(anomaly, anomaly.value), usualText(anomaly)]
  if (anomaly.series === undefined) return <div class="anomaly-figures" />
  return (
    <div class="anomaly-figures">
      <strong class="nowrap">{value ?? 'no data'}</strong>
      <span class="faint">{usual === undefined ? 'usual: not known yet' : `usual ${usual}`}</span>
    </div>
  )
}
