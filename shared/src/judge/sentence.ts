import type { Reason } from './reasons.ts'

export type SpokenVerdict = {
  readonly reason: Reason
  readonly value: number
  readonly low: number
  readonly high: number
  /** Rows of a flat line or of missing data, share per day of a drift, series of a device; NaN where the reason has none. */
  readonly detail: number
}

/** One plain sentence about a verdict, without the name of the series. */
export function sentenceOf(verdict: SpokenVerdict): string {
  const { reason, value, detail } = verdict
  const usual = usualRange(verdict)
  switch (reason) {
    case 'none':
      return 'as usual'
    case 'above':
      return `above the usual range for this hour: ${numberText(value)}${usual}`
    case 'below':
      return `below the usual range for this hour: ${numberText(value)}${usual}`
    case 'flat':
      return `flat line for ${countText(detail, 'sample')} at ${numberText(value)}`
    case 'shift-up':
      return `level shift up: ${numberText(value)}${usual}`
    case 'shift-down':
      return `level shift down: ${numberText(value)}${usual}`
    case 'pattern':
      return `new pattern: ${numberText(value)}${usual}`
    case 'missing':
      return `missing data for ${countText(detail, 'sample')}`
    case 'drift':
      return `drift of ${numberText(Math.abs(detail) * 100)} % per day${detail < 0 ? ' downwards' : ''}`
    case 'together':
      return `${countText(detail, 'series', 'series')} of this device unusual together`
  }
}

function usualRange({ low, high }: SpokenVerdict): string {
  return Number.isFinite(low) && Number.isFinite(high)
    ? ` where ${numberText(low)} to ${numberText(high)} is usual`
    : ''
}

function countText(count: number, one: string, many = `${one}s`): string {
  if (!Number.isFinite(count)) return `several ${many}`
  return `${Math.round(count)} ${Math.round(count) === 1 ? one : many}`
}

/** Three significant digits, without an exponent between 0.001 and 10 million. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'an unknown value'
  const size = Math.abs(value)
  if (size >= 1e7 || (size > 0 && size < 1e-3)) return value.toExponential(2).replace('e+', 'e')
  return size >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
