import { type DraftEnd, type DraftLink, outerKey, outerKeysOf, takenPorts } from './draft-link.ts'

/**
 * Links that tables suggest where they look like no tree. One of them that ends at a port at which another link is
 * known is a table that lags behind: a port has one cable.
 */
export function freeLoops(loops: readonly DraftLink[], known: readonly DraftLink[]): readonly DraftLink[] {
  if (loops.length === 0) return loops
  const taken = takenPorts(known)
  const isTaken = (end: DraftEnd): boolean => end.port !== undefined && taken.has(outerKey(end))
  const open = loops.filter(({ a, b }) => !isTaken(a) && !isTaken(b))
  if (open.length === loops.length) return loops
  const pairs = new Set(known.map((link) => outerKeysOf(link).join('~')))
  return loops.filter((link) => open.includes(link) || pairs.has(outerKeysOf(link).join('~')))
}
