import type { Incident } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import type { Loadable } from '../../live/loadable.ts'
import { put } from '../../live/put.ts'
import { devices } from '../../live/site.ts'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { query, range, setWholeQuery, spanOf } from '../../router/router.ts'
import type { KnownGraph } from './data/topology-source.ts'
import { type Room, useMap } from './data/use-map.ts'
import { usePositions } from './data/use-positions.ts'
import { useEvents, useGraph, useIncidents, useOtherGraph } from './data/use-topology.ts'
import { titleOf } from './draw/drawing.ts'
import type { CanvasEvents, MapCanvas, Sight } from './draw/map-canvas.ts'
import { EditPlaces } from './edit-places.tsx'
import { type MapAddress, mapAddressOf, withGroup, withMapAddress } from './map-address.ts'
import { NoDevices, NoLinks } from './map-empty.tsx'
import { MapStage } from './map-stage.tsx'
import { MapTable } from './map-table.tsx'
import { MapToolbar } from './map-toolbar.tsx'
import { type Headline, mapHeadline, mapSentence, stateCounts } from './map-words.ts'
import { MapSide } from './side/map-side.tsx'
import { TimeLine } from './time-line.tsx'
import { useWay } from './way/use-way.ts'

/** Events move with the time range, but not each second. */
const SPAN_STEP_MS = 60_000
/** What only follows the pointer or the typing is no step for the back button. */
const REPLACING: readonly (keyof MapAddress)[] = ['find', 'depth', 'at']

const change = (part: Partial<MapAddress>): void => {
  const replace = Object.keys(part).every((name) => REPLACING.some((one) => one === name))
  setWholeQuery(withMapAddress(query.peek(), part), { replace })
}

/** The network as a picture: what is broken, what hangs on it, what changed. */
export function MapPage(): JSX.Element {
  const address = mapAddressOf(query.value)
  const { state, reload } = useGraph(address.layer, address.at)
  const other = useOtherGraph(address.layer, address.since)
  const incidents = useIncidents()
  const shown = state.value
  // While another moment is on its way, the last one stays.
  const last = useRef<KnownGraph | undefined>(undefined)
  if (shown.kind === 'ready') last.current = shown.value
  const graph = shown.kind === 'ready' ? shown.value : shown.kind === 'loading' ? last.current : undefined
  return (
    <div class="sheet tall map-page">
      <h1 class="hidden-text">Map</h1>
      {graph === undefined && shown.kind === 'loading' && <SkeletonRows rows={10} what="the map" />}
      {shown.kind === 'failed' && <FailureNote failure={shown.failure} what="the map" retry={reload} />}
      {shown.kind === 'ready' && <StaleNote failure={shown.stale} retry={reload} />}
      {graph !== undefined && graph.nodes.length === 0 && <NoDevices past={address.at !== undefined} change={change} />}
      {graph !== undefined && graph.nodes.length > 0 && (
        <Shown
          graph={graph}
          other={other.kind === 'ready' ? other.value : undefined}
          incidents={incidents.state.value}
          address={address}
        />
      )}
    </div>
  )
}

type ShownProps = {
  readonly graph: KnownGraph
  readonly other: KnownGraph | undefined
  readonly incidents: Loadable<readonly Incident[]>
  readonly address: MapAddress
}

function Shown({ graph, other, incidents, address }: ShownProps): JSX.Element {
  const room = useSignal<Room>({ width: 800, height: 560 })
  const editing = useSignal(false)
  const canvas = useRef<MapCanvas | undefined>(undefined)
  const found = useSignal<{ id: string; count: number }>({ id: '', count: 0 })
  const span = spanOf(range.value, Math.ceil(now.value / SPAN_STEP_MS) * SPAN_STEP_MS)
  const events = useEvents(span.from, span.to).state.value
  const positions = usePositions(address.layer)
  const lasting = incidents.kind === 'ready' ? incidents.value : NONE
  const way = useWay(address, graph.nodes)
  const map = useMap({ graph, other, incidents: lasting, address, room: room.value, saved: positions.places, way })
  const headline = useHeadline(map, lasting, address.at === undefined)
  const onFound = (id: string): void => {
    const around = map.tree.nodes.has(id) ? map.tree.groupsOf(id) : []
    const opened = [...new Set([...address.opened, ...around])]
    found.value = { id, count: found.value.count + 1 }
    change({ pick: id, opened, shut: address.shut.filter((one) => !around.includes(one)) })
  }
  const sites = useMemo(() => sitesOf(graph), [graph])
  const sight = sightOf(address, found.value, map)
  return (
    <>
      <div class="map-head">
        <Head headline={headline} past={address.at !== undefined} />
        <MapToolbar
          map={map}
          sites={sites}
          vlans={graph.vlans}
          address={address}
          change={change}
          onFound={onFound}
          png={async () => canvas.current?.png(getComputedStyle(document.body).backgroundColor)}
          edit={<EditPlaces editing={editing} positions={positions} />}
        />
      </div>
      <div class="map-body">
        <div class="map-main">
          {graph.links.length === 0 && <NoLinks layer={address.layer} />}
          {address.view === 'table' ? (
            <MapTable map={map} address={address} change={change} />
          ) : (
            <MapStage
              drawing={map.drawing}
              picked={map.picked}
              sentence={mapSentence(map.nodes, map.links, headline.text)}
              sightKey={sight.key}
              sight={sight.sight}
              editing={editing.value}
              events={eventsOf(map, { address, positions })}
              onRoom={put(room)}
              onCanvas={(one) => {
                canvas.current = one
              }}
            />
          )}
          <TimeLine
            from={span.from}
            to={span.to}
            events={events.kind === 'ready' ? events.value : []}
            address={address}
            change={change}
          />
        </div>
        <MapSide
          map={map}
          way={way}
          incidents={lasting}
          incidentsFailed={incidents.kind === 'failed'}
          events={events}
          address={address}
          change={change}
          onFound={onFound}
        />
      </div>
    </>
  )
}

function Head({ headline, past }: { headline: Headline; past: boolean }): JSX.Element {
  const { kind, text } = headline
  return past ? (
    <p class="map-headline unknown">
      <StateMark kind="pending" word="The network as it was. States are of now and are not shown." strong />
    </p>
  ) : (
    <p class={`map-headline ${kind}`} role="status">
      <StateMark kind={kind} word={text} strong />
    </p>
  )
}

const NONE: readonly Incident[] = []

function useHeadline(map: KnownMap, incidents: readonly Incident[], present: boolean): Headline {
  const now = { since: lastChangeAt(), now: Date.now() }
  return mapHeadline(present ? incidents : NONE, stateCounts(map.tree.states), now)
}

function lastChangeAt(): number | undefined {
  const known = devices.value
  if (known.kind !== 'ready' || known.value.size === 0) return undefined
  return Math.max(...[...known.value.values()].map((one) => one.since))
}

const sitesOf = ({ nodes }: KnownGraph): readonly string[] =>
  [...new Set(nodes.map((node) => node.site).filter((site) => site !== undefined))].sort()

type KnownMap = ReturnType<typeof useMap>
type Hands = { readonly address: MapAddress; readonly positions: ReturnType<typeof usePositions> }

function eventsOf(map: KnownMap, { address, positions }: Hands): CanvasEvents {
  const open = (id: string | undefined): boolean => {
    const mark = map.picture.marks.find((one) => one.id === id)
    if (mark?.kind !== 'group') return false
    change({ ...withGroup(address, mark.opens, 'open'), pick: mark.what === 'leafs' ? '' : mark.opens })
    return true
  }
  return {
    onPick: (id) => {
      // A wire that is one link is named by the link; that is its id too.
      const box = map.picture.boxes.find((one) => titleOf(one.id) === id)
      if (!open(id)) change({ pick: box?.id ?? id ?? '' })
    },
    onOpen: (id) => {
      const node = map.tree.nodes.get(id)
      if (!open(id) && node !== undefined && node.device !== undefined)
        change({ focus: id, pick: id, opened: [], shut: [] })
    },
    onNear: (id) => void open(id),
    onMoved: positions.move,
  }
}

type Looking = { readonly key: string; readonly sight: Sight }

/** What is brought into sight when the view changes: what was found, what was opened, or all. */
function sightOf(address: MapAddress, found: { id: string; count: number }, map: KnownMap): Looking {
  const { layer, site, focus, depth, opened, shut, view } = address
  const whole = [layer, site, focus, focus === '' ? '' : depth, view, opened.length === 0, shut.join()].join(' ')
  const key = `${whole} ${opened.join()} ${found.count}`
  const mark = map.picture.markOf.get(found.id)
  if (mark !== undefined && found.id === address.pick) {
    const beside = map.picture.wires.flatMap((wire) => (wire.a === mark ? [wire.b] : wire.b === mark ? [wire.a] : []))
    return { key, sight: { kind: 'some', ids: [mark, ...beside] } }
  }
  const newest = opened.at(-1)
  const box = map.picture.boxes.some((one) => one.id === newest)
  return {
    key,
    sight: box && newest !== undefined && newest === address.pick ? { kind: 'some', ids: [newest] } : { kind: 'all' },
  }
}
