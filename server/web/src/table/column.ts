import type { ComponentChildren } from 'preact'

/** One column of a table. `sort` makes it sortable; undefined values go last either way. */
export type Column<T> = {
  readonly id: string
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  readonly sort?: (row: T) => number | string | undefined
  /** For CSV; a column without it is not exported. */
  readonly text?: (row: T) => string | number | undefined
  readonly width?: string
  readonly number?: boolean
  readonly hide?: 'small' | 'medium' | 'large'
  /** First click sorts downwards: for figures, where the largest is what is looked for. */
  readonly largestFirst?: boolean
}

export type Sorting = { readonly column: string; readonly descending: boolean }

/** "-traffic" is traffic downwards. */
export function sortingOf(text: string | null, fallback: Sorting): Sorting {
  if (text === null || text === '') return fallback
  return text.startsWith('-') ? { column: text.slice(1), descending: true } : { column: text, descending: false }
}

export const sortingText = ({ column, descending }: Sorting): string => (descending ? `-${column}` : column)

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], sorting: Sorting): readonly T[] {
  const key = columns.find((column) => column.id === sorting.column)?.sort
  if (key === undefined) return rows
  const sign = sorting.descending ? -1 : 1
  return rows
    .map((row, at) => ({ row, at, key: key(row) }))
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined)
        return Number(a.key === undefined) - Number(b.key === undefined) || a.at - b.at
      const order = typeof a.key === 'string' ? collator.compare(a.key, String(b.key)) : a.key - Number(b.key)
      return order * sign || a.at - b.at
    })
    .map(({ row }) => row)
}

/** Rows where every typed word is somewhere in the text. */
export function filterRows<T>(rows: readonly T[], typed: string, textOf: (row: T) => string): readonly T[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
