import type { JSX } from 'preact'
import type { Unit } from '../../../format/quantity.ts'
import { rangePlaces } from './range-places.ts'

type Props = {
  readonly value: number | undefined
  readonly low?: number | undefined
  readonly high?: number | undefined
  readonly unit: Unit
  readonly state: 'critical' | 'warning' | 'quiet'
}

const percent = (place: number): string => `${Math.round(place * 1000) / 10}%`

/** Where a reading lies between its limits. Decoration: reading, state and limits stand beside it in words. */
export function RangeBar({ value, low, high, unit, state }: Props): JSX.Element | null {
  const places = rangePlaces(value, { low, high }, unit)
  if (places === undefined) return null
  const left = places.low ?? 0
  const right = places.high ?? 1
  return (
    <span class={`range ${state}`} aria-hidden="true">
      <span class="range-fine" style={{ left: percent(left), width: percent(Math.max(0, right - left)) }} />
      {places.low !== undefined && <span class="range-limit" style={{ left: percent(places.low) }} />}
      {places.high !== undefined && <span class="range-limit" style={{ left: percent(places.high) }} />}
      <span class="range-at" style={{ left: percent(places.at) }} />
    </span>
  )
}
