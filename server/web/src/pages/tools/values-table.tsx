import type { JSX } from 'preact'
import { downloadText } from '../../format/download.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Icon } from '../../parts/icon.tsx'
import type { Column } from '../../table/column.ts'
import { ListSection } from '../../table/list-section.tsx'
import { rowsText, type TaskResult } from './task-words.ts'

type SnmpRow = Extract<TaskResult, { kind: 'snmp-walk' }>['rows'][number]

/** As the device told them, until a column is sorted. */
const AS_TOLD = { column: '', descending: false } as const

const COLUMNS: readonly Column<SnmpRow>[] = [
  {
    id: 'name',
    title: 'Name',
    width: '38%',
    cell: (row) => (
      <>
        <span class="mono" title={row.oid}>
          {row.name || row.oid}
        </span>
        <span class="second">{row.text}</span>
      </>
    ),
    sort: (row) => row.name || row.oid,
    text: (row) => row.name,
  },
  {
    id: 'value',
    title: 'Value',
    hide: 'small',
    cell: (row) => <span title={row.text}>{row.text}</span>,
    sort: (row) => row.text,
    text: (row) => row.text,
  },
  {
    id: 'type',
    title: 'Type',
    width: '112px',
    hide: 'small',
    cell: (row) => row.type,
    sort: (row) => row.type,
    text: (row) => row.type,
  },
  {
    id: 'oid',
    title: 'OID',
    width: '24%',
    hide: 'large',
    cell: (row) => <span class="mono quiet">{row.oid}</span>,
    text: (row) => row.oid,
  },
]

/** Values of an SNMP get or walk: filtered by typing, copied or saved as text. */
export function ValuesTable({ rows, name }: { rows: readonly SnmpRow[]; name: string }): JSX.Element {
  const save = (): void => downloadText(`${name}.txt`, 'text/plain', rowsText(rows))
  return (
    <ListSection
      id={name}
      title="Values"
      columns={COLUMNS}
      all={rows}
      keyOf={(row) => row.oid}
      textOf={(row) => `${row.name} ${row.oid} ${row.text}`}
      sorting={AS_TOLD}
      placeholder="Filter values"
      note={
        <span class="tool-save">
          <CopyButton text={rowsText(rows)} what="all values" />
          <button type="button" class="button small" onClick={save}>
            <Icon name="download" /> Text
          </button>
        </span>
      }
    />
  )
}
