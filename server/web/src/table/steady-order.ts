/** An order that stands still while it is read: known rows keep their places, new ones are counted and wait. */
export type SteadyOrder = { readonly ids: readonly string[]; readonly waiting: number }

/** `fresh` is the order that the rows would have now. Rows that are gone leave; new ones wait until `held` is let go. */
export function steadyOrder(held: readonly string[] | undefined, fresh: readonly string[]): SteadyOrder {
  if (held === undefined) return { ids: fresh, waiting: 0 }
  const alive = new Set(fresh)
  const ids = held.filter((id) => alive.has(id))
  return { ids, waiting: fresh.length - ids.length }
}

/** Some of what is held is still there: where all of it is gone, nothing is read that could jump. */
export const isHeld = (held: readonly string[], alive: ReadonlyMap<string, unknown>): boolean =>
  held.some((id) => alive.has(id))
