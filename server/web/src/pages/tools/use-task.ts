import { AgentTask } from '@eyenet/shared/api'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { afterFailure, LOADING, type Loadable } from '../../live/loadable.ts'
import type { Answer } from '../../net/failure.ts'
import { request } from '../../session/session.ts'

/** Between the answer and the next question: while it runs, and while the server is away. */
const PAUSE_MS = 1_000
const AWAY_PAUSE_MS = 3_000

/** One task of an agent, asked for again until it has ended. */
export function useTask(agent: string, id: string | undefined): Signal<Loadable<AgentTask>> {
  const state = useSignal<Loadable<AgentTask>>(LOADING)
  useEffect(() => {
    state.value = LOADING
    if (id === undefined) return undefined
    const stop = new AbortController()
    void follow(taskPath(agent, id), { state, signal: stop.signal })
    return () => stop.abort()
  }, [agent, id, state])
  return state
}

export const tasksPath = (agent: string): string => `/api/v1/agents/${encodeURIComponent(agent)}/tasks`
export const taskPath = (agent: string, id: string): string => `${tasksPath(agent)}/${encodeURIComponent(id)}`

type Following = { readonly state: Signal<Loadable<AgentTask>>; readonly signal: AbortSignal }

async function follow(path: string, { state, signal }: Following): Promise<void> {
  while (!signal.aborted) {
    const answer = await request({ path, answer: AgentTask, signal })
    if (signal.aborted) return
    state.value =
      answer.kind === 'ok'
        ? { kind: 'ready', value: answer.value, at: Date.now() }
        : afterFailure(state.peek(), answer.failure)
    if (isLast(answer)) return
    await new Promise((resolve) => setTimeout(resolve, answer.kind === 'ok' ? PAUSE_MS : AWAY_PAUSE_MS))
  }
}

/** Nothing else will be answered to the same question. */
function isLast(answer: Answer<AgentTask>): boolean {
  if (answer.kind === 'ok') return answer.value.state !== 'running'
  const { failure } = answer
  return failure.kind === 'strange' || (failure.kind === 'problem' && failure.status < 500)
}
