import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../../live/put.ts'
import { Copyable } from '../../../parts/copy-button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Empty } from '../../../parts/notes.tsx'
import { type Column, filterRows } from '../../../table/column.ts'
import { DataTable } from '../../../table/data-table.tsx'
import { ExportButton } from '../../../table/export-button.tsx'
import { closedAtFirst, type Part, type PartRow, partRows, partTree } from './part-tree.ts'

const textOf = ({ name, descr, model, serial, version, class: kind }: Part): string =>
  [name, descr, model, serial, version, kind].join(' ')

/** What the device is made of, as it tells: chassis, modules in it, ports in them. */
export function PartsSection({ parts }: { parts: readonly Part[] }): JSX.Element {
  const tree = partTree(parts)
  const typed = useSignal('')
  const closed = useSignal<ReadonlySet<number>>(closedAtFirst(tree))
  const found = new Set(filterRows(parts, typed.value, textOf))
  const searching = typed.value.trim() !== ''
  const rows = partRows(tree, closed.value, searching ? (part) => found.has(part) : undefined)
  const setOpen = (index: number, open: boolean): void => {
    const next = new Set(closed.value)
    if (open) next.delete(index)
    else next.add(index)
    closed.value = next
  }
  const holders = [...tree.below.keys()]
  const allOpen = closed.value.size === 0
  return (
    <section class="section" aria-labelledby="parts">
      <div class="section-head">
        <h2 id="parts">Parts</h2>
        <span class="faint" role="status">
          {searching ? `${found.size} of ${parts.length}` : parts.length}
        </span>
        <div class="end tools">
          {holders.length > 0 && (
            <button
              type="button"
              class="button"
              disabled={searching}
              onClick={() => put(closed)(allOpen ? new Set(holders) : new Set())}
            >
              {allOpen ? 'Close all' : 'Open all'}
            </button>
          )}
          <input
            class="input filter"
            type="search"
            placeholder="Name, model or serial number"
            aria-label="Search parts"
            value={typed.value}
            onInput={(event) => put(typed)(event.currentTarget.value)}
          />
          <ExportButton name="parts" columns={EXPORT} rows={searching ? [...found] : parts} />
        </div>
      </div>
      {rows.length === 0 ? (
        <div class="panel">
          <Empty title="No part fits">{`None of the ${parts.length} parts contains “${typed.value}”.`}</Empty>
        </div>
      ) : (
        <DataTable
          caption="Parts"
          columns={partColumns(setOpen)}
          rows={rows}
          keyOf={(row) => String(row.part.index)}
          sorting={{ column: '', descending: false }}
          onSort={() => undefined}
          onOpen={(row) => setOpen(row.part.index, !row.open)}
          onSide={(row, side) => setOpen(row.part.index, side === 'right')}
          maxHeight="screen"
        />
      )}
    </section>
  )
}

function partColumns(setOpen: (index: number, open: boolean) => void): readonly Column<PartRow>[] {
  return [
    {
      id: 'name',
      title: 'Part',
      cell: (row) => (
        <>
          <span class="part-name" style={{ paddingLeft: `${row.depth * 20}px` }}>
            {row.children > 0 ? (
              <button
                type="button"
                class="icon-button small"
                aria-expanded={row.open}
                aria-label={`What is in ${row.part.name}`}
                onClick={() => setOpen(row.part.index, !row.open)}
              >
                <Icon name={row.open ? 'down' : 'right'} />
              </button>
            ) : (
              <span class="part-leaf" />
            )}
            <span class={row.part.class === 'port' ? 'cut' : 'name cut'}>{row.part.name || row.part.descr}</span>
            {row.children > 0 && !row.open && <span class="faint">{row.children}</span>}
          </span>
          <span class="second" style={{ paddingLeft: `${row.depth * 20 + 26}px` }}>
            {[row.part.model, row.part.serial].filter((text) => text).join(' · ') || row.part.class}
          </span>
        </>
      ),
    },
    plain('class', { title: 'Kind', width: '120px', hide: 'medium' }),
    plain('descr', { title: 'Description', hide: 'large' }),
    plain('model', { title: 'Model', width: '180px', hide: 'small' }),
    {
      id: 'serial',
      title: 'Serial number',
      width: '180px',
      hide: 'small',
      cell: ({ part }) =>
        part.serial === undefined || part.serial === '' ? null : <Copyable text={part.serial} what="serial number" />,
    },
    plain('version', { title: 'Version', width: '120px', hide: 'medium' }),
  ]
}

function plain(
  field: 'class' | 'descr' | 'model' | 'version',
  part: Omit<Column<PartRow>, 'id' | 'cell'>,
): Column<PartRow> {
  return { ...part, id: field, cell: (row) => <span class="quiet">{row.part[field]}</span> }
}

const EXPORT: readonly Column<Part>[] = (
  [
    ['Part', (part) => part.name],
    ['Kind', (part) => part.class],
    ['Description', (part) => part.descr],
    ['Model', (part) => part.model],
    ['Serial number', (part) => part.serial],
    ['Version', (part) => part.version],
    ['Index', (part) => part.index],
    ['Contained in', (part) => part.containedIn],
  ] as const satisfies readonly (readonly [string, (part: Part) => string | number | undefined])[]
).map(([title, text]) => ({ id: title, title, text, cell: () => null }))
