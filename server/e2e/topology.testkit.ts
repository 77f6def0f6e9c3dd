import { TopologyGraph, type TopologyNode } from '@eyenet/shared/api'
import type { ServerProcess } from './server-process.testkit.ts'

export const graphOf = (server: ServerProcess): Promise<TopologyGraph> =>
  server.api.get('/api/v1/topology?layer=l2', TopologyGraph)

/** Links as `a port - b port` in the order of names, without domains; an end at what nobody asks is `*`. */
export function linesOf(graph: TopologyGraph): readonly string[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const endText = (node: TopologyNode | undefined, port: string | undefined) =>
    node?.kind === 'device' ? `${shortName(node.name)} ${port ?? '?'}` : '*'
  return graph.links
    .map(({ a, b }) => [endText(nodes.get(a.node), a.port), endText(nodes.get(b.node), b.port)].sort().join(' - '))
    .sort()
}

export const shortName = (name: string): string => name.split('.')[0] ?? name
