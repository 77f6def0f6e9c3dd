import type { BudgetFigures } from '@eyenet/shared/api'

/** A factor is told apart from one within bounds where chance alone would give it less often than that. */
const CHANCE = 0.05
const FACTOR = 2
/** With fewer alarms asked, a factor within bounds means nothing yet. */
const ENOUGH_ASKED = 4

/** Alarms that came against alarms that the budget allows; alarms are taken to come by chance, at a steady rate (Poisson). */
export function budgetFigures(actual: number, asked: number): BudgetFigures {
  if (!(asked > 0)) return { actual, asked: 0, word: actual === 0 ? 'too-early' : 'over' }
  const factor = actual / asked
  return { actual, asked, factor, word: wordOf(actual, asked) }
}

function wordOf(actual: number, asked: number): BudgetFigures['word'] {
  if (actual > FACTOR * asked) return atLeast(actual, asked) < CHANCE ? 'over' : 'too-early'
  if (actual < asked / FACTOR) return 1 - atLeast(actual + 1, asked) < CHANCE ? 'too-quiet' : 'too-early'
  return asked >= ENOUGH_ASKED ? 'within' : 'too-early'
}

/** Chance of `count` or more where `mean` are expected. */
function atLeast(count: number, mean: number): number {
  let below = 0
  let logTerm = -mean
  for (let k = 0; k < count; k++) {
    below += Math.exp(logTerm)
    logTerm += Math.log(mean) - Math.log(k + 1)
  }
  return Math.max(0, 1 - below)
}
