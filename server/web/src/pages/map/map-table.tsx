import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { Empty } from '../../parts/notes.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { type Column, filterRows, sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { ExportButton } from '../../table/export-button.tsx'
import type { KnownMap } from './data/use-map.ts'
import { STATE_WORDS } from './draw/mark-look.ts'
import { LINK_STATE_WORDS } from './draw/wire-look.ts'
import { type NodeState, STATE_RANK } from './graph/node-state.ts'
import type { MapAddress } from './map-address.ts'
import { sureWords } from './map-words.ts'

type Row = {
  readonly node: TopologyNode
  readonly state: NodeState
  readonly links: readonly TopologyLink[]
  readonly text: string
}

type Props = {
  readonly map: KnownMap
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

/** Typed into the filter, it lists what is linked to nothing. */
const UNLINKED = 'unlinked'

/** The same network without a picture: every device with its state and what it is linked to. */
export function MapTable({ map, address, change }: Props): JSX.Element {
  const sorting = useSignal({ column: 'state', descending: false })
  const rows = tableRows(map)
  const found = filterRows(rows, address.find, (row) => row.text)
  const columns = tableColumns(map)
  const sorted = sortRows(found, columns, sorting.value)
  return (
    <div class="map-table">
      <div class="section-head">
        <span class="faint" role="status">
          {found.length === rows.length ? rows.length : `${found.length} of ${rows.length}`}
        </span>
        <div class="end tools">
          <input
            class="input filter"
            type="search"
            placeholder="Name, place, state or neighbour"
            aria-label="Filter the table"
            value={address.find}
            onInput={(event) => change({ find: event.currentTarget.value })}
          />
          <ExportButton name="topology" columns={columns} rows={sorted} />
        </div>
      </div>
      {sorted.length === 0 ? (
        <div class="panel">
          <Empty title="Nothing fits">{`None of the ${rows.length} contains “${address.find}”.`}</Empty>
        </div>
      ) : (
        <DataTable
          caption="Devices and what they are linked to"
          fill
          columns={columns}
          rows={sorted}
          keyOf={(row) => row.node.id}
          sorting={sorting.value}
          onSort={put(sorting)}
          onOpen={(row) => change({ pick: row.node.id })}
        />
      )}
    </div>
  )
}

function tableRows({ tree, links }: KnownMap): readonly Row[] {
  const byNode = new Map<string, TopologyLink[]>()
  for (const link of links) {
    for (const id of new Set([link.a.node, link.b.node])) {
      const known = byNode.get(id)
      if (known === undefined) byNode.set(id, [link])
      else known.push(link)
    }
  }
  return [...tree.nodes.values()].map((node) => {
    const own = byNode.get(node.id) ?? []
    const state = tree.states.get(node.id) ?? 'plain'
    const names = own.map((link) => tree.nodes.get(link.a.node === node.id ? link.b.node : link.a.node)?.name ?? '')
    const alone = own.length === 0 ? UNLINKED : ''
    const text = [node.name, node.site, node.place, node.role, STATE_WORDS[state], alone, ...names].join(' ')
    return { node, state, links: own, text }
  })
}

function tableColumns({ tree }: KnownMap): readonly Column<Row>[] {
  const neighborsOf = (row: Row): readonly string[] =>
    row.links.map((link) => {
      const [here, there] = link.a.node === row.node.id ? [link.a, link.b] : [link.b, link.a]
      const state = link.state === 'up' ? '' : `, ${LINK_STATE_WORDS[link.state]}`
      const doubt = link.confidence < 1 ? `, ${sureWords(link.confidence)}` : ''
      return `${tree.nodes.get(there.node)?.name ?? there.node} (${here.port ?? '?'} – ${there.port ?? '?'}${state}${doubt})`
    })
  return [
    {
      id: 'state',
      title: 'State',
      width: '140px',
      cell: ({ state }) =>
        state === 'plain' ? <span class="faint">not asked</span> : <StateMark kind={state} word={STATE_WORDS[state]} />,
      sort: ({ state }) => STATE_RANK[state],
      text: ({ state }) => state,
    },
    {
      id: 'name',
      title: 'Name',
      cell: ({ node }) =>
        node.device === undefined ? (
          <span class="cut">{node.name}</span>
        ) : (
          <a class="name" href={hrefOf({ kind: 'device', id: node.device })}>
            {node.name}
          </a>
        ),
      sort: ({ node }) => node.name,
      text: ({ node }) => node.name,
    },
    {
      id: 'role',
      title: 'Role',
      width: '110px',
      hide: 'medium',
      cell: ({ node }) => <span class="quiet">{node.role}</span>,
      sort: ({ node }) => node.role,
      text: ({ node }) => node.role,
    },
    {
      id: 'place',
      title: 'Where',
      hide: 'medium',
      cell: ({ node }) => <span class="quiet cut">{[node.site, node.place].filter(Boolean).join(', ')}</span>,
      sort: ({ node }) => `${node.site ?? ''} ${node.place}`,
      text: ({ node }) => [node.site, node.place].filter(Boolean).join(', '),
    },
    {
      id: 'hops',
      title: 'From core',
      width: '96px',
      number: true,
      hide: 'small',
      cell: ({ node }) => tree.distance.get(node.id) ?? <span class="none">–</span>,
      sort: ({ node }) => tree.distance.get(node.id),
      text: ({ node }) => tree.distance.get(node.id),
    },
    {
      id: 'neighbors',
      title: 'Linked to',
      cell: (row) => {
        const all = neighborsOf(row)
        return all.length === 0 ? (
          <span class="faint">nothing</span>
        ) : (
          <span class="cut" title={all.join('\n')}>
            <strong>{all.length}</strong> {all.join(' · ')}
          </span>
        )
      },
      sort: (row) => row.links.length,
      text: (row) => neighborsOf(row).join('; '),
      largestFirst: true,
    },
  ]
}
