import type { Labels } from '../identity/identity.ts'
import { compileRegex } from '../regex/regex.ts'
import { labelValue } from './label-value.ts'
import type { Matcher } from './series-reader.ts'

// Values of one label repeat across series; the answers for the last ones are kept.
const MAX_REMEMBERED = 10_000

/** Whether one label's value (the empty string when absent) passes. Throws EyeNetError `invalid` for a bad regex. */
export function compileMatcher({ op, value }: Matcher): (labelValue: string) => boolean {
  if (op === '=') return (labelValue) => labelValue === value
  if (op === '!=') return (labelValue) => labelValue !== value
  const regex = compileRegex(value)
  const wanted = op === '=~'
  const remembered = new Map<string, boolean>()
  return (labelValue) => {
    const known = remembered.get(labelValue)
    if (known !== undefined) return known
    const passes = regex.test(labelValue) === wanted
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(labelValue, passes)
    return passes
  }
}

/** One predicate for all matchers of a selector: what a store without a label index needs, and tests. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const compiled = matchers.map((matcher) => ({ name: matcher.name, passes: compileMatcher(matcher) }))
  return (labels) => compiled.every(({ name, passes }) => passes(labelValue(labels, name)))
}
