import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { z } from 'zod'
import { useFetch } from '../../../live/use-fetch.ts'
import { type Answer, ok } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'
import type { Point } from '../layout/layered-layout.ts'
import { MOST_MOVES, type Move, mergedPlaces, movedPlaces, type Places, restoredPlaces } from './moved-places.ts'

const Positions = z.object({ positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })) })

/** Answers what takes the change back. */
type Changed = Promise<Answer<() => Promise<Answer<unknown>>>>

/** Saved places of one view of the map, and those that were moved by hand since. */
export function usePositions(view: string) {
  const path = `/api/v1/topology/positions?view=${encodeURIComponent(view)}`
  const fetchPlaces = async (signal?: AbortSignal): Promise<Answer<Places>> => {
    const answer = await request({ path, answer: Positions, ...(signal !== undefined && { signal }) })
    // A server without saved places has none.
    if (answer.kind === 'failed')
      return answer.failure.kind === 'problem' && answer.failure.status === 404 ? ok(new Map()) : answer
    return ok(new Map(Object.entries(answer.value.positions)))
  }
  const { state, reload } = useFetch<Places>(path, fetchPlaces)
  const moves = useSignal<readonly Move[]>([])
  const kept = state.value.kind === 'ready' ? state.value.value : undefined
  const moved = useMemo(() => movedPlaces(moves.value), [moves.value])
  const places = useMemo(() => mergedPlaces(kept ?? new Map(), moved), [kept, moved])

  /** Over what is there now, not over what was there when the page was opened: somebody may have saved meanwhile. */
  const write = async (next: (there: Places) => Places): Promise<Answer<Places>> => {
    const there = await fetchPlaces()
    if (there.kind === 'failed') return there
    const positions = Object.fromEntries(
      [...next(there.value)].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
    )
    const answer = await request({ method: 'PUT', path, body: { positions }, answer: z.unknown() })
    if (answer.kind === 'failed') return answer
    moves.value = []
    reload()
    return there
  }
  return {
    places,
    changed: moved.size > 0,
    any: (kept?.size ?? 0) > 0,
    move: (id: string, to: Point): void => {
      if (moves.peek().length < MOST_MOVES) moves.value = [...moves.peek(), { id, to }]
    },
    takeBack: (): void => {
      moves.value = moves.peek().slice(0, -1)
    },
    forget: (): void => {
      moves.value = []
    },
    save: async (): Changed => {
      const before = await write((there) => mergedPlaces(there, moved))
      return before.kind === 'failed'
        ? before
        : ok(() => write((there) => restoredPlaces(there, { before: before.value, moved })))
    },
    reset: async (): Changed => {
      const before = await write(() => new Map())
      return before.kind === 'failed' ? before : ok(() => write((there) => mergedPlaces(before.value, there)))
    },
  }
}
