import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatQuantity } from '../../../format/quantity.ts'
import { devices } from '../../../live/site.ts'
import { hintOn } from '../../../parts/hint.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Since } from '../../../parts/since.tsx'
import { type MarkKind, StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import type { Column } from '../../../table/column.ts'
import { ListSection } from '../../../table/list-section.tsx'
import type { KnownGraph } from '../../map/data/topology-source.ts'
import { LINK_STATE_WORDS } from '../../map/draw/wire-look.ts'
import { LINK_KIND_WORDS, sureWords } from '../../map/map-words.ts'

type Row = {
  readonly link: TopologyLink
  readonly here: TopologyLink['a']
  readonly there: TopologyLink['a']
  readonly other: TopologyNode | undefined
}

const STATE_MARKS: Readonly<Record<TopologyLink['state'], MarkKind>> = {
  up: 'ok',
  down: 'critical',
  blocked: 'info',
  lost: 'unknown',
  unknown: 'unknown',
}
const STATE_RANK: Readonly<Record<TopologyLink['state'], number>> = { down: 0, lost: 1, unknown: 2, blocked: 3, up: 4 }

/** Who is at the other end of its ports, and why that is believed. */
export function NeighborsSection({ device, graph }: { device: string; graph: KnownGraph }): JSX.Element {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const rows = graph.links.flatMap((link): readonly Row[] => {
    if (link.a.node !== device && link.b.node !== device) return []
    const [here, there] = link.a.node === device ? [link.a, link.b] : [link.b, link.a]
    return [{ link, here, there, other: nodes.get(there.node) }]
  })
  return (
    <ListSection
      id="neighbors"
      title="Neighbours"
      columns={neighborColumns(device)}
      all={rows}
      keyOf={(row) => row.link.id}
      textOf={({ link, here, there, other }) =>
        [here.port, there.port, other?.name, link.state, LINK_KIND_WORDS[link.kind]].join(' ')
      }
      sorting={{ column: 'state', descending: false }}
      placeholder="Port or neighbour"
      maxHeight="screen"
      note={
        <a class="quiet" href={hrefOf({ kind: 'map' }, { focus: device, pick: device })}>
          On the map
        </a>
      }
    />
  )
}

const otherName = ({ other, there }: Row): string => other?.name ?? there.node

function neighborColumns(device: string): readonly Column<Row>[] {
  return [
    {
      id: 'state',
      title: 'Link',
      width: '104px',
      cell: ({ link }) => <StateMark kind={STATE_MARKS[link.state]} word={link.state === 'up' ? 'up' : link.state} />,
      sort: ({ link }) => STATE_RANK[link.state],
      text: ({ link }) => LINK_STATE_WORDS[link.state],
    },
    {
      id: 'here',
      title: 'Port here',
      cell: ({ here }) =>
        here.port === undefined ? (
          <span class="faint">not known</span>
        ) : (
          <a class="name wrap-small" href={hrefOf({ kind: 'interface', id: device, name: here.port })}>
            {here.port}
          </a>
        ),
      sort: ({ here }) => here.port,
      text: ({ here }) => here.port,
    },
    {
      id: 'neighbor',
      title: 'Neighbour',
      cell: (row) => <Neighbor row={row} />,
      sort: otherName,
      text: otherName,
    },
    {
      id: 'kind',
      title: 'Kind',
      width: '150px',
      hide: 'medium',
      cell: ({ link }) => (
        <span class="quiet">
          {LINK_KIND_WORDS[link.kind]}
          {link.speedBps !== undefined && ` ${formatQuantity(link.speedBps, 'bits_per_second')}`}
        </span>
      ),
      sort: ({ link }) => link.speedBps,
      text: ({ link }) => LINK_KIND_WORDS[link.kind],
    },
    {
      id: 'sure',
      title: 'How sure',
      width: '124px',
      cell: (row) => <Sure row={row} />,
      sort: ({ link }) => link.confidence,
      text: ({ link }) => Math.round(link.confidence * 100),
    },
    {
      id: 'since',
      title: 'Here for',
      width: '96px',
      hide: 'small',
      cell: ({ link }) => <Since at={link.since} />,
      sort: ({ link }) => -link.since,
      text: ({ link }) => new Date(link.since).toISOString(),
    },
  ]
}

function Neighbor({ row }: { row: Row }): JSX.Element {
  const { other, there } = row
  const known = devices.value
  const state = known.kind === 'ready' && other?.device !== undefined ? known.value.get(other.device)?.state : undefined
  return (
    <>
      <span class="neighbor">
        {state !== undefined && <StateMark kind={state} bare />}
        {other?.device === undefined ? (
          <span class="cut">{otherName(row)}</span>
        ) : (
          <a class="name cut" href={hrefOf({ kind: 'device', id: other.device })}>
            {other.name}
          </a>
        )}
      </span>
      <span class="second">{there.port ?? 'port not known'}</span>
    </>
  )
}

/** The evidence, shown under the pointer or the keyboard's focus. */
function Sure({ row: { link } }: { row: Row }): JSX.Element {
  const words = link.evidence.map((one) => `${one.kind.toUpperCase()}: ${one.text}`)
  return (
    <span class="believed">
      <span class="quiet">{sureWords(link.confidence)}</span>
      <button
        type="button"
        class="icon-button small"
        aria-label="Why this link is believed"
        {...hintOn(words.length === 0 ? 'No evidence is told.' : words.join('\n'))}
      >
        <Icon name="info" />
      </button>
    </span>
  )
}
