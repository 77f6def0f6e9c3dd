import type { SurveyResult } from './survey-result.ts'

/** A result as it is printed and written: without what only polling needs. */
export function printedResult(result: SurveyResult): SurveyResult {
  return JSON.parse(JSON.stringify(result, (key, value) => (key === 'recipe' || key === 'object' ? undefined : value)))
}
