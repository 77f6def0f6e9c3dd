import type { Incident, TopologyEvent } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import type { Loadable } from '../../../live/loadable.ts'
import { hrefOf } from '../../../router/router.ts'
import type { KnownMap } from '../data/use-map.ts'
import type { Past } from '../data/use-past.ts'
import type { MapAddress } from '../map-address.ts'
import { devicesWord } from '../map-words.ts'
import type { KnownWay } from '../way/use-way.ts'
import { ChangeList } from './change-list.tsx'
import { DiffList } from './diff-list.tsx'
import { GroupCard } from './group-card.tsx'
import { LinkCard } from './link-card.tsx'
import { MapLegend } from './map-legend.tsx'
import { NodeCard } from './node-card.tsx'
import { WayCard } from './way-card.tsx'

type Props = {
  readonly map: KnownMap
  readonly way: KnownWay
  readonly incidents: readonly Incident[]
  /** Undefined: the map shows now. */
  readonly past: Past | undefined
  readonly events: Loadable<readonly TopologyEvent[]>
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
  readonly onFound: (id: string) => void
  /** What is broken, as far as it is not told before the map. */
  readonly wrong: JSX.Element
}

/** Beside the map: what is broken, what is picked, what changed. */
export function MapSide(props: Props): JSX.Element {
  const { map, events, address, change, wrong } = props
  return (
    <aside class="map-side" aria-label="Beside the map">
      <WayCard nodes={map.tree.nodes} way={props.way} address={address} change={change} />
      <Picked {...props} />
      {map.diff !== undefined && <DiffList map={map} diff={map.diff} change={change} />}
      {wrong}
      <section class="map-card" aria-labelledby="map-changes">
        <h2 id="map-changes">What changed</h2>
        {events.kind === 'loading' && <p class="faint">Loading …</p>}
        {events.kind === 'failed' && <p class="faint">Could not be loaded.</p>}
        {events.kind === 'ready' && events.value.length === 0 && (
          <p class="faint">Nothing in the time that is chosen above.</p>
        )}
        {events.kind === 'ready' && (
          <ChangeList
            events={changesOf(events.value, address.layer)}
            at={address.at}
            domain={map.tree.domain}
            onPick={(event) => change({ at: event.at, pick: event.link?.id ?? event.node?.id ?? '' })}
          />
        )}
      </section>
      <Unlinked map={map} onTable={() => change({ view: 'table', find: 'unlinked' })} />
      <MapLegend compared={map.diff !== undefined} />
    </aside>
  )
}

/** What changed in the layer that is shown, and what is in none. */
const changesOf = (events: readonly TopologyEvent[], layer: MapAddress['layer']): readonly TopologyEvent[] =>
  events.filter(({ link }) => link === undefined || link.layer === layer)

function Picked({ map, incidents, past, address, change }: Props): JSX.Element | null {
  const { tree, picture } = map
  const { pick } = address
  if (pick === '') return null
  const node = tree.nodes.get(pick)
  const shared = { nodes: tree.nodes, change }
  if (node !== undefined) {
    return (
      <NodeCard
        node={node}
        states={tree.states}
        past={past}
        links={map.links}
        incidents={incidents}
        address={address}
        {...shared}
      />
    )
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
