import { Endpoint, pageOf } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { commonDomain } from '../../format/common-domain.ts'
import { downloadBlob } from '../../format/download.ts'
import { put } from '../../live/put.ts'
import { devices } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf, navigate, query, setQuery } from '../../router/router.ts'
import { fetchFile, request } from '../../session/session.ts'
import { sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { DevicesPlaces } from '../discovery/devices-places.tsx'
import { endpointColumns } from './endpoint-columns.tsx'

const EndpointPage = pageOf(Endpoint)
/** What people read at once; the search and the file have the rest. */
const MOST_LISTED = 500
const TYPING_MS = 250

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
  const path = `/api/v1/endpoints?${asked}${asked.size === 0 ? '' : '&'}limit=${MOST_LISTED}`
  const { state, reload } = useFetch(path, async (signal) => {
    // A search for each letter would be many for one word.
    await new Promise((resolve) => setTimeout(resolve, TYPING_MS))
    return request({ path, answer: EndpointPage, signal })
  })
  const loaded = state.value
  // While the next answer is on its way, the last one stays.
  const last = useRef<(typeof loaded & { kind: 'ready' }) | undefined>(undefined)
  if (loaded.kind === 'ready') last.current = loaded
  const shown = loaded.kind === 'loading' ? last.current : loaded.kind === 'ready' ? loaded : undefined
  const save = async (): Promise<void> => {
    const file = await fetchFile(`/api/v1/endpoints?${asked}${asked.size === 0 ? '' : '&'}format=csv`)
    if (file.kind === 'failed') toast(failureSentence(file.failure))
    else downloadBlob('endpoints.csv', file.value)
  }
  return (
    <div class="sheet tall">
      <div class="page-head">
        <h1>Endpoints</h1>
        {shown !== undefined && (
          <span class="faint" role="status">
            {shown.value.total}
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
      {shown === undefined && loaded.kind === 'loading' && <SkeletonRows rows={10} what="endpoints" />}
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the endpoints" retry={reload} />}
      {shown !== undefined && <StaleNote failure={shown.stale} retry={reload} />}
      {shown !== undefined && shown.value.items.length === 0 && <None {...{ typed, device, port }} />}
      {shown !== undefined && shown.value.items.length > 0 && (
        <List rows={shown.value.items} total={shown.value.total} />
      )}
    </div>
  )
}

function List({ rows, total }: { rows: readonly Endpoint[]; total: number }): JSX.Element {
  const sorting = useSignal({ column: 'seen', descending: true })
  const domain = useDomain()
  const columns = endpointColumns(domain)
  return (
    <>
      <DataTable
        caption="Endpoints"
        fill
        columns={columns}
        rows={sortRows(rows, columns, sorting.value)}
        keyOf={(one) => one.mac}
        sorting={sorting.value}
        onSort={put(sorting)}
        onOpen={openPlace}
      />
      {total > rows.length && (
        <p class="faint">{`${rows.length} of ${total} are listed: type to narrow, or take the CSV file.`}</p>
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
