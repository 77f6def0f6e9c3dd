import { type TopologyNode, TopologyPath } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useFetch } from '../../../live/use-fetch.ts'
import { Icon } from '../../../parts/icon.tsx'
import { FailureNote } from '../../../parts/notes.tsx'
import { request } from '../../../session/session.ts'
import type { MapAddress } from '../map-address.ts'

type Props = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

/** The way from one node to the one that is picked, and what every way between them has. */
export function WayCard({ nodes, address, change }: Props): JSX.Element | null {
  const { way, pick, at } = address
  if (way === '') return null
  const name = (id: string): string => nodes.get(id)?.name ?? id
  const ready = nodes.has(pick) && pick !== way
  return (
    <section class="map-card" aria-labelledby="map-way">
      <header class="card-head">
        <h2 id="map-way" class="wrap">{`The way from ${name(way)}${ready ? ` to ${name(pick)}` : ''}`}</h2>
        <button type="button" class="icon-button small" aria-label="Close the way" onClick={() => change({ way: '' })}>
          <Icon name="cross" />
        </button>
      </header>
      {ready ? (
        <Hops from={way} to={pick} at={at} name={name} change={change} />
      ) : (
        <p class="quiet">Pick the other end, on the map or by search.</p>
      )}
    </section>
  )
}

type HopsProps = Pick<Props, 'change'> & {
  readonly from: string
  readonly to: string
  readonly at: number | undefined
  readonly name: (id: string) => string
}

function Hops({ from, to, at, name, change }: HopsProps): JSX.Element {
  const asked = new URLSearchParams({ from, to, ...(at !== undefined && { at: String(at) }) })
  const path = `/api/v1/topology/path?${asked}`
  const { state, reload } = useFetch(path, (signal) => request({ path, answer: TopologyPath, signal }))
  const loaded = state.value
  if (loaded.kind === 'loading') return <p class="faint">Looking …</p>
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the way" retry={reload} />
  const { hops, cuts } = loaded.value
  if (hops.length === 0) return <p>No way is known between them.</p>
  const single = new Set(cuts)
  return (
    <>
      <ol class="card-list">
        {hops.map((hop) => (
          <li class="card-row" key={hop.node}>
            <button type="button" class="row-button" onClick={() => change({ pick: hop.node, way: '' })}>
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
    </>
  )
}
