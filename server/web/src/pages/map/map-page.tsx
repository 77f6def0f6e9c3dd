import type { Incident } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { isSmall } from '../../app/small-screen.ts'
import { now } from '../../live/clock.ts'
import type { Loadable } from '../../live/loadable.ts'
import type { Failure } from '../../net/failure.ts'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { query, range, setWholeQuery, spanOf } from '../../router/router.ts'
import type { KnownGraph } from './data/topology-source.ts'
import { type Room, useMap } from './data/use-map.ts'
import { usePast } from './data/use-past.ts'
import { usePositions } from './data/use-positions.ts'
import { useEvents, useGraph, useIncidents, useOtherGraph } from './data/use-topology.ts'
import type { MapCanvas } from './draw/map-canvas.ts'
import { EditPlaces } from './edit-places.tsx'
import { type MapAddress, mapAddressOf, withMapAddress } from './map-address.ts'
import { NoDevices, NoLinks } from './map-empty.tsx'
import { eventsOf, leaving } from './map-hands.ts'
import { headlineOf, MapHeadline } from './map-headline.tsx'
import { type Found, groupsAround, sightOf } from './map-sight.ts'
import { MapStage } from './map-stage.tsx'
import { MapTable } from './map-table.tsx'
import { MapToolbar } from './map-toolbar.tsx'
import { mapSentence } from './map-words.ts'
import { MapSide } from './side/map-side.tsx'
import { WrongFirst } from './side/wrong-first.tsx'
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
  const isBefore = address.at !== undefined && shown.kind === 'failed' && isAbsent(shown.failure)
  return (
    <div class="sheet tall map-page">
      <h1 class="hidden-text">Map</h1>
      {graph === undefined && shown.kind === 'loading' && <SkeletonRows rows={10} what="the map" />}
      {isBefore && <NoDevices past change={change} />}
      {shown.kind === 'failed' && !isBefore && <FailureNote failure={shown.failure} what="the map" retry={reload} />}
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

/** The history begins later than that. */
const isAbsent = (failure: Failure): boolean => failure.kind === 'problem' && failure.status === 404

type ShownProps = {
  readonly graph: KnownGraph
  readonly other: KnownGraph | undefined
  readonly incidents: Loadable<readonly Incident[]>
  readonly address: MapAddress
}

/** Everything that the page shows of one graph. */
function useShown({ graph, other, incidents, address }: ShownProps) {
  const room = useSignal<Room>({ width: 800, height: 560 })
  const found = useSignal<Found>({ id: '', count: 0 })
  const span = spanOf(range.value, Math.ceil(now.value / SPAN_STEP_MS) * SPAN_STEP_MS)
  const events = useEvents(span.from, span.to).state.value
  const positions = usePositions(address.layer)
  const past = usePast(address.at)
  const ofNow = incidents.kind === 'ready' ? incidents.value : NONE
  const lasting = past === undefined ? ofNow : past.kind === 'known' ? past.incidents : NONE
  const way = useWay(address, graph.nodes)
  const saved = positions.places
  const map = useMap({ graph, other, incidents: lasting, past, address, room: room.value, saved, way })
  const onFound = (id: string): void => {
    const around = groupsAround(map, id)
    const opened = [...new Set([...address.opened, ...around])]
    found.value = { id, count: found.value.count + 1 }
    change({ pick: id, opened, shut: address.shut.filter((one) => !around.includes(one)) })
  }
  const headline = headlineOf(map.tree, { incidents: lasting, past })
  return { room, found: found.value, span, events, positions, past, lasting, way, map, onFound, headline }
}

function Shown(props: ShownProps): JSX.Element {
  const { graph, incidents, address } = props
  const { room, found, span, events, positions, past, lasting, way, map, onFound, headline } = useShown(props)
  const editing = useSignal(false)
  const canvas = useRef<MapCanvas | undefined>(undefined)
  const sites = useMemo(() => sitesOf(graph), [graph])
  const shared = { map, address, change, onFound }
  const onWrong = (id: string): void => {
    onFound(id)
    canvas.current?.scrollHere()
  }
  const wrong = (part: 'all' | 'before' | 'after'): JSX.Element => (
    <WrongFirst
      {...{ map, past, onFound: onWrong, incidents: lasting, picked: address.pick, part }}
      incidentsFailed={incidents.kind === 'failed'}
    />
  )
  return (
    <>
      <div class="map-head">
        <MapHeadline headline={headline} />
        {isSmall.value && wrong('before')}
        <MapToolbar
          {...shared}
          {...{ sites, vlans: graph.vlans }}
          onFound={(id) => {
            onFound(id)
            canvas.current?.focus()
          }}
          png={async () => canvas.current?.png(getComputedStyle(document.body).backgroundColor)}
          edit={<EditPlaces {...{ editing, positions }} nodes={graph.nodes} />}
        />
      </div>
      <div class="map-body">
        <div class="map-main">
          {graph.links.length === 0 && <NoLinks layer={address.layer} />}
          {address.view === 'table' ? (
            <MapTable map={map} address={address} change={change} />
          ) : (
            <MapStage
              {...{ drawing: map.drawing, picked: map.picked, editing: editing.value }}
              sentence={mapSentence(map.nodes, map.links, headline.text)}
              {...sightOf(address, found, { map, lit: way.lit })}
              events={eventsOf(map, { address, positions, change })}
              onStep={(pick) => change({ pick })}
              onLeave={() => change(leaving(address))}
              onRoom={(next) => {
                // A group that folds would take marks from under the hand that moves them.
                if (!editing.peek()) room.value = next
              }}
              onCanvas={(one) => {
                canvas.current = one
              }}
            />
          )}
          <TimeLine {...span} {...{ address, change }} events={events.kind === 'ready' ? events.value : []} />
        </div>
        <MapSide
          {...shared}
          {...{ past, events, way }}
          incidents={lasting}
          wrong={wrong(isSmall.value ? 'after' : 'all')}
        />
      </div>
    </>
  )
}

const NONE: readonly Incident[] = []

const sitesOf = ({ nodes }: KnownGraph): readonly string[] =>
  [...new Set(nodes.map((node) => node.site).filter((site) => site !== undefined))].sort()
