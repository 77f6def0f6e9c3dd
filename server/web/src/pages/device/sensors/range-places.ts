import type { Unit } from '../../../format/quantity.ts'

/** Places along a bar, 0 to 1. */
export type RangePlaces = {
  readonly at: number
  readonly low?: number
  readonly high?: number
}

/** Room beside the limits, as a share of what lies between them. */
const ROOM = 0.2

type Limits = { readonly low?: number | undefined; readonly high?: number | undefined }

/** Where a reading lies between its limits; undefined where there is nothing to compare it with. */
export function rangePlaces(value: number | undefined, { low, high }: Limits, unit: Unit): RangePlaces | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  const ends = endsOf(value, { low, high }, unit)
  if (ends === undefined || !(ends.to > ends.from) || !Number.isFinite(ends.to - ends.from)) return undefined
  const place = (of: number): number => Math.min(1, Math.max(0, (of - ends.from) / (ends.to - ends.from)))
  return {
    at: place(value),
    ...(low !== undefined && { low: place(low) }),
    ...(high !== undefined && { high: place(high) }),
  }
}

function endsOf(value: number, { low, high }: Limits, unit: Unit): { from: number; to: number } | undefined {
  if (low !== undefined && high !== undefined) {
    const room = Math.abs(high - low) * ROOM
    return { from: Math.min(low - room, value), to: Math.max(high + room, value) }
  }
  if (unit === 'ratio') return { from: Math.min(0, value), to: Math.max(1, value) }
  if (high !== undefined)
    return { from: Math.min(0, value, high * (1 + ROOM)), to: Math.max(0, value, high * (1 + ROOM)) }
  if (low !== undefined) return { from: Math.min(0, value, low * 2), to: Math.max(0, value * (1 + ROOM), low * 2) }
  return undefined
}
