import { type Model, ModelDetails } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDay, formatShortMoment } from '../../../format/moment.ts'
import { formatQuantity } from '../../../format/quantity.ts'
import { now } from '../../../live/clock.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { Copyable } from '../../../parts/copy-button.tsx'
import { Fact } from '../../../parts/fact.tsx'
import { FailureNote, Note } from '../../../parts/notes.tsx'
import { Ago } from '../../../parts/since.tsx'
import { Skeleton } from '../../../parts/skeleton.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { request } from '../../../session/session.ts'
import { Evaluation } from './evaluation.tsx'
import { ModelActions } from './model-actions.tsx'
import { ModelAgents } from './model-agents.tsx'
import { countsText, SOURCE_WORDS, STAGE_MARKS } from './model-words.ts'

type Props = { readonly model: Model; readonly all: readonly Model[]; readonly reload: () => void }

const REFRESH_MS = 15_000
const thousands = (count: number): string => count.toLocaleString('en').replaceAll(',', '\u202f')

/** One version with everything that is known of it, and what can be done. */
export function ModelCard({ model, all, reload }: Props): JSX.Element {
  const path = `/api/v1/models/${encodeURIComponent(model.id)}`
  const details = useFetch(
    path,
    (signal) => request({ path, answer: ModelDetails, signal }),
    `${model.stage} ${Math.floor(now.value / REFRESH_MS)}`,
  )
  const loaded = details.state.value
  const again = (): void => {
    reload()
    details.reload()
  }
  return (
    <div class="model-card">
      {model.reason !== '' && <Note kind={model.stage === 'withdrawn' ? 'unknown' : 'info'}>{model.reason}</Note>}
      <ModelFacts model={model} />
      {loaded.kind === 'ready' && loaded.value.alarms !== undefined && <Alarms alarms={loaded.value.alarms} />}
      {model.evaluation === undefined ? (
        <p class="faint">
          {model.source === 'imported'
            ? 'An imported model has no evaluation: let it run on trial first, and compare its alarms.'
            : 'There is no evaluation of it on this site’s history.'}
        </p>
      ) : (
        <Evaluation evaluation={model.evaluation} />
      )}
      <ModelActions model={model} all={all} reload={again} />
      {loaded.kind === 'loading' && <Skeleton height={40} />}
      {loaded.kind === 'failed' && (
        <FailureNote failure={loaded.failure} what={`more of ${model.id}`} retry={details.reload} />
      )}
      {loaded.kind === 'ready' && (
        <>
          <ModelAgents agents={loaded.value.agents} />
          <More model={model} steps={loaded.value.history} />
        </>
      )}
    </div>
  )
}

function ModelFacts({ model }: { model: Model }): JSX.Element {
  const { data, createdAt, createdBy } = model
  return (
    <dl class="facts">
      <Fact name="Made">
        {`${SOURCE_WORDS[model.source]}, by ${createdBy} `}
        <Ago at={createdAt} />
      </Fact>
      <Fact name="Trained on">
        {data === undefined
          ? 'not told'
          : `${formatDay(data.from)} to ${formatDay(data.to)}: ${thousands(data.series)} series, ${thousands(data.rows)} rows`}
      </Fact>
      <Fact name="Agents">{countsText(model)}</Fact>
    </dl>
  )
}

/** What is needed now and then: the file, the settings of its training, what happened to it. */
function More({ model, steps }: { model: Model; steps: ModelDetails['history'] }): JSX.Element {
  const settings = Object.entries(model.settings)
  return (
    <details class="more">
      <summary>More about it</summary>
      <div class="section">
        <dl class="facts">
          <Fact name="File">{`${formatQuantity(model.bytes, 'bytes')}, ${model.contract}`}</Fact>
          <Fact name="SHA-256">
            <Copyable text={model.sha256} what="SHA-256" />
          </Fact>
          {settings.length > 0 && (
            <Fact name="Settings">{settings.map(([name, value]) => `${name} ${value}`).join(', ')}</Fact>
          )}
        </dl>
        <History steps={steps} />
      </div>
    </details>
  )
}

function Alarms({ alarms }: { alarms: NonNullable<ModelDetails['alarms']> }): JSX.Element {
  const { asked, actual, alarms: count, from } = alarms
  const over = actual !== undefined && actual > asked * 2
  return (
    <div class="budget-fact">
      <span class="faint">Alarms, asked and actual</span>
      <span>
        {actual === undefined ? (
          'nothing judged yet'
        ) : (
          <>
            {over && <StateMark kind="warning" word="Over" bare />} <strong>{actual.toFixed(2)}</strong>
            <span class="quiet">{` per series and 30 days; ${asked} asked`}</span>
          </>
        )}
        <span class="faint">{`; ${count} since ${formatShortMoment(from, now.value)}`}</span>
      </span>
    </div>
  )
}

const MOST_STEPS = 8

function History({ steps }: { steps: ModelDetails['history'] }): JSX.Element | null {
  if (steps.length === 0) return null
  return (
    <ul class="notices">
      {steps.slice(0, MOST_STEPS).map((one) => (
        <li key={`${one.at} ${one.stage}`}>
          <span class="faint nowrap">{formatShortMoment(one.at, now.value)}</span>
          <span>
            {STAGE_MARKS[one.stage].word}
            <span class="faint">{one.by === 'server' ? ', by itself' : `, by ${one.by}`}</span>
            {one.reason !== '' && `: ${one.reason}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
