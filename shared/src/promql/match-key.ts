import { type Labels, METRIC_NAME } from '../identity/identity.ts'
import type { VectorMatching } from './ast.ts'
import { labelValue } from './label-value.ts'

/** One string for the labels by which two vectors match: those of on(...), or all but the name and ignoring(...). */
export function matchKey({ on, labels: names }: VectorMatching): (labels: Labels) => string {
  if (on) {
    const sorted = [...new Set(names)].sort()
    return (labels) => {
      let key = ''
      for (const name of sorted) key += `${labelValue(labels, name)}\u0000`
      return key
    }
  }
  const ignored = new Set([...names, METRIC_NAME])
  return (labels) => {
    let key = ''
    for (const name of Object.keys(labels).sort()) {
      if (!ignored.has(name) && labels[name] !== '') key += `${name}\u0001${labels[name]}\u0000`
    }
    return key
  }
}

/** The labels of a series by which it matches. */
export function matchedLabels({ on, labels: names }: VectorMatching, labels: Labels): Labels {
  const listed = new Set(names)
  const matches = (name: string): boolean => (on ? listed.has(name) : !listed.has(name) && name !== METRIC_NAME)
  return Object.fromEntries(Object.entries(labels).filter(([name]) => matches(name)))
}

/** Rows by key. Most keys have one row, for which no list is made. */
export class KeyedRows {
  private readonly first = new Map<string, number>()
  /** Keys with more than one row. */
  readonly several = new Map<string, number[]>()

  constructor(keys: readonly string[]) {
    keys.forEach((key, row) => {
      const known = this.first.get(key)
      if (known === undefined) {
        this.first.set(key, row)
        return
      }
      const rows = this.several.get(key)
      if (rows === undefined) this.several.set(key, [known, row])
      else rows.push(row)
    })
  }

  has(key: string): boolean {
    return this.first.has(key)
  }

  /** Calls `visit` with each row of a key. */
  each(key: string, visit: (row: number) => void): void {
    const rows = this.several.get(key)
    if (rows !== undefined) {
      for (const row of rows) visit(row)
      return
    }
    const row = this.first.get(key)
    if (row !== undefined) visit(row)
  }
}
