import { TopologyTrace } from '@eyenet/shared/api'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { afterFailure, LOADING, type Loadable } from '../../../live/loadable.ts'
import type { Answer } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'

/** Between the answer and the next question: while it runs, and while the server is away. */
const PAUSE_MS = 1_000
const AWAY_PAUSE_MS = 3_000

/** A trace over the graph, asked for again until it has ended. */
export function useTrace(agent: string | undefined, task: string | undefined): Signal<Loadable<TopologyTrace>> {
  const state = useSignal<Loadable<TopologyTrace>>(LOADING)
  useEffect(() => {
    state.value = LOADING
    if (agent === undefined || task === undefined) return undefined
    const stop = new AbortController()
    const path = `/api/v1/topology/trace/${encodeURIComponent(agent)}/${encodeURIComponent(task)}`
    void follow(path, { state, signal: stop.signal })
    return () => stop.abort()
  }, [agent, task, state])
  return state
}

type Following = { readonly state: Signal<Loadable<TopologyTrace>>; readonly signal: AbortSignal }

async function follow(path: string, { state, signal }: Following): Promise<void> {
  while (!signal.aborted) {
    const answer = await request({ path, answer: TopologyTrace, signal })
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
function isLast(answer: Answer<TopologyTrace>): boolean {
  if (answer.kind === 'ok') return answer.value.task.state !== 'running'
  const { failure } = answer
  return failure.kind === 'strange' || (failure.kind === 'problem' && failure.status < 500)
}
