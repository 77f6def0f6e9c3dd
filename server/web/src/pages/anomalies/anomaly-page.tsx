import { AnomalyDetail } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Chart } from '../../chart/chart.tsx'
import { MarksHere } from '../../chart/use-marks.ts'
import { now } from '../../live/clock.ts'
import { lastAnomalyChange } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { AnomalyHead } from './anomaly-head.tsx'
import { anomalyMark } from './anomaly-marks.tsx'
import { AnomalyRow } from './anomaly-row.tsx'
import { Compared } from './compared.tsx'
import { Said } from './said.tsx'
import { seriesExpr, seriesScale, seriesTitle } from './series-words.ts'
import { momentSpan } from './use-moment.ts'

/** One anomaly: what, against what, since when; its chart, what else the device had then, what people say. */
export function AnomalyPage({ id }: { id: string }): JSX.Element {
  const path = `/api/v1/anomalies/${encodeURIComponent(id)}`
  const live = lastAnomalyChange.value
  const { state, reload } = useFetch(
    path,
    (signal) => request({ path, answer: AnomalyDetail, signal }),
    live?.id === id ? `${live.endedAt} ${live.score} ${live.feedback?.at}` : '',
  )
  const loaded = state.value
  return (
    <div class="sheet anomalies">
      {loaded.kind === 'loading' && <SkeletonRows rows={6} what="the anomaly" />}
      {loaded.kind === 'failed' &&
        (loaded.failure.kind === 'problem' && loaded.failure.code === 'not_found' ? (
          <Gone />
        ) : (
          <FailureNote failure={loaded.failure} what="this anomaly" retry={reload} />
        ))}
      {loaded.kind === 'ready' && (
        <>
          <StaleNote failure={loaded.stale} retry={reload} />
          <Shown anomaly={loaded.value} reload={reload} />
        </>
      )}
    </div>
  )
}

function Gone(): JSX.Element {
  return (
    <Empty
      title="There is no such anomaly"
      action={
        <a class="button" href={hrefOf({ kind: 'anomalies' })}>
          All anomalies
        </a>
      }
    >
      Old ones are forgotten after a while.
    </Empty>
  )
}

type ShownProps = { readonly anomaly: AnomalyDetail; readonly reload: () => void }

function Shown({ anomaly, reload }: ShownProps): JSX.Element {
  const { series, together, before } = anomaly
  return (
    <>
      <AnomalyHead anomaly={anomaly} reload={reload} />
      {series !== undefined && <Around anomaly={anomaly} />}
      <div class="two">
        <Compared anomaly={anomaly} />
        <Said anomaly={anomaly} reload={reload} />
      </div>
      <section class="section" aria-labelledby="together">
        <div class="section-head">
          <h2 id="together">The device at that time</h2>
          <span class="faint">{together.length === 0 ? '' : 'unusual within minutes, strongest first'}</span>
        </div>
        {together.length === 0 ? (
          <p class="faint">Nothing else of the device was unusual then.</p>
        ) : (
          <ul class="panel pairs">
            {together.map((one) => (
              <li key={one.id}>
                <AnomalyRow anomaly={one} onSaid={reload} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {before.length > 0 && (
        <section class="section" aria-labelledby="before">
          <div class="section-head">
            <h2 id="before">The same series before</h2>
            <span class="faint">newest first</span>
          </div>
          <ul class="panel pairs">
            {before.map((one) => (
              <li key={one.id}>
                <AnomalyRow anomaly={one} onSaid={reload} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** The series with its usual range, before, during and after. */
function Around({ anomaly }: { anomaly: AnomalyDetail }): JSX.Element | null {
  const { series, device } = anomaly
  if (series === undefined) return null
  const title = seriesTitle(anomaly)
  return (
    <MarksHere.Provider value={[anomaly, ...anomaly.before].flatMap(anomalyMark)}>
      <Chart
        title={title}
        unit={seriesScale(series.name).unit}
        height={240}
        wide
        source={{
          unless: momentSpan(anomaly, Math.ceil(now.value / 60_000) * 60_000),
          follow: [device],
          queries: (window) => [{ expr: seriesExpr(series, window), name: title }],
        }}
      />
    </MarksHere.Provider>
  )
}
