import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import type { Column, Sorting } from './column.ts'
import { listWindow, scrollToRow } from './list-window.ts'
import { useKeptFocus } from './use-kept-focus.ts'

export type DataTableProps<T> = {
  readonly caption: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly sorting: Sorting
  readonly onSort: (sorting: Sorting) => void
  /** What Enter on a row opens. */
  readonly onOpen?: (row: T) => void
  /** What the space bar on a row does: ticks it. */
  readonly onTick?: (row: T) => void
  /** A row that heads those after it: what this gives is drawn over all columns. */
  readonly headingOf?: (row: T) => ComponentChildren | undefined
  /** Left and right arrow on a row. */
  readonly onSide?: (row: T, side: 'left' | 'right') => void
  /** Told which rows are drawn, so that what they need is fetched for them alone. */
  readonly onWindow?: (rows: readonly T[]) => void
  /** Takes the room that is left; else it grows with its rows up to `maxHeight`: pixels, or most of the screen. */
  readonly fill?: boolean
  readonly maxHeight?: number | 'screen'
}

const HEAD_HEIGHT = 34

/** A table of any length: only rows in sight are drawn. Arrows move, Enter opens, the space bar ticks. */
export function DataTable<T>(props: DataTableProps<T>): JSX.Element {
  const { columns, rows, keyOf, fill = false, maxHeight } = props
  const box = useRef<HTMLDivElement>(null)
  const view = useView(box)
  const at = useSignal<number | undefined>(undefined)

  const part = listWindow({ count: rows.length, ...view.value })
  const drawn = rows.slice(part.first, part.end)
  const drawnKey = drawn.map(keyOf).join('\n')
  useEffect(() => {
    props.onWindow?.(drawn)
  }, [drawnKey])

  useKeptFocus(box)
  const onKeyDown = useArrows(props, { box, view, at })
  return (
    <section
      class={`table-box${fill ? ' fill' : ''}${maxHeight === 'screen' ? ' screen' : ''}`}
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      aria-label={props.caption}
      onKeyDown={onKeyDown}
      style={typeof maxHeight !== 'number' ? {} : { maxHeight: `${maxHeight}px` }}
    >
      <table class="grid" aria-rowcount={rows.length + 1}>
        <caption class="hidden-text">{props.caption}</caption>
        <Head columns={columns} sorting={props.sorting} onSort={props.onSort} />
        <tbody>
          <Spacer height={part.above} />
          {drawn.map((row, offset) => (
            <Row
              key={keyOf(row)}
              row={row}
              columns={columns}
              heading={props.headingOf?.(row)}
              index={part.first + offset + 2}
              here={at.value === part.first + offset}
            />
          ))}
          <Spacer height={part.below} />
        </tbody>
      </table>
    </section>
  )
}

type RowProps<T> = {
  readonly row: T
  readonly columns: readonly Column<T>[]
  readonly heading: ComponentChildren | undefined
  readonly index: number
  readonly here: boolean
}

function Row<T>({ row, columns, heading, index, here }: RowProps<T>): JSX.Element {
  if (heading !== undefined) {
    return (
      <tr aria-rowindex={index} class={`heading${here ? ' at' : ''}`}>
        {columns.map((column, at) =>
          at === 0 ? (
            <th key={column.id} scope="rowgroup">
              {heading}
            </th>
          ) : (
            // Hidden columns have no cell: a span over all of them would make room for what is not shown.
            <td key={column.id} class={classOf(column)} />
          ),
        )}
      </tr>
    )
  }
  return (
    <tr aria-rowindex={index} class={here ? 'at' : ''}>
      {columns.map((column) => (
        <td key={column.id} class={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

type View = { readonly scrollTop: number; readonly height: number; readonly rowHeight: number }

/** How much of the list is in sight. */
function useView(box: RefObject<HTMLElement | null>): Signal<View> {
  const view = useSignal<View>({ scrollTop: 0, height: 800, rowHeight: 36 })
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = (): void => {
      const rowHeight = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 36
      view.value = { scrollTop: element.scrollTop, height: element.clientHeight - HEAD_HEIGHT, rowHeight }
    }
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      watch.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [view, box])

  return view
}

type Place = {
  readonly box: RefObject<HTMLElement | null>
  readonly view: Signal<View>
  readonly at: Signal<number | undefined>
}

/** Arrows, page keys, Home and End move the marked row; Enter opens it, the space bar ticks it. */
function useArrows<T>(
  { rows, onOpen, onSide, onTick }: DataTableProps<T>,
  { box, view, at }: Place,
): (event: KeyboardEvent) => void {
  const move = (to: number): void => {
    const index = Math.min(rows.length - 1, Math.max(0, to))
    at.value = index
    const top = scrollToRow({ count: rows.length, ...view.value }, index)
    if (top !== undefined) box.current?.scrollTo({ top })
  }
  return (event) => {
    if (event.target !== box.current) return
    const page = Math.floor(view.value.height / view.value.rowHeight)
    const here = at.value ?? -1
    const moves: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: rows.length - 1,
    }
    const row = at.value === undefined ? undefined : rows[at.value]
    const to = moves[event.key]
    if (to !== undefined) move(to)
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row)
    else if (event.key === ' ' && row !== undefined && onTick !== undefined) onTick(row)
    else if (event.key === 'ArrowLeft' && row !== undefined && onSide !== undefined) onSide(row, 'left')
    else if (event.key === 'ArrowRight' && row !== undefined && onSide !== undefined) onSide(row, 'right')
    else return
    event.preventDefault()
  }
}

function Spacer({ height }: { height: number }): JSX.Element | null {
  if (height === 0) return null
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot be focused
    <tr class="spacer" aria-hidden="true">
      <td style={{ height: `${height}px` }} />
    </tr>
  )
}

function classOf<T>(column: Column<T>): string {
  return `${column.number === true ? 'number' : ''}${column.hide === undefined ? '' : ` hide-${column.hide}`}`
}

type HeadProps<T> = Pick<DataTableProps<T>, 'columns' | 'sorting' | 'onSort'>

function Head<T>({ columns, sorting, onSort }: HeadProps<T>): JSX.Element {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const here = sorting.column === column.id
          const direction = !here ? 'none' : sorting.descending ? 'descending' : 'ascending'
          const sort = (): void =>
            onSort({ column: column.id, descending: here ? !sorting.descending : column.largestFirst === true })
          return (
            <th
              key={column.id}
              scope="col"
              class={classOf(column)}
              aria-sort={column.sort === undefined ? undefined : direction}
              style={column.width === undefined ? {} : { width: column.width }}
            >
              {column.sort === undefined ? (
                column.title
              ) : (
                <button type="button" onClick={sort}>
                  {column.title}
                  {here && <Icon name={sorting.descending ? 'down' : 'up'} />}
                </button>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
