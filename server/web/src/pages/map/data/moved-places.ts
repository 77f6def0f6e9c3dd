import type { Point } from '../layout/layered-layout.ts'

export type Places = ReadonlyMap<string, Point>
/** Where a node was moved to by hand, one after another. */
export type Move = { readonly id: string; readonly to: Point }

/** More in one go than a person makes; further ones are not taken. */
export const MOST_MOVES = 500

/** The newest place of each. */
export const movedPlaces = (moves: readonly Move[]): Places => new Map(moves.map(({ id, to }) => [id, to]))

/** What is saved: the places that are there now, whoever saved them meanwhile, and over them what was moved here. */
export const mergedPlaces = (there: Places, moved: Places): Places => new Map([...there, ...moved])

/** Takes back what was saved here, and leaves what others saved meanwhile. */
export function restoredPlaces(there: Places, { before, moved }: { before: Places; moved: Places }): Places {
  const restored = new Map(there)
  for (const id of moved.keys()) {
    const place = before.get(id)
    if (place === undefined) restored.delete(id)
    else restored.set(id, place)
  }
  return restored
}

const isAt = (one: Point | undefined, other: Point | undefined): boolean => one?.x === other?.x && one?.y === other?.y

/** What was moved here, and elsewhere by somebody who saved since these places were read. */
export function disputedPlaces(
  there: Places,
  { seen, moved }: { readonly seen: Places; readonly moved: Places },
): ReadonlySet<string> {
  const others = [...moved].filter(([id, to]) => !isAt(there.get(id), seen.get(id)) && !isAt(there.get(id), to))
  return new Set(others.map(([id]) => id))
}
