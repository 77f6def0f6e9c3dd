import { type Labels, METRIC_NAME } from '../identity/identity.ts'
import type { Grouping } from './ast.ts'
import type { Budget } from './budget.ts'
import { labelValue } from './label-value.ts'

/** The groups of an aggregation, and the group of each row. */
export type RowGroups = { readonly labels: readonly Labels[]; readonly groupOf: Int32Array }

/** Puts series together that have the same labels of `by`, or the same but those of `without` and the name. */
export function groupRows(rows: readonly Labels[], { mode, labels: names }: Grouping, budget: Budget): RowGroups {
  const known = new Map<string, number>()
  const labels: Labels[] = []
  const groupOf = new Int32Array(rows.length)
  const left = new Set([...names, METRIC_NAME])
  const sorted = [...new Set(names)].sort()
  for (const [row, own] of rows.entries()) {
    budget.rows(1)
    const kept =
      mode === 'by'
        ? sorted.filter((name) => labelValue(own, name) !== '')
        : Object.keys(own)
            .filter((name) => !left.has(name))
            .sort()
    let key = ''
    for (const name of kept) key += `${name}\u0001${own[name]}\u0000`
    let group = known.get(key)
    if (group === undefined) {
      group = labels.push(Object.fromEntries(kept.map((name) => [name, own[name] ?? '']))) - 1
      known.set(key, group)
    }
    groupOf[row] = group
  }
  return { labels, groupOf }
}

/** The rows of each group. */
export function rowsOfGroups({ labels, groupOf }: RowGroups): readonly (readonly number[])[] {
  const rows: number[][] = labels.map(() => [])
  for (const [row, group] of groupOf.entries()) rows[group]?.push(row)
  return rows
}
