import type { AgentTask, DeviceSummary } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Loadable } from '../../live/loadable.ts'
import { put } from '../../live/put.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { Ago, Since } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { request } from '../../session/session.ts'
import { TaskResultView } from './task-result.tsx'
import { aboutWords, progressWords, taskAdvice, taskMark } from './task-words.ts'
import { toolWord } from './tool-kinds.ts'
import { taskPath } from './use-task.ts'

type Props = {
  readonly agent: string
  readonly id: string
  readonly state: Loadable<AgentTask>
  readonly devices: ReadonlyMap<string, DeviceSummary>
}

/** Pixels over a result that was scrolled to. */
const SPACE_ABOVE = 16

/** One task from its start to its result. */
export function TaskPanel({ agent, id, state, devices }: Props): JSX.Element {
  const box = useRef<HTMLElement>(null)
  const known = state.kind
  useEffect(() => {
    const top = box.current?.getBoundingClientRect().top ?? 0
    if (known === 'loading' || top <= window.innerHeight / 2) return
    // On a narrow screen the result is below the form. What scrolls is the content, not the frame around it.
    const content = document.getElementById('content')
    content?.scrollBy({ top: top - content.getBoundingClientRect().top - SPACE_ABOVE })
  }, [known])
  return (
    <section class="section" ref={box} aria-label="Result">
      {state.kind === 'loading' && <SkeletonRows rows={2} what="the task" />}
      {state.kind === 'failed' && state.failure.kind === 'problem' && state.failure.code === 'not_found' ? (
        <Note kind="unknown">
          This result is not kept any more: results stay for 15 minutes, or until the server restarts. Run it again.
        </Note>
      ) : (
        state.kind === 'failed' && <FailureNote failure={state.failure} what="the task" />
      )}
      {state.kind === 'ready' && (
        <>
          {state.stale !== undefined && state.value.state === 'running' && (
            <Note kind="unknown">{`How far it is cannot be seen: ${failureSentence(state.stale)}`}</Note>
          )}
          <TaskHead task={state.value} devices={devices} path={taskPath(agent, id)} />
          <Words task={state.value} />
          {state.value.result !== undefined && <TaskResultView result={state.value.result} />}
        </>
      )}
    </section>
  )
}

type HeadProps = {
  readonly task: AgentTask
  readonly devices: ReadonlyMap<string, DeviceSummary>
  readonly path: string
}

function TaskHead({ task, devices, path }: HeadProps): JSX.Element {
  const stopping = useSignal(false)
  const wrong = useSignal('')
  const stop = async (): Promise<void> => {
    stopping.value = true
    const answer = await request({ method: 'DELETE', path, answer: NOTHING })
    if (answer.kind === 'ok') return
    stopping.value = false
    // What has ended meanwhile needs no stop.
    const over = answer.failure.kind === 'problem' && answer.failure.code === 'not_found'
    put(wrong)(over ? '' : `Not stopped: ${failureSentence(answer.failure)}`)
  }
  return (
    <>
      <div class="section-head">
        <h2>{toolWord(task.kind)}</h2>
        <span class="quiet wrap">{aboutWords(task.about, (id) => devices.get(id)?.name)}</span>
        <StateMark {...taskMark(task)} strong />
        <span class="faint">
          {`by ${task.by}, `}
          {task.state === 'running' ? <Since at={task.at} /> : <Ago at={task.at} />}
        </span>
        {task.state === 'running' && (
          <div class="end">
            <button type="button" class="button small" disabled={stopping.value} onClick={() => void stop()}>
              {stopping.value ? 'Stopping …' : 'Stop'}
            </button>
          </div>
        )}
      </div>
      {wrong.value !== '' && <Note kind="warning">{wrong.value}</Note>}
    </>
  )
}

/** How far it is, or how it ended and what to do. */
function Words({ task }: { task: AgentTask }): JSX.Element | null {
  if (task.state === 'running') {
    return (
      <div class="panel padded tool-progress" role="status">
        <progress aria-label="It runs" />
        <span class="wrap">{progressWords(task)}</span>
      </div>
    )
  }
  const words = [task.problem ?? task.result?.message ?? '', taskAdvice(task)].filter((text) => text !== '').join(' ')
  if (words === '') return null
  const { kind } = taskMark(task)
  return kind === 'ok' ? (
    <p class="quiet wrap">{words}</p>
  ) : (
    <Note kind={kind === 'pending' ? 'info' : kind}>{words}</Note>
  )
}
