import type { TopologyNode } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { StateMark } from '../../../parts/state-mark.tsx'
import { STATE_WORDS } from '../draw/mark-look.ts'
import { countStates, type NodeState, STATE_RANK } from '../graph/node-state.ts'
import { type MapAddress, withGroup } from '../map-address.ts'
import { CloseCard } from './node-card.tsx'

type Props = {
  readonly name: string
  readonly what: 'site' | 'place' | 'leafs'
  /** What is opened and closed. */
  readonly group: string
  readonly isOpen: boolean
  readonly members: readonly string[]
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly states: ReadonlyMap<string, NodeState>
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

const WHAT_WORDS = { site: 'Site', place: 'Place', leafs: 'Devices on one parent' } as const
const MOST_MEMBERS = 40

/** A site, a place or alike leafs: how many are how, and the worst of them by name. */
export function GroupCard(props: Props): JSX.Element {
  const { name, what, group, isOpen, members, nodes, states, address, change } = props
  const counts = countStates(members.map((id) => states.get(id) ?? 'plain'))
  const sorted = [...members].sort(
    (a, b) =>
      STATE_RANK[states.get(a) ?? 'plain'] - STATE_RANK[states.get(b) ?? 'plain'] ||
      (nodes.get(a)?.name ?? a).localeCompare(nodes.get(b)?.name ?? b, 'en', { numeric: true }),
  )
  const told = (['critical', 'warning', 'unknown', 'behind-failure', 'ok'] as const).filter(
    (state) => counts[state] > 0,
  )
  return (
    <section class="map-card" aria-label={name}>
      <header class="card-head">
        <h2 class="wrap">{name}</h2>
        <CloseCard change={change} />
      </header>
      <p class="quiet">{`${WHAT_WORDS[what]}, ${members.length} devices`}</p>
      <p class="card-states">
        {told.map((state) => (
          <StateMark key={state} kind={state} word={`${counts[state]} ${STATE_WORDS[state]}`} />
        ))}
      </p>
      <div class="actions">
        <button
          type="button"
          class="button small"
          onClick={() => change({ ...withGroup(address, group, isOpen ? 'shut' : 'open'), pick: group })}
        >
          {isOpen ? 'Close it to one mark' : 'Open it'}
        </button>
        {what === 'site' && address.site === '' && (
          <button type="button" class="button small" onClick={() => change({ site: siteOf(members, nodes), pick: '' })}>
            Only this site
          </button>
        )}
      </div>
      <ul class="card-list">
        {sorted.slice(0, MOST_MEMBERS).map((id) => (
          <li class="card-row" key={id}>
            <button type="button" class="row-button" onClick={() => change({ pick: id })}>
              <StateMark kind={markOf(states.get(id))} bare />
              <span class="cut">{nodes.get(id)?.name ?? id}</span>
            </button>
          </li>
        ))}
      </ul>
      {sorted.length > MOST_MEMBERS && <p class="faint">{`${sorted.length - MOST_MEMBERS} more in the table.`}</p>}
    </section>
  )
}

const markOf = (state: NodeState | undefined) => (state === undefined || state === 'plain' ? 'pending' : state)

const siteOf = (members: readonly string[], nodes: ReadonlyMap<string, TopologyNode>): string =>
  members.map((id) => nodes.get(id)?.site).find((site) => site !== undefined) ?? ''
