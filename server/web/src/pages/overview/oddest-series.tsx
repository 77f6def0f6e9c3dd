import type { JSX } from 'preact'
import { activeAnomalies } from '../../live/site.ts'
import { Since } from '../../parts/since.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { compareAnomalies } from '../anomalies/anomaly-order.ts'
import { deviceNameOf, reasonSentence } from '../anomalies/anomaly-words.ts'
import { seriesTitle } from '../anomalies/series-words.ts'
import { StrengthMark } from '../anomalies/strength-mark.tsx'

const MOST_SHOWN = 6

/** What is unusual now, strongest first. */
export function OddestSeries(): JSX.Element {
  const state = activeAnomalies.value
  const all = state.kind === 'ready' ? [...state.value.values()].sort(compareAnomalies) : []
  return (
    <section class="section" aria-labelledby="oddest">
      <div class="section-head">
        <h2 id="oddest">Unusual now</h2>
        {all.length > 0 && <span class="faint">{all.length}</span>}
        <a class="end quiet" href={hrefOf({ kind: 'anomalies' })}>
          All anomalies
        </a>
      </div>
      <ul class="panel pairs">
        {state.kind === 'loading' && (
          <li class="line-row">
            <Skeleton width="70%" />
          </li>
        )}
        {state.kind === 'failed' && <li class="line-row faint">Could not be loaded.</li>}
        {state.kind === 'ready' && all.length === 0 && (
          <li class="line-row faint">Every judged series is within its usual range.</li>
        )}
        {all.slice(0, MOST_SHOWN).map((one) => (
          <li class="odd-row" key={one.id}>
            <StrengthMark score={one.score} />
            <div class="odd-name">
              <a class="cut" href={hrefOf({ kind: 'anomaly', id: one.id })}>
                <span class="quiet">{`${deviceNameOf(one)} `}</span>
                <strong>{seriesTitle(one)}</strong>
              </a>
              <span class="faint cut">{reasonSentence(one)}</span>
            </div>
            <span class="faint">
              <Since at={one.since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
