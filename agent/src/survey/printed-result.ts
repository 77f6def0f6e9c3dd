import type { SurveyResult } from './survey-result.ts'

const ONLY_FOR_POLLING: ReadonlySet<string> = new Set(['recipe', 'object', 'intervalSeconds'])

/** A result as it is printed and written: without what only polling needs. */
export function printedResult(result: SurveyResult): SurveyResult {
  return JSON.parse(JSON.stringify(result, (key, value) => (ONLY_FOR_POLLING.has(key) ? undefined : value)))
}
