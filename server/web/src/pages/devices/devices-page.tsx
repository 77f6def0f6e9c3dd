import type { DeviceSummary } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useDeviceSparks } from '../../chart/use-sparks.ts'
import { put } from '../../live/put.ts'
import { devices, loadDevices } from '../../live/site.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf, navigate, query, setQuery } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { filterRows, sortingOf, sortingText, sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { ExportButton } from '../../table/export-button.tsx'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { DevicesPlaces } from '../discovery/devices-places.tsx'
import { deviceColumns } from './device-columns.tsx'
import { compareDevices, deviceWords } from './device-words.ts'

const textOf = (one: DeviceSummary): string =>
  `${one.name} ${one.address} ${one.site} ${one.state} ${one.kind} ${deviceWords(one)}`
const keyOf = (one: DeviceSummary): string => one.id

/** Every device: found by typing, sorted by any column, live in place. */
export function DevicesPage(): JSX.Element {
  const state = devices.value
  return (
    <div class="sheet tall">
      {state.kind === 'loading' && <Loading />}
      {state.kind === 'failed' && (
        <FailureNote failure={state.failure} what="the devices" retry={() => void loadDevices()} />
      )}
      {state.kind === 'ready' && <StaleNote failure={state.stale} retry={() => void loadDevices()} />}
      {state.kind === 'ready' && state.value.size === 0 && <NoDevices />}
      {state.kind === 'ready' && state.value.size > 0 && <DeviceList all={[...state.value.values()]} />}
    </div>
  )
}

function Loading(): JSX.Element {
  return (
    <>
      <div class="page-head">
        <h1>Devices</h1>
      </div>
      <SkeletonRows rows={14} what="devices" />
    </>
  )
}

function NoDevices(): JSX.Element {
  const mayAdd = may('operator')
  return (
    <>
      <div class="page-head">
        <h1>Devices</h1>
        <div class="end">
          <DevicesPlaces here="devices" />
        </div>
      </div>
      <div class="panel">
        <Empty
          title="No device is watched yet"
          action={
            mayAdd && (
              <span class="actions">
                <a class="button solid" href={hrefOf({ kind: 'add-device' })}>
                  Add your first device
                </a>
                <a class="button" href={hrefOf({ kind: 'discovery', section: 'networks' })}>
                  Let an agent look
                </a>
              </span>
            )
          }
        >
          Add one here by its address, name it in an agent's YAML file, or let an agent look for them.
        </Empty>
      </div>
    </>
  )
}

function DeviceList({ all }: { all: readonly DeviceSummary[] }): JSX.Element {
  const typed = query.value.get('q') ?? ''
  const sorting = sortingOf(query.value.get('sort'), { column: 'state', descending: false })
  const drawn = useSignal<readonly string[]>([])
  const sparks = useDeviceSparks(drawn.value)
  const columns = deviceColumns(sparks)
  const found = filterRows(all, typed, textOf)
  const { rows, waiting, release } = useSteadyRows(found, {
    keyOf,
    orderKey: `${typed} ${sortingText(sorting)}`,
    // Within one state the newest change comes first, so it is the order that other sorts fall back to.
    sort: (all) => sortRows([...all].sort(compareDevices), columns, sorting),
  })
  return (
    <>
      <div class="page-head">
        <h1>Devices</h1>
        <span class="faint" role="status">
          {found.length === all.length ? all.length : `${found.length} of ${all.length}`}
        </span>
        <FreshRows count={waiting} show={release} />
        <DevicesPlaces here="devices" />
        <div class="end">
          <input
            class="input filter"
            type="search"
            placeholder="Name, address, site, kind or state"
            aria-label="Filter devices"
            value={typed}
            onInput={(event) => setQuery({ q: event.currentTarget.value })}
          />
          <ExportButton name="devices" columns={columns} rows={rows} />
          {may('operator') && (
            <a class="button solid" href={hrefOf({ kind: 'add-device' })}>
              <Icon name="plus" /> Add device
            </a>
          )}
        </div>
      </div>
      {rows.length === 0 ? (
        <div class="panel">
          <Empty title="No device fits">{`None of the ${all.length} devices contains “${typed}”.`}</Empty>
        </div>
      ) : (
        <DataTable
          caption="Devices"
          fill
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          sorting={sorting}
          onSort={(next) => setQuery({ sort: sortingText(next) })}
          onOpen={(one) => navigate(hrefOf({ kind: 'device', id: one.id }))}
          onWindow={(shown) => put(drawn)(shown.filter((one) => one.trafficBps !== undefined).map(keyOf))}
        />
      )}
    </>
  )
}
