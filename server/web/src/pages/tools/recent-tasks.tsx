import { type AgentResource, AgentTask, type DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { now } from '../../live/clock.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { aboutWords, taskMark } from './task-words.ts'
import { toolWord } from './tool-kinds.ts'
import { tasksPath } from './use-task.ts'

const Tasks = z.object({ items: z.array(AgentTask) })
/** Results come along, so it is not asked for often; an own task that starts or ends asks at once. */
const REFRESH_MS = 30_000
const MOST_SHOWN = 20

type Props = {
  readonly agent: AgentResource
  readonly devices: ReadonlyMap<string, DeviceSummary>
  /** The task that is shown. */
  readonly here: string | undefined
  /** Another text makes it ask at once. */
  readonly changed: string
}

/** What people asked of this agent in the last minutes. */
export function RecentTasks({ agent, devices, here, changed }: Props): JSX.Element {
  const fetched = useFetch(
    agent.id,
    (signal) => request({ path: tasksPath(agent.id), answer: Tasks, signal }),
    `${Math.floor(now.value / REFRESH_MS)} ${changed}`,
  )
  const state = fetched.state.value
  return (
    <section class="section" aria-labelledby="recent-tasks">
      <div class="section-head">
        <h2 id="recent-tasks">{`Asked of ${agent.name}`}</h2>
        <span class="faint">kept for 15 minutes; the audit log has all of them</span>
      </div>
      {state.kind === 'loading' && <SkeletonRows rows={2} what="tasks" />}
      {state.kind === 'failed' && (
        <FailureNote failure={state.failure} what="what was asked before" retry={fetched.reload} />
      )}
      {state.kind === 'ready' && (
        <>
          <StaleNote failure={state.stale} retry={fetched.reload} />
          {state.value.items.length === 0 ? (
            <p class="quiet">Nobody has asked it anything in the last 15 minutes.</p>
          ) : (
            <ul class="panel pairs">
              {state.value.items.slice(0, MOST_SHOWN).map((task) => (
                <Row key={task.id} task={task} devices={devices} here={task.id === here} />
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  )
}

type RowProps = { readonly task: AgentTask; readonly devices: Props['devices']; readonly here: boolean }

function Row({ task, devices, here }: RowProps): JSX.Element {
  const href = hrefOf({ kind: 'tools' }, { agent: task.agent, tool: task.kind, task: task.id })
  return (
    <li class={`task-row${here ? ' here' : ''}`}>
      <StateMark {...taskMark(task)} />
      <a href={href} aria-current={here ? 'true' : undefined}>
        <strong>{toolWord(task.kind)}</strong>{' '}
        <span class="quiet wrap">{aboutWords(task.about, (id) => devices.get(id)?.name)}</span>
      </a>
      <span class="faint task-who">
        {`${task.by}, `}
        <Ago at={task.at} />
      </span>
    </li>
  )
}
