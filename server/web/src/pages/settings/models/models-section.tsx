import { Model } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { formatDay } from '../../../format/moment.ts'
import { now } from '../../../live/clock.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { Empty, FailureNote, StaleNote } from '../../../parts/notes.tsx'
import { SkeletonRows } from '../../../parts/skeleton.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { query, setQuery } from '../../../router/router.ts'
import { may, request } from '../../../session/session.ts'
import { ImportModel } from './import-model.tsx'
import { ModelCard } from './model-card.tsx'
import { compareModels, runningOf, SOURCE_WORDS, STAGE_MARKS } from './model-words.ts'
import { TrainingPanel } from './training-panel.tsx'

const Models = z.object({ items: z.array(Model) })
const REFRESH_MS = 15_000

/** The model that judges, the ones before and after it, training and import. */
export function ModelsSection(): JSX.Element {
  const { state, reload } = useFetch(
    'models',
    (signal) => request({ path: '/api/v1/models', answer: Models, signal }),
    Math.floor(now.value / REFRESH_MS),
  )
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={5} what="models" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the models" retry={reload} />
  const all = [...loaded.value.items].sort(compareModels)
  const running = runningOf(all)
  const others = all.filter((one) => one !== running)
  return (
    <>
      <StaleNote failure={loaded.stale} retry={reload} />
      <section class="section" aria-labelledby="running-model">
        <h2 id="running-model">Judges now</h2>
        {running === undefined ? <NoModel /> : <Running model={running} all={all} reload={reload} />}
      </section>
      <TrainingPanel trained={reload} />
      <section class="section" aria-labelledby="versions">
        <div class="section-head">
          <h2 id="versions">Other versions</h2>
          <span class="faint">{others.length === 0 ? '' : others.length}</span>
        </div>
        {others.length === 0 ? (
          <p class="faint">
            {running?.source === 'base'
              ? 'Only the model that comes with EyeNet is here. The first of this site’s own comes with its first training.'
              : 'None.'}
          </p>
        ) : (
          <div class="panel pairs">
            {others.map((one) => (
              <Version key={one.id} model={one} all={all} reload={reload} />
            ))}
          </div>
        )}
      </section>
      {may('admin') && <ImportModel imported={reload} />}
    </>
  )
}

type Props = { readonly model: Model; readonly all: readonly Model[]; readonly reload: () => void }

function NoModel(): JSX.Element {
  return (
    <div class="panel">
      <Empty title="No model counts">
        Agents judge by their detectors without a model, which need none. Roll out a version below, or train one.
      </Empty>
    </div>
  )
}

function Running({ model, all, reload }: Props): JSX.Element {
  return (
    <div class="panel padded">
      <div class="agent-head">
        <h3>{model.id}</h3>
        <StateMark {...STAGE_MARKS[model.stage]} />
        <span class="faint">{`since ${formatDay(model.since)}`}</span>
      </div>
      <ModelCard model={model} all={all} reload={reload} />
    </div>
  )
}

/** One line; opened, everything. Which is open is in the address. */
function Version({ model, all, reload }: Props): JSX.Element {
  const open = query.value.get('version') === model.id
  return (
    <details
      class="version"
      open={open}
      onToggle={(event) => {
        const shown = event.currentTarget.open
        if (shown !== open) setQuery({ version: shown ? model.id : undefined })
      }}
    >
      <summary>
        <strong class="cut">{model.id}</strong>
        <StateMark {...STAGE_MARKS[model.stage]} />
        <span class="faint cut">{`${SOURCE_WORDS[model.source]}, ${formatDay(model.createdAt)}`}</span>
      </summary>
      {open && <ModelCard model={model} all={all} reload={reload} />}
    </details>
  )
}
