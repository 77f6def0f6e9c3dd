import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { z } from 'zod'
import { useFetch } from '../../../live/use-fetch.ts'
import { type Answer, ok } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'
import type { Point } from '../layout/layered-layout.ts'
import {
  disputedPlaces,
  MOST_MOVES,
  type Move,
  mergedPlaces,
  movedPlaces,
  type Places,
  restoredPlaces,
} from './moved-places.ts'

const Positions = z.object({
  positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
  revision: z.number().optional(),
})
type Kept = { readonly places: Places; readonly revision: number | undefined }
/** How often places are read anew where somebody saves at the same moment. */
const MOST_TRIES = 3
const CONFLICT = 409

const NOTHING_KEPT: Kept = { places: new Map(), revision: undefined }

/** Answers what takes the change back. */
type Changed = Promise<Answer<() => Promise<Answer<unknown>>>>

/** Saved places of one view of the map, and those that were moved by hand since. */
export function usePositions(view: string) {
  const path = `/api/v1/topology/positions?view=${encodeURIComponent(view)}`
  const fetchPlaces = async (signal?: AbortSignal): Promise<Answer<Kept>> => {
    const answer = await request({ path, answer: Positions, ...(signal !== undefined && { signal }) })
    // A server without saved places has none.
    if (answer.kind === 'failed')
      return answer.failure.kind === 'problem' && answer.failure.status === 404 ? ok(NOTHING_KEPT) : answer
    return ok({ places: new Map(Object.entries(answer.value.positions)), revision: answer.value.revision })
  }
  const { state, reload } = useFetch<Kept>(path, fetchPlaces)
  const moves = useSignal<readonly Move[]>([])
  /** What somebody else has moved too, and saved: the user says whose place it has. */
  const disputed = useSignal<ReadonlySet<string>>(new Set())
  const kept = state.value.kind === 'ready' ? state.value.value.places : undefined
  const moved = useMemo(() => movedPlaces(moves.value), [moves.value])
  const places = useMemo(() => mergedPlaces(kept ?? new Map(), moved), [kept, moved])

  /** Over what is there now, not over what was there when the page was opened: somebody may have saved meanwhile. */
  const write = async (next: (there: Places) => Places | undefined): Promise<Answer<Places>> => {
    for (let tried = 1; ; tried += 1) {
      const there = await fetchPlaces()
      if (there.kind === 'failed') return there
      const { places: known, revision: base } = there.value
      const wanted = next(known)
      if (wanted === undefined) return ok(known)
      const positions = Object.fromEntries(
        [...wanted].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
      )
      const body = { positions, ...(base !== undefined && { base }) }
      const answer = await request({ method: 'PUT', path, body, answer: z.unknown() })
      const isLate = answer.kind === 'failed' && answer.failure.kind === 'problem' && answer.failure.status === CONFLICT
      if (isLate && tried < MOST_TRIES) continue
      if (answer.kind === 'failed') return answer
      forget()
      reload()
      return ok(known)
    }
  }
  const forget = (): void => {
    moves.value = []
    disputed.value = new Set()
  }
  const save = async (isMine: boolean): Changed => {
    const before = await write((there) => {
      disputed.value = isMine ? new Set() : disputedPlaces(there, { seen: kept ?? new Map(), moved })
      return disputed.value.size > 0 ? undefined : mergedPlaces(there, moved)
    })
    if (before.kind === 'failed') return before
    return ok(() => write((there) => restoredPlaces(there, { before: before.value, moved })))
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
    forget,
    /** Nodes that somebody else has moved too: nothing is saved until one of the next two. */
    disputed,
    save: () => save(false),
    keepMine: () => save(true),
    takeTheirs: (): void => {
      moves.value = moves.peek().filter(({ id }) => !disputed.peek().has(id))
      disputed.value = new Set()
      reload()
    },
    reset: async (): Changed => {
      const before = await write(() => new Map())
      return before.kind === 'failed' ? before : ok(() => write((there) => mergedPlaces(before.value, there)))
    },
  }
}
