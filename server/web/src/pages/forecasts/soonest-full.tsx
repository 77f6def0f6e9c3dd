import { type Forecast, ForecastsAnswer } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { now } from '../../live/clock.ts'
import { devices } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { type Answer, ok } from '../../net/failure.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { forecastName, forecastState, growthText, KIND_WORDS, rangeText, untilText } from './forecast-words.ts'

/** Forecasts are worked out anew seldom. */
const REFRESH_MS = 600_000
const MOST_SHOWN = 6

type Props = { readonly device?: string; readonly most?: number }

/** What is full first if it goes on as it did, with the range that holds in nine of ten cases. Of a device, or of all. */
export function SoonestFull({ device, most = MOST_SHOWN }: Props): JSX.Element | null {
  const search = new URLSearchParams({ ...(device !== undefined && { device }), limit: String(most) })
  const { state } = useFetch(
    `forecasts ${device}`,
    async (signal) => orNone(await request({ path: `/api/v1/forecasts?${search}`, answer: ForecastsAnswer, signal })),
    Math.floor(now.value / REFRESH_MS),
  )
  const loaded = state.value
  const items = loaded.kind === 'ready' ? loaded.value.items.filter(({ seconds }) => seconds !== undefined) : []
  // A device of which nothing fills has no such list; for the site it is said.
  if (device !== undefined && items.length === 0) return null
  return (
    <section class="section" aria-labelledby="soonest-full">
      <div class="section-head">
        <h2 id="soonest-full">Full soonest</h2>
        <span class="faint">if it goes on so</span>
      </div>
      <ul class="panel pairs">
        {loaded.kind === 'loading' && (
          <li class="line-row">
            <Skeleton width="70%" />
          </li>
        )}
        {loaded.kind === 'failed' && <li class="line-row faint">Could not be loaded.</li>}
        {loaded.kind === 'ready' && items.length === 0 && (
          <li class="line-row faint">
            {loaded.value.at === undefined
              ? 'Not worked out yet: it takes some days of data.'
              : 'Nothing fills within a year.'}
          </li>
        )}
        {items.slice(0, most).map((one) => (
          <ForecastRow
            key={`${one.device} ${one.kind} ${one.name} ${one.direction}`}
            one={one}
            named={device === undefined}
          />
        ))}
      </ul>
    </section>
  )
}

function ForecastRow({ one, named }: { one: Forecast; named: boolean }): JSX.Element {
  const { seconds, usedRatio, growthPerDay, kind } = one
  const state = forecastState(seconds)
  const known = devices.value.kind === 'ready' ? devices.value.value.get(one.device)?.name : undefined
  const range = rangeText(one)
  return (
    <li class="forecast-row">
      <div class="forecast-name">
        <a class="cut" href={linkOf(one)}>
          {named && <span class="quiet">{`${known ?? one.deviceName ?? one.device} `}</span>}
          <strong>{forecastName(one)}</strong>
        </a>
        <span class="faint cut">
          {`${Math.round(usedRatio * 100)}\u00a0% in use, ${growthText(growthPerDay)}, ${KIND_WORDS[kind]}`}
        </span>
      </div>
      <div class="forecast-when">
        {state === 'quiet' ? (
          <strong>{untilText(seconds ?? 0)}</strong>
        ) : (
          <StateMark kind={state} word={untilText(seconds ?? 0)} strong />
        )}
        <span class="faint">{range}</span>
      </div>
    </li>
  )
}

function linkOf({ kind, device, name }: Forecast): string {
  if (kind === 'interface') return hrefOf({ kind: 'interface', id: device, name })
  return hrefOf({ kind: 'device', id: device, tab: 'hardware' })
}

/** An older server forecasts nothing. */
function orNone(answer: Answer<ForecastsAnswer>): Answer<ForecastsAnswer> {
  const absent = answer.kind === 'failed' && answer.failure.kind === 'problem' && answer.failure.status === 404
  return absent ? ok({ items: [], total: 0 }) : answer
}
