import type { Anomaly, FeedbackKind } from '@eyenet/shared/api'
import { formatDuration } from '../../format/duration.ts'
import { devices } from '../../live/site.ts'
import { usualText, valueText } from './series-words.ts'

/** Reasons as a list names them; one that this page does not know yet is told by its own name. */
export const REASON_WORDS: Readonly<Record<string, string>> = {
  above: 'Above the usual range',
  below: 'Below the usual range',
  flat: 'Flat line',
  'shift-up': 'Shifted up',
  'shift-down': 'Shifted down',
  pattern: 'New pattern',
  missing: 'Missing data',
  drift: 'Slow drift',
  together: 'Unusual together',
}

const percent = (share: number): string => {
  const value = Math.abs(share) * 100
  return `${value >= 9.95 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')}\u00a0%`
}

const counted = (count: number, what: string): string => {
  const whole = Math.round(count)
  return `${whole} ${what}${whole === 1 ? '' : 's'}`
}

/** Why, in a few words with the unit of the series; what the agent said where this page knows no better. */
export function reasonSentence(anomaly: Anomaly): string {
  const { reason, detail, sentence } = anomaly
  switch (reason) {
    case 'above':
    case 'below':
      return `${REASON_WORDS[reason]} for this hour`
    case 'flat':
      return detail === null ? 'Flat line: it always moves else' : `Flat line for ${counted(detail, 'sample')}`
    case 'shift-up':
      return 'Level shift: higher than before'
    case 'shift-down':
      return 'Level shift: lower than before'
    case 'pattern':
      return 'New pattern: it moves as it never did'
    case 'missing':
      return detail === null ? 'Missing data' : `Missing data for ${counted(detail, 'sample')}`
    case 'drift':
      return detail === null ? 'Slow drift' : `Drift of ${percent(detail)} per day${detail < 0 ? ' downwards' : ''}`
    case 'together':
      return detail === null
        ? 'Several series are unusual together'
        : `${Math.round(detail)} series are unusual together`
    default:
      return sentence === '' ? reason : sentence.charAt(0).toUpperCase() + sentence.slice(1)
  }
}

/** "812 Mbit/s where 90 – 240 Mbit/s is usual"; what is known of it. */
export function figuresSentence(anomaly: Anomaly): string {
  const [value, usual] = [valueText(anomaly, anomaly.value), usualText(anomaly)]
  if (value === undefined && usual === undefined) return ''
  if (usual === undefined) return `${value}; what is usual is not known yet`
  return value === undefined ? `Nothing came where ${usual} is usual` : `${value} where ${usual} is usual`
}

export const STRENGTHS = [
  ['', 'Any strength'],
  ['0.7', 'Clear and strong'],
  ['0.9', 'Strong'],
] as const

export type Strength = { readonly level: 1 | 2 | 3; readonly word: 'slight' | 'clear' | 'strong' }

/** A score from 0.5 to 1 as people read it. */
export function strengthOf(score: number): Strength {
  if (score >= 0.9) return { level: 3, word: 'strong' }
  return score >= 0.7 ? { level: 2, word: 'clear' } : { level: 1, word: 'slight' }
}

export const FEEDBACK_WORDS: Readonly<Record<FeedbackKind, { readonly word: string; readonly title: string }>> = {
  expected: { word: 'Expected', title: 'It was so, and that is usual here: learnt as normal at the next training' },
  'not-useful': { word: 'Not useful', title: 'True, but nobody needs to know: such verdicts become rarer' },
  real: { word: 'Real', title: 'Something was wrong: kept out of what counts as normal' },
}

export function deviceNameOf({ device, deviceName }: Pick<Anomaly, 'device' | 'deviceName'>): string {
  const known = devices.value
  return (known.kind === 'ready' ? known.value.get(device)?.name : undefined) ?? deviceName ?? device
}

/** "12 min", of one that is over "lasted 12 min". */
export function lastedText({ since, endedAt }: Pick<Anomaly, 'since' | 'endedAt'>, now: number): string {
  return endedAt === undefined ? formatDuration(now - since) : `lasted ${formatDuration(endedAt - since)}`
}

/** Who judged: a model by its version, or none. */
export const judgeWords = (model: string | undefined): string => model ?? 'no model'
