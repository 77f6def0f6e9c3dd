import { toCsv } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { downloadText } from '../format/download.ts'
import { Icon } from '../parts/icon.tsx'
import type { Column } from './column.ts'

type Props<T> = { readonly name: string; readonly columns: readonly Column<T>[]; readonly rows: readonly T[] }

/** Saves the rows that are listed, filtered and sorted as they are, as CSV. */
export function ExportButton<T>({ name, columns, rows }: Props<T>): JSX.Element {
  const save = (): void => {
    const exported = columns.filter((column) => column.text !== undefined)
    const lines = rows.map((row) => exported.map((column) => column.text?.(row)))
    downloadText(`${name}.csv`, 'text/csv', toCsv([exported.map((column) => column.title), ...lines]))
  }
  return (
    <button type="button" class="button hide-small" onClick={save} disabled={rows.length === 0}>
      <Icon name="download" /> CSV
    </button>
  )
}
