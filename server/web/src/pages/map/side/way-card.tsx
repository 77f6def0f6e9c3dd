import type { TopologyNode } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Icon } from '../../../parts/icon.tsx'
import { FailureNote } from '../../../parts/notes.tsx'
import type { MapAddress } from '../map-address.ts'
import { StartTrace } from '../way/start-trace.tsx'
import { traceOf } from '../way/trace-address.ts'
import { TraceCard } from '../way/trace-card.tsx'
import type { KnownWay } from '../way/use-way.ts'

type Props = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly way: KnownWay
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

/** The way from one node to the one that is picked, what every way between them has, and how packets really go. */
export function WayCard({ nodes, way, address, change }: Props): JSX.Element | null {
  const from = address.way
  if (from === '') return null
  const { pick } = address
  const name = (id: string): string => nodes.get(id)?.name ?? id
  const isTraced = traceOf(address) !== undefined
  return (
    <section class="map-card" aria-labelledby="map-way">
      <header class="card-head">
        <h2 id="map-way" class="wrap">{`The way from ${name(from)}${way.ready ? ` to ${name(pick)}` : ''}`}</h2>
        <button
          type="button"
          class="icon-button small"
          aria-label="Close the way"
          onClick={() => change({ way: '', trace: '' })}
        >
          <Icon name="cross" />
        </button>
      </header>
      {way.ready ? (
        <>
          <Hops way={way} from={from} to={pick} name={name} change={change} />
          {isTraced && <TraceCard way={way} name={name} change={change} />}
          {address.at === undefined && (
            <StartTrace from={from} device={nodes.get(pick)?.device} again={isTraced} change={change} />
          )}
        </>
      ) : (
        <p class="quiet">Pick the other end, on the map or by search.</p>
      )}
    </section>
  )
}

type HopsProps = Pick<Props, 'way' | 'change'> & {
  readonly from: string
  readonly to: string
  readonly name: (id: string) => string
}

function Hops({ way, from, to, name, change }: HopsProps): JSX.Element {
  const loaded = way.path.value
  if (loaded.kind === 'loading') return <p class="faint">Looking …</p>
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the way" retry={way.reload} />
  const { hops, cuts, over } = loaded.value
  if (hops.length === 0) return <p>No way is known between them.</p>
  const single = new Set(cuts)
  return (
    <>
      <ol class="card-list">
        {hops.map((hop) => (
          <li class="card-row" key={hop.node}>
            <button type="button" class="row-button" onClick={() => change({ pick: hop.node, way: '', trace: '' })}>
              <span class="cut">{name(hop.node)}</span>
              {single.has(hop.node) && hop.node !== from && hop.node !== to && <span class="tag">every way</span>}
            </button>
          </li>
        ))}
      </ol>
      <p class="quiet">
        {cuts.length === 0
          ? 'No single failure between them cuts them off.'
          : 'What is marked is on every way: if it fails, they are cut off from each other.'}
      </p>
      {over === 'networks' && (
        <p class="quiet">Part of the way is a network that devices share: who is cabled to whom in it is not known.</p>
      )}
    </>
  )
}
