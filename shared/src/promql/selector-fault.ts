import { parseQuery } from './parse.ts'
import { QueryError } from './query-error.ts'

/** Why a text is no series selector; undefined when it is one. */
export function faultOfSelector(text: string): string | undefined {
  try {
    const { expr } = parseQuery(text)
    if (expr.kind !== 'selector') return 'expected a series selector, such as ifHCInOctets{site="hq"}'
    return expr.offsetMs === 0 && expr.at === undefined ? undefined : 'a series selector here takes no offset and no @'
  } catch (thrown) {
    if (thrown instanceof QueryError) return `expected a series selector: ${thrown.message}`
    throw thrown
  }
}
