import type { Endpoint } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { commonDomain } from '../../format/common-domain.ts'
import { downloadBlob } from '../../format/download.ts'
import { formatMoment } from '../../format/moment.ts'
import { devices } from '../../live/site.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf, navigate, query, setQuery } from '../../router/router.ts'
import { fetchFile } from '../../session/session.ts'
import { type Sorting, sortingOf, sortingText, sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { DevicesPlaces } from '../discovery/devices-places.tsx'
import { endpointColumns } from './endpoint-columns.tsx'
import { type Listed, PAGE, useEndpoints } from './use-endpoints.ts'

/** Which station is behind which port, since when, and where it was before. */
export function EndpointsPage(): JSX.Element {
  const typed = query.value.get('q') ?? ''
  const device = query.value.get('device') ?? ''
  const port = query.value.get('port') ?? ''
  const asked = new URLSearchParams({
    ...(typed.trim() !== '' && { q: typed.trim() }),
    ...(device !== '' && { device }),
    ...(port !== '' && { port }),
  })
  const { listed, failure, stale, isLoading, reload } = useEndpoints(asked)
  const save = async (): Promise<void> => {
    const file = await fetchFile(`/api/v1/endpoints?${asked}${asked.size === 0 ? '' : '&'}format=csv`)
    if (file.kind === 'failed') toast(failureSentence(file.failure))
    else downloadBlob('endpoints.csv', file.value)
  }
  return (
    <div class="sheet tall">
      <div class="page-head">
        <h1>Endpoints</h1>
        {listed !== undefined && (
          <span class="faint" role="status">
            {isLoading && listed.rows.length < listed.total ? `${listed.total}, loading …` : listed.total}
          </span>
        )}
        <div class="end">
          <DevicesPlaces here="endpoints" />
        </div>
      </div>
      <div class="map-tools">
        <input
          class="input filter"
          type="search"
          placeholder="MAC, address, name or maker"
          aria-label="Find an endpoint"
          value={typed}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        {(device !== '' || port !== '') && (
          <button
            type="button"
            class="button small"
            onClick={() => setQuery({ device: '', port: '' }, { replace: false })}
          >
            <Icon name="cross" /> {port === '' ? 'Only one device' : `Only ${port}`}
          </button>
        )}
        <div class="end tools">
          <button type="button" class="button" onClick={() => void save()}>
            <Icon name="download" /> CSV
          </button>
        </div>
      </div>
      {listed === undefined && isLoading && <SkeletonRows rows={10} what="endpoints" />}
      {failure !== undefined && <FailureNote failure={failure} what="the endpoints" retry={reload} />}
      <StaleNote failure={stale} retry={reload} />
      {listed !== undefined && listed.rows.length === 0 && <None {...{ typed, device, port }} />}
      {listed !== undefined && listed.rows.length > 0 && (
        <List {...listed} isWhole={!isLoading} orderKey={`${asked}`} reload={reload} />
      )}
    </div>
  )
}

const NEWEST_FIRST: Sorting = { column: 'seen', descending: true }

type ListProps = Listed & {
  readonly isWhole: boolean
  /** Another one is another list. */
  readonly orderKey: string
  readonly reload: () => void
}

function List({ rows, total, at, isWhole, orderKey, reload }: ListProps): JSX.Element {
  const domain = useDomain()
  const columns = endpointColumns(domain)
  const sorting = sortingOf(query.value.get('sort'), NEWEST_FIRST)
  const steady = useSteadyRows(rows, {
    keyOf: ({ mac }) => mac,
    orderKey: `${orderKey} ${sortingText(sorting)} ${isWhole || rows.length === total}`,
    sort: (all) => sortRows(all, columns, sorting),
  })
  return (
    <>
      <FreshRows count={steady.waiting} show={steady.release} />
      <DataTable
        caption="Endpoints"
        fill
        columns={columns}
        rows={steady.rows}
        keyOf={(one) => one.mac}
        sorting={sorting}
        onSort={(next) => setQuery({ sort: sortingText(next) })}
        onOpen={openPlace}
      />
      {isWhole && total > rows.length && (
        <p class="faint">{`The ${rows.length} seen last of ${total} are listed: type to narrow, or take the CSV file.`}</p>
      )}
      {isWhole && total > PAGE && (
        <p class="tools faint">
          {`As it was at ${formatMoment(at)}.`}
          <button type="button" class="button small" onClick={reload}>
            Read again
          </button>
        </p>
      )}
    </>
  )
}

function openPlace({ device, port }: Endpoint): void {
  if (device === undefined) return
  navigate(hrefOf(port === undefined ? { kind: 'device', id: device } : { kind: 'interface', id: device, name: port }))
}

/** The end that most names of devices have. */
function useDomain(): string {
  const known = devices.value
  const names = known.kind === 'ready' ? [...known.value.values()].map(({ name }) => name) : []
  return useMemo(() => commonDomain(names), [names.join('\n')])
}

type NoneProps = { readonly typed: string; readonly device: string; readonly port: string }

function None({ typed, device, port }: NoneProps): JSX.Element {
  const narrowed = device !== '' || port !== ''
  const where = port !== '' ? ` behind ${port}` : device !== '' ? ' behind this device' : ''
  if (typed.trim() === '' && !narrowed) {
    return (
      <div class="panel">
        <Empty
          title="No endpoint is known yet"
          action={
            <a class="button" href={hrefOf({ kind: 'devices' })}>
              Devices that are watched
            </a>
          }
        >
          Stations are seen in the forwarding tables of switches and the ARP tables of routers, as soon as those are
          watched by SNMP. Each new one, and each that moves, is an event.
        </Empty>
      </div>
    )
  }
  return (
    <div class="panel">
      <Empty
        title="Nothing fits"
        action={
          <button
            type="button"
            class="button"
            onClick={() => setQuery({ q: '', device: '', port: '' }, { replace: false })}
          >
            Show all endpoints
          </button>
        }
      >
        {typed.trim() === ''
          ? `No endpoint is seen${where}.`
          : `No endpoint${where} has “${typed.trim()}” in its MAC, addresses, name or maker.`}
      </Empty>
    </div>
  )
}
