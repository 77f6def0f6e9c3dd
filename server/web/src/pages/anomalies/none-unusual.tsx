import { Anomaly, Model, pageOf } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { formatDuration } from '../../format/duration.ts'
import { now } from '../../live/clock.ts'
import { agents, lastAnomalyChange } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty } from '../../parts/notes.tsx'
import { Since } from '../../parts/since.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { deviceNameOf } from './anomaly-words.ts'
import { seriesTitle } from './series-words.ts'

const Newest = pageOf(Anomaly)
const Models = z.object({ items: z.array(Model) })
/** Until then little is known of any series. */
const LEARNING_MS = 3_600_000

/** Says that nothing is unusual and since when; while agents are still learning, says that. */
export function NoneUnusual({ filtered }: { filtered: boolean }): JSX.Element {
  const newest = lastAnomalyChange.value
  const { state } = useFetch(
    'last',
    (signal) => request({ path: '/api/v1/anomalies?active=false&limit=1', answer: Newest, signal }),
    newest?.id ?? '',
  )
  if (filtered) {
    return (
      <div class="panel">
        <Empty title="None of what is unusual now fits">Take a filter away to see the others.</Empty>
      </div>
    )
  }
  const last = state.value.kind === 'ready' ? state.value.value.items[0] : undefined
  const young = learningLeft()
  return (
    <div class="all-well">
      <span class={young === undefined ? 'ok-ink' : 'ink-unknown'}>
        <Icon name={young === undefined ? 'ok' : 'clock'} />
      </span>
      <div>
        {young !== undefined ? (
          <p>
            <strong>Still learning. </strong>
            <span class="quiet">
              {`In the first hour little is known of what is usual; the first verdicts come in about ${formatDuration(young)}. `}
            </span>
          </p>
        ) : last?.endedAt === undefined ? (
          <p class="quiet">Every judged series is within its usual range. Nothing unusual has been seen yet.</p>
        ) : (
          <p class="quiet">
            {'Nothing unusual for '}
            <Since at={last.endedAt} />
            {'. The last was '}
            <a href={hrefOf({ kind: 'anomaly', id: last.id })}>{`${seriesTitle(last)} of ${deviceNameOf(last)}`}</a>.
          </p>
        )}
        <BaseModelNote />
      </div>
    </div>
  )
}

/** How long the youngest site is still in its first hour; undefined when one agent knows its series for longer. */
function learningLeft(): number | undefined {
  const known = agents.value.kind === 'ready' ? [...agents.value.value.values()] : []
  const first = Math.min(...known.map((one) => one.enrolledAt))
  const left = LEARNING_MS - (now.value - first)
  return known.length > 0 && left > 0 ? left : undefined
}

/** Which model looks, where that is known. */
function BaseModelNote(): JSX.Element | null {
  const { state } = useFetch('models', (signal) => request({ path: '/api/v1/models', answer: Models, signal }))
  const running = state.value.kind === 'ready' ? state.value.value.items.find((one) => one.stage === 'all') : undefined
  if (state.value.kind !== 'ready') return null
  return (
    <p class="faint">
      {running === undefined
        ? 'No model runs: the detectors without one judge. '
        : running.source === 'base'
          ? 'The model that comes with EyeNet judges until this site’s own history has trained a better one. '
          : `Model ${running.id} judges. `}
      <a href={hrefOf({ kind: 'settings', section: 'models' })}>Models</a>
    </p>
  )
}
