import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { z } from 'zod'
import { useFetch } from '../../../live/use-fetch.ts'
import { type Answer, ok } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'
import type { Point } from '../layout/layered-layout.ts'

const Positions = z.object({ positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })) })
type Places = ReadonlyMap<string, Point>

/** Saved places of one view of the map, and those that were moved by hand since. */
export function usePositions(view: string) {
  const path = `/api/v1/topology/positions?view=${encodeURIComponent(view)}`
  const { state, reload } = useFetch<Places>(path, async (signal) => {
    const answer = await request({ path, answer: Positions, signal })
    // A server without saved places has none.
    if (answer.kind === 'failed')
      return answer.failure.kind === 'problem' && answer.failure.status === 404 ? ok(new Map()) : answer
    return ok(new Map(Object.entries(answer.value.positions)))
  })
  const moved = useSignal<Places>(new Map())
  const kept = state.value.kind === 'ready' ? state.value.value : undefined
  const dragged = moved.value
  const places = useMemo(() => new Map([...(kept ?? []), ...dragged]), [kept, dragged])
  const write = async (next: Places): Promise<Answer<unknown>> => {
    const positions = Object.fromEntries(
      [...next].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
    )
    const answer = await request({ method: 'PUT', path, body: { positions }, answer: z.unknown() })
    if (answer.kind === 'ok') {
      moved.value = new Map()
      reload()
    }
    return answer
  }
  return {
    places,
    changed: dragged.size > 0,
    any: places.size > 0,
    move: (id: string, to: Point): void => {
      moved.value = new Map([...moved.peek(), [id, to]])
    },
    forget: (): void => {
      moved.value = new Map()
    },
    save: () => write(places),
    reset: () => write(new Map()),
  }
}
