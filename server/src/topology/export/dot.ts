import type { TopologyGraph, TopologyLink } from '@eyenet/shared/api'

const SHAPES = { device: 'box', unmanaged: 'diamond', heard: 'ellipse', segment: 'oval' } as const
/** Below it a link is drawn as doubtful. */
const SURE = 0.7

/** For Graphviz, as `dot` or `fdp` read it: every name is a quoted string, none is HTML. */
export function dotOf({ nodes, links }: TopologyGraph): string {
  const lines = [
    'graph topology {',
    '  graph [overlap=false, splines=true];',
    ...nodes.map((node) => {
      const label = node.role === 'unknown' ? node.name : `${node.name}\n${node.role}`
      return `  ${quoted(node.id)} [label=${quoted(label)}, shape=${SHAPES[node.kind]}];`
    }),
    ...links.map((link) => {
      const attributes = [
        ...(link.a.port === undefined ? [] : [`taillabel=${quoted(link.a.port)}`]),
        ...(link.b.port === undefined ? [] : [`headlabel=${quoted(link.b.port)}`]),
        `style=${styleOf(link)}`,
        ...(link.state === 'down' || link.state === 'lost' ? ['color=red'] : []),
        ...(link.members.length > 1 ? [`label=${quoted(`${link.members.length} cables`)}`] : []),
      ]
      return `  ${quoted(link.a.node)} -- ${quoted(link.b.node)} [${attributes.join(', ')}];`
    }),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

function styleOf({ confidence, state, kind }: TopologyLink): string {
  if (confidence < SURE) return 'dashed'
  if (state === 'blocked') return 'dotted'
  return kind === 'bundle' ? 'bold' : 'solid'
}

/** In a quoted string a backslash begins an escape of Graphviz, which a name must not. */
function quoted(text: string): string {
  const [first = '', ...more] = text.replace(/\p{Cs}/gu, '\ufffd').split('\n')
  const lines = [first, ...more].map((line) =>
    line
      .replace(/\p{Cc}/gu, ' ')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  )
  return `"${lines.join('\\n')}"`
}
