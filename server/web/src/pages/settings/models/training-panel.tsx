import { TrainingRun } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { z } from 'zod'
import { formatDuration } from '../../../format/duration.ts'
import { now } from '../../../live/clock.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { NOTHING } from '../../../net/api-client.ts'
import { failureSentence } from '../../../net/failure.ts'
import { FailureNote, Note } from '../../../parts/notes.tsx'
import { Ago } from '../../../parts/since.tsx'
import { Skeleton } from '../../../parts/skeleton.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { toast } from '../../../parts/toasts.tsx'
import { hrefOf } from '../../../router/router.ts'
import { may, request } from '../../../session/session.ts'
import { AskOnce } from './ask-once.tsx'
import { TRAINING_MARKS } from './model-words.ts'

const Runs = z.object({ items: z.array(TrainingRun) })
/** A run that goes on is asked for this often; else seldom. */
const BUSY_MS = 2_000
const IDLE_MS = 30_000

const isOpen = (run: TrainingRun | undefined): boolean => run?.state === 'running' || run?.state === 'queued'

/** The training that goes on, or the last one; and starting one. */
export function TrainingPanel({ trained }: { trained: () => void }): JSX.Element {
  const busy = useRef(false)
  const { state, reload } = useFetch(
    'training',
    (signal) => request({ path: '/api/v1/models/training', answer: Runs, signal }),
    Math.floor(now.value / (busy.current ? BUSY_MS : IDLE_MS)),
  )
  const loaded = state.value
  const last = loaded.kind === 'ready' ? loaded.value.items[0] : undefined
  const open = isOpen(last)
  useEffect(() => {
    if (busy.current && !open) trained()
    busy.current = open
  }, [open])
  const train = async (): Promise<void> => {
    const answer = await request({ method: 'POST', path: '/api/v1/models/train', body: {}, answer: NOTHING })
    toast(answer.kind === 'ok' ? 'A training is queued' : `Not started: ${failureSentence(answer.failure)}`)
    reload()
  }
  return (
    <section class="section" aria-labelledby="training">
      <h2 id="training">Training</h2>
      <div class="panel padded section">
        {loaded.kind === 'loading' && <Skeleton height={40} />}
        {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the trainings" retry={reload} />}
        {loaded.kind === 'ready' &&
          (last === undefined ? (
            <p class="quiet">None yet. The first comes in the night after some days of history are there.</p>
          ) : (
            <Run run={last} reload={reload} />
          ))}
        {may('operator') && loaded.kind === 'ready' && !open && (
          <AskOnce
            word="Train now"
            says="A worker of the server reads the weeks before, trains a model and judges it on days that it has not seen. That takes minutes of one processor. A model that is not better is kept to be read and goes to no agent; a better one waits for its roll-out, or begins it where that is configured."
            act={train}
          />
        )}
      </div>
    </section>
  )
}

function Run({ run, reload }: { run: TrainingRun; reload: () => void }): JSX.Element {
  const cancel = async (): Promise<void> => {
    const path = `/api/v1/models/training/${run.id}/cancel`
    const answer = await request({ method: 'POST', path, body: {}, answer: NOTHING })
    toast(answer.kind === 'ok' ? 'The training is ended' : `Not ended: ${failureSentence(answer.failure)}`)
    reload()
  }
  const { state, progress, step, startedAt, endedAt, model, reasons, trigger, by } = run
  return (
    <>
      <div class="line-main">
        <StateMark {...TRAINING_MARKS[state]} strong />
        <span class="faint">
          {trigger === 'nightly' ? 'nightly, ' : `started by ${by}, `}
          <Ago at={endedAt ?? startedAt ?? run.queuedAt} />
          {startedAt !== undefined && endedAt !== undefined && `, took ${formatDuration(endedAt - startedAt)}`}
        </span>
        {model !== undefined && (
          <a href={hrefOf({ kind: 'settings', section: 'models' }, { version: model })}>{`made ${model}`}</a>
        )}
      </div>
      {isOpen(run) && (
        <div class="upload" role="status">
          <progress max={1} value={progress} aria-label="Training" />
          <span class="quiet">{`${Math.round(progress * 100)}\u00a0%: ${step}`}</span>
        </div>
      )}
      {isOpen(run) && may('operator') && (
        <AskOnce
          word="End it"
          danger
          says="What it has worked out so far is lost; nothing else changes."
          act={cancel}
        />
      )}
      {reasons.length > 0 && (
        <Note kind={state === 'failed' ? 'critical' : 'info'}>
          {reasons.map((one) => (
            <p key={one} class="wrap">
              {one}
            </p>
          ))}
        </Note>
      )}
    </>
  )
}
