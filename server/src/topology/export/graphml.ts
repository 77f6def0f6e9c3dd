import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'

type Value = string | number | undefined
type Field<T> = readonly [name: string, type: 'string' | 'double' | 'long', read: (one: T) => Value]

const NODE_FIELDS: readonly Field<TopologyNode>[] = [
  ['name', 'string', (node) => node.name],
  ['kind', 'string', (node) => node.kind],
  ['role', 'string', (node) => node.role],
  ['site', 'string', (node) => node.site],
  ['place', 'string', (node) => node.place],
  ['device', 'string', (node) => node.device],
]
const LINK_FIELDS: readonly Field<TopologyLink>[] = [
  ['layer', 'string', (link) => link.layer],
  ['link_kind', 'string', (link) => link.kind],
  ['state', 'string', (link) => link.state],
  ['source_port', 'string', (link) => link.a.port],
  ['target_port', 'string', (link) => link.b.port],
  ['confidence', 'double', (link) => link.confidence],
  ['speed_bps', 'double', (link) => link.speedBps],
  ['cables', 'long', (link) => Math.max(1, link.members.length)],
  ['vlans', 'string', (link) => link.vlans.join(',')],
  ['evidence', 'string', (link) => [...new Set(link.evidence.map(({ kind }) => kind))].join(',')],
  ['since', 'string', (link) => new Date(link.since).toISOString()],
]

export function graphmlOf({ nodes, links, at, seq }: TopologyGraph): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...NODE_FIELDS.map(([name, type]) => keyLine('node', name, type)),
    ...LINK_FIELDS.map(([name, type]) => keyLine('edge', name, type)),
    `  <desc>EyeNet, ${new Date(at).toISOString()}, event ${seq}</desc>`,
    '  <graph id="topology" edgedefault="undirected">',
    ...nodes.map((node) => `    <node id="${escaped(node.id)}">${dataOf(NODE_FIELDS, node)}</node>`),
    ...links.map(
      (link) =>
        `    <edge id="${escaped(link.id)}" source="${escaped(link.a.node)}" target="${escaped(link.b.node)}">${dataOf(LINK_FIELDS, link)}</edge>`,
    ),
    '  </graph>',
    '</graphml>',
  ]
  return `${lines.join('\n')}\n`
}

function keyLine(of: 'node' | 'edge', name: string, type: string): string {
  return `  <key id="${name}" for="${of}" attr.name="${name}" attr.type="${type}"/>`
}

function dataOf<T>(fields: readonly Field<T>[], one: T): string {
  return fields
    .flatMap(([name, , read]) => {
      const value = read(one)
      return value === undefined || value === '' ? [] : [`<data key="${name}">${escaped(String(value))}</data>`]
    })
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML 1.0 has no way to write most control characters and half of a surrogate pair: they are left out. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\p{Cc}|[\uFFFE\uFFFF]/gu, ' ')
    .replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '')
}
