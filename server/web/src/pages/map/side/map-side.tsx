import type { Incident, TopologyEvent } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import type { Loadable } from '../../../live/loadable.ts'
import { Icon } from '../../../parts/icon.tsx'
import { Note } from '../../../parts/notes.tsx'
import { hrefOf } from '../../../router/router.ts'
import type { KnownMap } from '../data/use-map.ts'
import { NODE_STATES, type NodeState } from '../graph/node-state.ts'
import type { MapAddress } from '../map-address.ts'
import { devicesWord, failedPlace } from '../map-words.ts'
import type { KnownWay } from '../way/use-way.ts'
import { ChangeList } from './change-list.tsx'
import { DiffList } from './diff-list.tsx'
import { GroupCard } from './group-card.tsx'
import { IncidentList } from './incident-list.tsx'
import { LinkCard } from './link-card.tsx'
import { MapLegend } from './map-legend.tsx'
import { NodeCard } from './node-card.tsx'
import { WayCard } from './way-card.tsx'

type Props = {
  readonly map: KnownMap
  readonly way: KnownWay
  readonly incidents: readonly Incident[]
  readonly incidentsFailed: boolean
  readonly events: Loadable<readonly TopologyEvent[]>
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
  readonly onFound: (id: string) => void
}

/** Beside the map: what is broken, what is picked, what changed. */
export function MapSide(props: Props): JSX.Element {
  const { map, incidents, incidentsFailed, events, address, change, onFound } = props
  const present = address.at === undefined
  return (
    <aside class="map-side" aria-label="Beside the map">
      <WayCard nodes={map.tree.nodes} way={props.way} address={address} change={change} />
      <Picked {...props} />
      {map.diff !== undefined && <DiffList diff={map.diff} nodes={map.tree.nodes} address={address} change={change} />}
      {present && incidentsFailed && (
        <Note kind="unknown">The failures could not be loaded: the map shows states, but not what causes what.</Note>
      )}
      {present && incidents.length > 0 && (
        <section class="map-card" aria-labelledby="map-broken">
          <h2 id="map-broken">Broken now</h2>
          <IncidentList
            all={incidents}
            picked={address.pick}
            onPick={(one) => onFound(failedPlace(one) ?? one.failed[0] ?? '')}
          />
        </section>
      )}
      {present && <Troubled map={map} incidents={incidents} onFound={onFound} />}
      <section class="map-card" aria-labelledby="map-changes">
        <h2 id="map-changes">What changed</h2>
        {events.kind === 'loading' && <p class="faint">Loading …</p>}
        {events.kind === 'failed' && <p class="faint">Could not be loaded.</p>}
        {events.kind === 'ready' && events.value.length === 0 && (
          <p class="faint">Nothing in the time that is chosen above.</p>
        )}
        {events.kind === 'ready' && (
          <ChangeList
            events={events.value}
            at={address.at}
            onPick={(event) => change({ at: event.at, pick: event.link?.id ?? event.node?.id ?? '' })}
          />
        )}
      </section>
      <Unlinked map={map} onTable={() => change({ view: 'table', find: 'unlinked' })} />
      <MapLegend compared={map.diff !== undefined} />
    </aside>
  )
}

function Picked({ map, incidents, address, change }: Props): JSX.Element | null {
  const { tree, picture } = map
  const { pick } = address
  if (pick === '') return null
  const node = tree.nodes.get(pick)
  const shared = { nodes: tree.nodes, change }
  if (node !== undefined) {
    return <NodeCard node={node} links={map.links} incidents={incidents} address={address} {...shared} />
  }
  const links = map.links.filter((link) => link.id === pick)
  const wire = links.length > 0 ? links : picture.wires.find((one) => one.id === pick)?.links
  if (wire !== undefined) return <LinkCard links={wire} traffic={map.traffic} use={map.use} {...shared} />
  const box = picture.boxes.find((one) => one.id === pick)
  if (box !== undefined) {
    const { id, name, what, members } = box
    return <GroupCard isOpen group={id} {...{ name, what, members, address }} states={tree.states} {...shared} />
  }
  const mark = picture.marks.find((one) => one.id === pick)
  if (mark?.kind !== 'group') return null
  const { opens, name, what, members } = mark
  return (
    <GroupCard isOpen={false} group={opens} {...{ name, what, members, address }} states={tree.states} {...shared} />
  )
}

const TROUBLED: readonly NodeState[] = NODE_STATES.filter((state) => state === 'critical' || state === 'warning')
const MOST_TROUBLED = 12

/** What needs a look and is no incident of its own: warnings, and what is critical by an alert. */
function Troubled({ map, incidents, onFound }: Pick<Props, 'map' | 'incidents' | 'onFound'>): JSX.Element | null {
  const told = new Set(incidents.flatMap((one) => [...one.failed, one.cause.device ?? '']))
  const all = TROUBLED.flatMap((state) =>
    [...map.tree.nodes.values()].filter(
      (node) => map.tree.states.get(node.id) === state && !told.has(node.device ?? ''),
    ),
  )
  if (all.length === 0) return null
  return (
    <section class="map-card" aria-labelledby="map-troubled">
      <h2 id="map-troubled">{`Needs a look · ${all.length}`}</h2>
      <ul class="card-list">
        {all.slice(0, MOST_TROUBLED).map((node) => (
          <li class="card-row" key={node.id}>
            <button type="button" class="row-button" onClick={() => onFound(node.id)}>
              <span class={`state ${map.tree.states.get(node.id) ?? ''}`}>
                <Icon name={map.tree.states.get(node.id) === 'critical' ? 'critical' : 'warning'} />
              </span>
              <span class="cut">{node.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > MOST_TROUBLED && <p class="faint">{`${all.length - MOST_TROUBLED} more in the table.`}</p>}
    </section>
  )
}

/** Devices that no link leads to: said, for the map is not whole then. */
function Unlinked({ map, onTable }: { map: KnownMap; onTable: () => void }): JSX.Element | null {
  const devices = [...map.tree.nodes.values()].filter((node) => node.kind === 'device')
  const lone = devices.filter((node) => (map.tree.beside.get(node.id)?.size ?? 0) === 0)
  if (lone.length === 0 || map.links.length === 0) return null
  return (
    <section class="map-card" aria-labelledby="map-unlinked">
      <h2 id="map-unlinked">{`Linked to nothing · ${lone.length}`}</h2>
      <p class="quiet">
        {`No link is known of ${devicesWord(lone.length)}. They may answer to ping only, not allow LLDP, CDP or forwarding tables in their SNMP view, or be read by an agent that is older and does not tell links yet.`}
      </p>
      <div class="actions">
        <button type="button" class="button small" onClick={onTable}>
          Which
        </button>
        <a class="button small" href={hrefOf({ kind: 'agents' })}>
          Agents
        </a>
      </div>
    </section>
  )
}
