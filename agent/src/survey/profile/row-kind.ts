import { compileRegex } from '@eyenet/shared/regex'
import { textOf } from '../value-text.ts'
import type { ItemRow } from './item-rows.ts'
import type { SensorItem } from './profile-schema.ts'
import { parseReadingText, type ReadingText } from './reading-text.ts'

/** Tells what a row measures: by a column's value, a part of its index, or the first pattern that a column's text has. */
export function rowKindOf({ kind }: SensorItem): (row: ItemRow) => ReadingText | undefined {
  if (typeof kind !== 'object') return () => undefined
  if ('patterns' in kind) return patternReader(kind)
  const readings = new Map(Object.entries(kind.map).map(([key, text]) => [key, parseReadingText(text)]))
  if ('column' in kind) return (row) => readings.get(textOf(row.cell(kind.column)))
  return (row) => readings.get(row.index.split('.')[kind.index - 1] ?? '')
}

type Patterned = { readonly column: number; readonly patterns: Readonly<Record<string, string>> }

function patternReader({ column, patterns }: Patterned): (row: ItemRow) => ReadingText | undefined {
  const readings = Object.entries(patterns).map(([pattern, text]) => {
    return { regex: compileRegex(pattern), reading: parseReadingText(text) }
  })
  return (row) => {
    const text = textOf(row.cell(column))
    return readings.find(({ regex }) => regex.test(text))?.reading
  }
}
