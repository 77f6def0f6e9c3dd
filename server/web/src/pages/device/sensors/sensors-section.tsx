import type { Device, DeviceSensors, SensorResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useSensorSparks } from '../../../chart/use-sparks.ts'
import { Icon } from '../../../parts/icon.tsx'
import { Empty, Note } from '../../../parts/notes.tsx'
import { query, setQuery } from '../../../router/router.ts'
import { filterRows } from '../../../table/column.ts'
import { DataTable } from '../../../table/data-table.tsx'
import { ExportButton } from '../../../table/export-button.tsx'
import { SENSOR_EXPORT, sensorColumns } from './sensor-columns.tsx'
import { SensorDialog } from './sensor-dialog.tsx'
import { groupSensors, kindsOf, movedSince, OTHERS, type SensorRow, wrongKeys } from './sensor-groups.ts'
import { type KindWords, kindWords } from './sensor-kinds.ts'
import { sensorKey } from './sensor-words.ts'
import { Suggestions } from './suggestions.tsx'

type Props = { readonly device: Device; readonly sensors: DeviceSensors; readonly changed: () => void }

/** Every sensor of a device: what is wrong first, then kind by kind; offers below. */
export function SensorsSection({ device, sensors, changed }: Props): JSX.Element {
  const read = useMemo(() => sensors.items.filter((one) => one.enabled), [sensors])
  return (
    <>
      {sensors.truncated && (
        <Note>This device tells more sensors than are kept: the list is cut after {sensors.items.length}.</Note>
      )}
      {read.length === 0 ? (
        <div class="panel">
          <Empty title="No sensor is read here yet">
            EyeNet knows no profile of this family, and its MIB does not say for sure what the numbers are. Look through
            the suggestions below: what is accepted once is read on all devices of the family.
          </Empty>
        </div>
      ) : (
        <SensorList device={device} family={sensors.family} read={read} changed={changed} />
      )}
      <Suggestions family={sensors.family} all={sensors.items} open={read.length === 0} changed={changed} />
    </>
  )
}

type ListProps = {
  readonly device: Device
  readonly family: string
  readonly read: readonly SensorResource[]
  readonly changed: () => void
}

const textOf = (one: SensorResource): string =>
  `${one.sensor} ${kindWords(one.kind).word} ${one.word ?? ''} ${one.status} ${one.evidence}`
const keyOf = (row: SensorRow): string => (row.kind === 'heading' ? `heading ${row.group}` : sensorKey(row.one))

function SensorList({ device, family, read, changed }: ListProps): JSX.Element {
  const typed = query.value.get('q') ?? ''
  const kind = query.value.get('kind') ?? ''
  const chosen = query.value.get('sensor')
  const order = useOrder(read, `${typed} ${kind}`)
  const found = useMemo(
    () => filterRows(kind === '' ? read : read.filter((one) => one.kind === kind), typed, textOf),
    [read, kind, typed],
  )
  const rows = useMemo(() => groupSensors(found, order.places), [found, order.places])
  const sparks = useWindowSparks(device.id)
  const open = (one: SensorResource): void => setQuery({ sensor: sensorKey(one) }, { replace: false })
  const shown = rows.flatMap((row) => (row.kind === 'sensor' ? [row.one] : []))
  const one = read.find((each) => sensorKey(each) === chosen)
  const step = (by: -1 | 1): void => {
    const next = shown[shown.findIndex((each) => sensorKey(each) === chosen) + by]
    if (next !== undefined) setQuery({ sensor: sensorKey(next) })
  }
  return (
    <section class="section" aria-labelledby="sensors">
      <Head read={read} found={found} typed={typed} kind={kind} rows={shown} moved={order.moved} again={order.again} />
      {rows.length === 0 ? (
        <div class="panel">
          <Empty title="No sensor fits">{`None of the ${read.length} sensors contains what is typed.`}</Empty>
        </div>
      ) : (
        <DataTable
          caption="Sensors"
          columns={sensorColumns({ sparks: sparks.lines, intervalSeconds: device.intervalSeconds, open })}
          rows={rows}
          keyOf={keyOf}
          headingOf={(row) => (row.kind === 'heading' ? <GroupHeading row={row} /> : undefined)}
          sorting={{ column: '', descending: false }}
          onSort={() => undefined}
          onOpen={(row) => row.kind === 'sensor' && open(row.one)}
          onWindow={sparks.look}
          maxHeight="screen"
        />
      )}
      {one !== undefined && (
        <SensorDialog
          device={device}
          family={family}
          one={one}
          onClose={() => setQuery({ sensor: undefined })}
          onStep={step}
          changed={changed}
        />
      )}
    </section>
  )
}

type Order = { readonly places: ReadonlySet<string>; readonly moved: number; readonly again: () => void }

/** The order holds while readings change; it is made anew by another filter, or when the reader asks. */
function useOrder(all: readonly SensorResource[], key: string): Order {
  const again = useSignal(0)
  const held = useRef<{ key: string; places: ReadonlySet<string> } | undefined>(undefined)
  const full = `${key} ${again.value}`
  if (held.current?.key !== full) held.current = { key: full, places: wrongKeys(all) }
  const { places } = held.current
  return {
    places,
    moved: movedSince(all, places),
    again: () => {
      again.value += 1
    },
  }
}

/** A list that is scrolled past is not asked for. */
const LOOK_AFTER_MS = 120

function useWindowSparks(device: string): {
  readonly lines: ReturnType<typeof useSensorSparks>
  readonly look: (rows: readonly SensorRow[]) => void
} {
  const names = useSignal<readonly string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const fresh = useSensorSparks(device, names.value)
  // Lines that were drawn once stay until newer ones come: scrolling back shows them at once.
  const kept = useRef(new Map<string, readonly (number | null)[]>())
  for (const [key, values] of fresh) kept.current.set(key, values)
  useEffect(() => () => clearTimeout(timer.current), [])
  return {
    lines: kept.current,
    look: (rows) => {
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        names.value = rows.flatMap((row) => (row.kind === 'sensor' ? [row.one.sensor] : []))
      }, LOOK_AFTER_MS)
    },
  }
}

function headingWords({ group, wrong }: Extract<SensorRow, { kind: 'heading' }>): KindWords {
  if (wrong) return { word: 'Wrong now', icon: 'critical' }
  return group === OTHERS ? { word: 'Few of a kind', icon: 'gauge' } : kindWords(group)
}

function GroupHeading({ row }: { row: Extract<SensorRow, { kind: 'heading' }> }): JSX.Element {
  const { word, icon } = headingWords(row)
  return (
    <span class="sensor-name">
      <Icon name={icon} />
      {word}
      <span class="faint">{row.count}</span>
    </span>
  )
}

type HeadProps = {
  readonly read: readonly SensorResource[]
  readonly found: readonly SensorResource[]
  readonly rows: readonly SensorResource[]
  readonly typed: string
  readonly kind: string
  readonly moved: number
  readonly again: () => void
}

function Head({ read, found, rows, typed, kind, moved, again }: HeadProps): JSX.Element {
  const kinds = kindsOf(read)
  return (
    <div class="section-head">
      <h2 id="sensors">Sensors</h2>
      <span class="faint" role="status">
        {found.length === read.length ? read.length : `${found.length} of ${read.length}`}
      </span>
      {moved > 0 && (
        <button type="button" class="button small" onClick={again}>
          {moved === 1 ? '1 changed its state: sort anew' : `${moved} changed their state: sort anew`}
        </button>
      )}
      <div class="end tools">
        {kinds.length > 1 && (
          <select
            class="input kind-select"
            aria-label="Kind of sensor"
            value={kind}
            onChange={(event) => setQuery({ kind: event.currentTarget.value })}
          >
            <option value="">All kinds</option>
            {kinds.map(([id, word, count]) => (
              <option key={id} value={id}>{`${word} (${count})`}</option>
            ))}
          </select>
        )}
        <input
          class="input filter"
          type="search"
          placeholder="Name, word or state"
          aria-label="Filter sensors"
          value={typed}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <ExportButton name="sensors" columns={SENSOR_EXPORT} rows={rows} />
      </div>
    </div>
  )
}
