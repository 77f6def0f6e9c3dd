import { type Signal, useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { Answer } from '../net/failure.ts'
import { afterFailure, LOADING, type Loadable } from './loadable.ts'

export type Fetched<T> = { readonly state: Signal<Loadable<T>>; readonly reload: () => void }

/**
 * Fetches when `key` changes, and again when `tick` does. A new key starts from nothing; a tick keeps what is shown
 * until the new answer is there.
 */
export function useFetch<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<Answer<T>>,
  tick: string | number = 0,
): Fetched<T> {
  const state = useSignal<Loadable<T>>(LOADING)
  const again = useSignal(0)
  const loadRef = useRef(load)
  loadRef.current = load
  const keyRef = useRef(key)
  const round = again.value
  useEffect(() => {
    const stop = new AbortController()
    if (keyRef.current !== key) {
      keyRef.current = key
      state.value = LOADING
    }
    void loadRef.current(stop.signal).then((answer) => {
      if (stop.signal.aborted) return
      state.value =
        answer.kind === 'ok'
          ? { kind: 'ready', value: answer.value, at: Date.now() }
          : afterFailure(state.peek(), answer.failure)
    })
    return () => stop.abort()
  }, [key, tick, round, state])
  const reload = useCallback(() => {
    if (state.peek().kind === 'failed') state.value = LOADING
    again.value += 1
  }, [again, state])
  return { state, reload }
}
