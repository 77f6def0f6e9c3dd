import type { Row } from './row.ts'
import { VALUE_COUNTS, VALUE_KINDS, VALUES } from './state-layout.ts'

/** A series with more values than these is not one of few values, for good. */
export const FEW_VALUES = 8
/** What a value may be worth beyond its share: one that was never seen, and one that was. */
const [NEW_EXTRA, SEEN_EXTRA] = [2, 0.7]
/** Counts are halved above this, so that what was long ago is forgotten. */
const MOST_COUNT = 20_000

/**
 * The most that a sample can be worth, in nats: in a series of few values (0 0 0 1 0) it is -ln of the share of samples that
 * were as far from the usual value on this side. Deviations say little there: an hour that never moved has none.
 * Infinity for series of many values.
 */
export function mostSurprise({ floats, base, y, rows }: Row): number {
  const kinds = floats[base + VALUE_KINDS] ?? 0
  if (kinds > FEW_VALUES) return Number.POSITIVE_INFINITY
  let usual = 0
  for (let i = 1; i < kinds; i++) {
    if ((floats[base + VALUE_COUNTS + i] ?? 0) > (floats[base + VALUE_COUNTS + usual] ?? 0)) usual = i
  }
  const middle = floats[base + VALUES + usual] ?? 0
  const sample = Math.fround(y)
  let as = 0
  let all = 0
  for (let i = 0; i < kinds; i++) {
    const value = floats[base + VALUES + i] ?? 0
    const count = floats[base + VALUE_COUNTS + i] ?? 0
    all += count
    if (sample >= middle ? value >= sample : value <= sample) as += count
  }
  if (rows === 0) return 0
  return Math.log((all + 1) / (as + 1)) + (as === 0 ? NEW_EXTRA : SEEN_EXTRA)
}

/** Counts a value; one too many ends the counting. */
export function learnValue({ floats, base, y }: Row): void {
  const kinds = floats[base + VALUE_KINDS] ?? 0
  if (kinds > FEW_VALUES) return
  const sample = Math.fround(y)
  let at = 0
  while (at < kinds && floats[base + VALUES + at] !== sample) at++
  if (at === kinds) {
    floats[base + VALUE_KINDS] = kinds + 1
    if (kinds === FEW_VALUES) return
    floats[base + VALUES + at] = sample
  }
  const count = (floats[base + VALUE_COUNTS + at] ?? 0) + 1
  floats[base + VALUE_COUNTS + at] = count
  if (count <= MOST_COUNT) return
  for (let i = 0; i < kinds; i++) floats[base + VALUE_COUNTS + i] = (floats[base + VALUE_COUNTS + i] ?? 0) / 2
}
