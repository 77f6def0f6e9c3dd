import { EyeNetError } from '../errors/errors.ts'
import { parseQuery } from './parse.ts'
import { faultOfSelector } from './selector-fault.ts'
import type { Matcher } from './series-reader.ts'

/** The matchers of a series selector. EyeNetError `invalid` for any other expression, with offset and @ too. */
export function selectorMatchers(text: string): readonly Matcher[] {
  const fault = faultOfSelector(text)
  if (fault !== undefined) throw new EyeNetError('invalid', fault)
  const { expr } = parseQuery(text)
  if (expr.kind !== 'selector') throw new EyeNetError('invalid', 'expected a series selector')
  return expr.matchers
}
