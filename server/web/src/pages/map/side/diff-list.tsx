import type { TopologyLink } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { nameWithin } from '../../../format/common-domain.ts'
import { formatShortMoment } from '../../../format/moment.ts'
import { now } from '../../../live/clock.ts'
import type { KnownMap } from '../data/use-map.ts'
import type { GraphDiff } from '../graph/graph-diff.ts'
import type { MapAddress } from '../map-address.ts'

type Props = {
  readonly map: KnownMap
  readonly diff: GraphDiff
  readonly change: (change: Partial<MapAddress>) => void
}

const MOST_SHOWN = 40

/** What is different between two moments. */
export function DiffList({ map: { tree, comparedAt }, diff, change }: Props): JSX.Element {
  const name = (id: string): string => nameWithin(tree.nodes.get(id)?.name ?? id, tree.domain)
  const ends = ({ a, b }: TopologyLink): string =>
    `${name(a.node)} ${a.port ?? ''} – ${name(b.node)} ${b.port ?? ''}`.replace(/\s+/g, ' ').trim()
  const rows = [
    ...diff.movedLinks.map(({ before, now: link }) => ({
      id: link.id,
      look: 'moved',
      text: `${ends(before)} moved to ${ends(link)}`,
    })),
    ...diff.removedLinks.map((link) => ({ id: link.id, look: 'removed', text: `Link gone: ${ends(link)}` })),
    ...diff.addedLinks.map((link) => ({ id: link.id, look: 'added', text: `New link: ${ends(link)}` })),
    ...diff.changedLinks.map(({ before, now: link }) => ({
      id: link.id,
      look: 'moved',
      text: `${ends(link)}: ${before.state} before, ${link.state} now`,
    })),
    ...diff.removedNodes.map((node) => ({ id: node.id, look: 'removed', text: `Gone: ${node.name}` })),
    ...diff.addedNodes.map((node) => ({ id: node.id, look: 'added', text: `New: ${node.name}` })),
  ]
  return (
    <section class="map-card" aria-labelledby="map-diff">
      <header class="card-head">
        <h2 id="map-diff">{`Since ${formatShortMoment(comparedAt ?? 0, now.value)}`}</h2>
        <button type="button" class="button small" onClick={() => change({ since: undefined })}>
          Do not compare
        </button>
      </header>
      {rows.length === 0 && <p class="quiet">Nothing is different between these two moments.</p>}
      <ul class="card-list">
        {rows.slice(0, MOST_SHOWN).map((row) => (
          <li class="card-row" key={`${row.look} ${row.id}`}>
            <button type="button" class="row-button" onClick={() => change({ pick: row.id })}>
              <span class={`legend-line ${row.look}`} aria-hidden="true" />
              <span class="wrap">{row.text}</span>
            </button>
          </li>
        ))}
      </ul>
      {rows.length > MOST_SHOWN && <p class="faint">{`${rows.length - MOST_SHOWN} more.`}</p>}
    </section>
  )
}
