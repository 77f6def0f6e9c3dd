/** An order that stands still while it is read: known rows keep their places, new ones are counted and wait. */
export type SteadyOrder = { readonly ids: readonly string[]; readonly waiting: number }

/** `fresh` is the order that the rows would have now. Rows that are gone leave; new ones wait until `held` is let go. */
export function steadyOrder(held: readonly string[] | undefined, fresh: readonly string[]): SteadyOrder {
  if (held === undefined) return { ids: fresh, waiting: 0 }
  const alive = new Set(fresh)
  const ids = held.filter((id) => alive.has(id))
  return { ids, waiting: fresh.length - ids.length }
}
