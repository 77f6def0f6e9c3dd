/** The graph as files for other programs. Names are what devices say of themselves: each format quotes them. */
import type { TopologyGraph } from '@eyenet/shared/api'
import { dotOf } from './dot.ts'
import { graphmlOf } from './graphml.ts'

export const EXPORT_FORMATS = ['graphml', 'dot', 'json'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export type ExportedGraph = { readonly text: string; readonly mediaType: string; readonly file: string }

/** GraphML (graphml.graphdrawing.org), DOT of Graphviz, or JSON as GET /api/v1/topology has it. Pure. */
export function exportGraph(graph: TopologyGraph, format: ExportFormat): ExportedGraph {
  switch (format) {
    case 'graphml':
      return { text: graphmlOf(graph), mediaType: 'application/graphml+xml; charset=utf-8', file: 'topology.graphml' }
    case 'dot':
      return { text: dotOf(graph), mediaType: 'text/vnd.graphviz; charset=utf-8', file: 'topology.dot' }
    case 'json':
      return { text: JSON.stringify(graph, undefined, 2), mediaType: 'application/json', file: 'topology.json' }
  }
}
