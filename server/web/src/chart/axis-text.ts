import { formatQuantity, type Unit } from '../format/quantity.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number): string => String(value).padStart(2, '0')

/** Marks of a time axis: clock times, and the date where a day begins. Seconds since 1970, local time. */
export function timeMarks(splits: readonly number[], incrementSeconds: number): string[] {
  let day = ''
  return splits.map((split, at) => {
    const date = new Date(split * 1000)
    const today = `${date.getDate()}\u00a0${MONTHS[date.getMonth()] ?? ''}`
    const fresh = day !== '' && today !== day
    day = today
    if (incrementSeconds >= 86_400) return today
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
    if (incrementSeconds < 60) return `${clock}:${two(date.getSeconds())}`
    return fresh && at > 0 ? today : clock
  })
}

/** Marks of a value axis; what is drawn below zero reads as what it is. */
export function valueMarks(splits: readonly number[], unit: Unit, mirrored: boolean): string[] {
  return splits.map((split) => formatQuantity(mirrored ? Math.abs(split) : split, unit))
}

/** Round steps between marks, where thousands do not fit: bytes go by powers of two, states are whole. */
export function increments(unit: Unit): number[] | undefined {
  if (unit === 'bytes' || unit === 'octets') return Array.from({ length: 52 }, (_, power) => 2 ** power)
  if (unit === 'joules')
    return Array.from({ length: 30 }, (_, at) => 3600 * ([1, 2, 5][at % 3] ?? 1) * 10 ** Math.floor(at / 3))
  return unit === 'state' ? [1, 2, 5, 10] : undefined
}
