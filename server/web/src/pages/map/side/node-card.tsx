import type { Incident, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatShortMoment } from '../../../format/moment.ts'
import { now } from '../../../live/clock.ts'
import { devices } from '../../../live/site.ts'
import { Copyable } from '../../../parts/copy-button.tsx'
import { Fact } from '../../../parts/fact.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Since } from '../../../parts/since.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import { deviceProblem, deviceWords } from '../../devices/device-words.ts'
import type { Past } from '../data/use-past.ts'
import { LINK_STATE_WORDS } from '../draw/wire-look.ts'
import type { NodeState } from '../graph/node-state.ts'
import { type MapAddress, MOST_DEPTH } from '../map-address.ts'
import { devicesWord, failureWords, NODE_KIND_WORDS } from '../map-words.ts'

type Props = {
  readonly node: TopologyNode
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly states: ReadonlyMap<string, NodeState>
  /** Undefined: the map shows now. */
  readonly past: Past | undefined
  readonly links: readonly TopologyLink[]
  readonly incidents: readonly Incident[]
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

/** A list that is longer is a page of its own: the device's. */
const MOST_NEIGHBORS = 30

/** One node: how it is, what is behind it, who is beside it. */
export function NodeCard({ node, nodes, states, past, links, incidents, address, change }: Props): JSX.Element {
  const known = devices.value
  const device = node.device === undefined || known.kind !== 'ready' ? undefined : known.value.get(node.device)
  const own = links.filter((link) => link.a.node === node.id || link.b.node === node.id)
  const caused = incidents.find((one) => node.device !== undefined && one.failed.includes(node.device))
  const hit = incidents.find((one) => node.device !== undefined && one.behind.includes(node.device))
  const problem = device === undefined || past !== undefined ? undefined : deviceProblem(device)
  return (
    <section class="map-card" aria-label={node.name}>
      <header class="card-head">
        <h2 class="wrap">
          {device === undefined ? node.name : <a href={hrefOf({ kind: 'device', id: device.id })}>{node.name}</a>}
        </h2>
        <CloseCard change={change} />
      </header>
      {node.device === undefined ? (
        <p class="quiet">{NODE_KIND_WORDS[node.kind]}</p>
      ) : (
        <CardState state={states.get(node.id)} since={past === undefined ? device?.since : undefined} past={past} />
      )}
      {caused !== undefined && caused.behind.length > 0 && (
        <p class="ink-critical">{`${devicesWord(caused.behind.length)} unreachable behind it.`}</p>
      )}
      {hit !== undefined && <p class="quiet">{`Unreachable because ${failureWords(hit)}.`}</p>}
      {problem !== undefined && hit === undefined && <p class="wrap">{problem}</p>}
      <dl class="facts card-facts">
        {device !== undefined && (
          <Fact name="Address">
            <Copyable text={device.address} what="address" />
          </Fact>
        )}
        <Fact name="What it is">{device === undefined ? node.role : `${node.role}, ${deviceWords(device)}`}</Fact>
        {node.site !== undefined && <Fact name="Site">{node.site}</Fact>}
        {node.place !== '' && <Fact name="Place">{node.place}</Fact>}
      </dl>
      <FocusChoice node={node} address={address} change={change} />
      <h3>{own.length === 0 ? 'Linked to nothing' : `Neighbours · ${own.length}`}</h3>
      {own.length === 0 && (
        <p class="quiet">
          Neither it nor a neighbour tells of a link. Switches tell by LLDP, CDP or their forwarding table: see that
          they are watched by SNMP and that the view allows those.
        </p>
      )}
      <ul class="card-list">
        {own.slice(0, MOST_NEIGHBORS).map((link) => (
          <Neighbor key={link.id} link={link} of={node.id} nodes={nodes} states={states} change={change} />
        ))}
      </ul>
      {own.length > MOST_NEIGHBORS && <p class="faint">{`${own.length - MOST_NEIGHBORS} more in the table.`}</p>}
    </section>
  )
}

type CardStateProps = {
  readonly state: NodeState | undefined
  readonly since: number | undefined
  readonly past: Past | undefined
}

/** How it is and since when; of a past moment only how it was. */
function CardState({ state, since, past }: CardStateProps): JSX.Element {
  if (state === undefined || state === 'plain') {
    return <p class="quiet">{past === undefined ? 'Its state is not known yet.' : 'How it was then is not stored.'}</p>
  }
  return (
    <p class="card-state">
      <StateMark kind={state} strong />
      <span class="faint">
        {since !== undefined && <Since at={since} />}
        {past?.kind === 'known' && `at ${formatShortMoment(past.at, now.value)}`}
      </span>
    </p>
  )
}

export function CloseCard({ change }: Pick<Props, 'change'>): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label="Close"
      title="Close (Esc)"
      onClick={() => change({ pick: '' })}
    >
      <Icon name="cross" />
    </button>
  )
}

type NeighborProps = Pick<Props, 'nodes' | 'states' | 'change'> & { readonly link: TopologyLink; readonly of: string }

function Neighbor({ link, of, nodes, states, change }: NeighborProps): JSX.Element {
  const [here, there] = link.a.node === of ? [link.a, link.b] : [link.b, link.a]
  const other = nodes.get(there.node)
  const state = states.get(there.node)
  return (
    <li class="card-row">
      <button type="button" class="row-button" onClick={() => change({ pick: there.node })}>
        {state !== undefined && state !== 'plain' && <StateMark kind={state} bare />}
        <span class="cut">{other?.name ?? there.node}</span>
      </button>
      <button
        type="button"
        class="row-button faint"
        title="The link and its evidence"
        onClick={() => change({ pick: link.id })}
      >
        <span class="cut">{`${here.port ?? '?'} – ${there.port ?? '?'}`}</span>
        {link.state !== 'up' && (
          <span class={link.state === 'down' ? 'ink-critical' : 'ink-unknown'}>{LINK_STATE_WORDS[link.state]}</span>
        )}
      </button>
    </li>
  )
}

function FocusChoice({ node, address, change }: Pick<Props, 'node' | 'address' | 'change'>): JSX.Element {
  if (address.focus !== node.id) {
    return (
      <div class="actions">
        <button
          type="button"
          class="button small"
          onClick={() => change({ focus: node.id, opened: [], shut: [], pick: node.id })}
        >
          Only what is around it
        </button>
        <button type="button" class="button small" onClick={() => change({ way: node.id })}>
          Way from here
        </button>
      </div>
    )
  }
  return (
    <div class="actions">
      <label class="depth">
        {`Up to ${address.depth === 1 ? '1 hop' : `${address.depth} hops`} away`}
        <input
          type="range"
          min={1}
          max={MOST_DEPTH}
          value={address.depth}
          onInput={(event) => change({ depth: Number(event.currentTarget.value) })}
        />
      </label>
      <button type="button" class="button small" onClick={() => change({ focus: '' })}>
        The whole network
      </button>
    </div>
  )
}
