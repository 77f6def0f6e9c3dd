import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { put } from '../live/put.ts'
import { type Column, filterRows, type Sorting, sortRows } from './column.ts'
import { DataTable } from './data-table.tsx'
import { ExportButton } from './export-button.tsx'

export type ListSectionProps<T> = {
  /** Of the heading; unique on the page. */
  readonly id: string
  readonly title: string
  readonly columns: readonly Column<T>[]
  readonly all: readonly T[]
  readonly keyOf: (row: T) => string
  /** Where typed words are looked for. */
  readonly textOf: (row: T) => string
  readonly sorting: Sorting
  readonly placeholder: string
  readonly onOpen?: (row: T) => void
  readonly maxHeight?: number | 'screen'
  readonly note?: ComponentChildren
}

/** Taller lists scroll in themselves. */
const MAX_HEIGHT = 560
/** A filter is worth its room from here on. */
const FILTER_FROM = 12

/** A heading, a filter and a table that is sorted, filtered by typing and saved as CSV. */
export function ListSection<T>(props: ListSectionProps<T>): JSX.Element {
  const { id, title, columns, all, keyOf, textOf } = props
  const typed = useSignal('')
  const sorting = useSignal(props.sorting)
  const found = filterRows(all, typed.value, textOf)
  const rows = sortRows(found, columns, sorting.value)
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        <span class="faint" role="status">
          {found.length === all.length ? all.length : `${found.length} of ${all.length}`}
        </span>
        {props.note}
        <div class="end tools">
          {all.length >= FILTER_FROM && (
            <input
              class="input filter"
              type="search"
              placeholder={props.placeholder}
              aria-label={`Filter ${title.toLowerCase()}`}
              value={typed.value}
              onInput={(event) => put(typed)(event.currentTarget.value)}
            />
          )}
          <ExportButton name={id} columns={columns} rows={rows} />
        </div>
      </div>
      <DataTable
        caption={title}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        sorting={sorting.value}
        onSort={put(sorting)}
        {...(props.onOpen && { onOpen: props.onOpen })}
        maxHeight={props.maxHeight ?? MAX_HEIGHT}
      />
    </section>
  )
}
