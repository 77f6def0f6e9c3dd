import type { AgentBudget, BudgetFigures } from '@eyenet/shared/api'
import type { MarkKind } from '../../parts/state-mark.tsx'

/** How a budget is kept, by shape and word. Too quiet is no fault: it is said, and not coloured. */
export const BUDGET_MARKS: Readonly<Record<BudgetFigures['word'], { readonly kind: MarkKind; readonly word: string }>> =
  {
    within: { kind: 'ok', word: 'Within' },
    over: { kind: 'warning', word: 'Over' },
    'too-quiet': { kind: 'info', word: 'Quieter than asked' },
    'too-early': { kind: 'pending', word: 'Too early to say' },
  }

/** A count that may be a part of one: three digits at most. */
export function rateText(value: number): string {
  if (value >= 99.5 || Number.isInteger(value)) return String(Math.round(value))
  return value.toFixed(value >= 9.95 ? 0 : 1).replace(/\.0$/, '')
}

const hoursText = (hours: number): string =>
  hours >= 48 ? `${Math.round(hours / 24)} days` : hours < 1.5 ? 'an hour' : `${Math.round(hours)} hours`

/** "418 series judged for 7 days: 12 alarms where 10 were asked; 3 series left out". */
export function budgetSentence({ seriesCount, hours, series, leftOut, saidReal }: AgentBudget): string {
  const judged = `${Math.round(seriesCount)} series judged for ${hoursText(hours)}`
  const came = `${series.actual} ${series.actual === 1 ? 'alarm' : 'alarms'} where ${rateText(series.asked)} were asked`
  const rest = [
    ...(saidReal > 0 ? [`${saidReal} said to be real`] : []),
    ...(leftOut > 0 ? [`${Math.round(leftOut)} series left out`] : []),
  ]
  return [`${judged}: ${came}`, ...rest].join('; ')
}
