import type { MapMark } from '../graph/map-picture.ts'
import type { NodeState } from '../graph/node-state.ts'
import type { Size } from '../layout/layered-layout.ts'

/** Room that a mark takes with its words beneath, pixels: as wide as its name, so that short names stand close. */
const HEIGHTS = { node: 68, leafs: 60, group: 78 } as const
const WIDTHS = {
  wide: { node: [92, 128], leafs: [104, 128], group: [108, 168] },
  narrow: { node: [88, 98], leafs: [98, 98], group: [96, 116] },
} as const
/** About how wide a letter is drawn, and what is left free beside a name. */
const LETTER_PX = { node: 6.6, leafs: 6.2, group: 8 } as const
const BESIDE_NAME = 8
const MOST_LETTERS = { wide: 20, narrow: 16 } as const
const MOST_GROUP_LETTERS = { wide: 24, narrow: 16 } as const

export function markRoom(mark: MapMark, narrow: boolean): Size {
  const kind = mark.kind === 'node' ? 'node' : mark.what === 'leafs' ? 'leafs' : 'group'
  const [least, most] = WIDTHS[narrow ? 'narrow' : 'wide'][kind]
  const wish = Math.ceil(mark.name.length * LETTER_PX[kind]) + BESIDE_NAME
  return { width: Math.min(most, Math.max(least, wish)), height: HEIGHTS[kind] }
}

export const STATE_WORDS: Readonly<Record<NodeState, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  unknown: 'Unknown',
  'behind-failure': 'Unreachable',
  ok: 'OK',
  plain: '',
}

/** What a group says of those in it: the worst first. */
const COUNT_WORDS: Readonly<Record<NodeState, string>> = {
  critical: 'critical',
  warning: 'warning',
  unknown: 'unknown',
  'behind-failure': 'unreachable',
  ok: 'OK',
  plain: 'not asked',
}
const TOLD_OF_GROUP = ['critical', 'warning', 'unknown', 'behind-failure'] as const

type LabelWish = { readonly causes: ReadonlySet<string>; readonly narrow: boolean }

/** Two lines at most: the name, and what is the matter. */
export function markLabel(mark: MapMark, { causes, narrow }: LabelWish): string {
  const size = narrow ? 'narrow' : 'wide'
  if (mark.kind === 'node') {
    const name = shortName(mark.name, MOST_LETTERS[size])
    const word = causes.has(mark.id) ? 'Cause' : STATE_WORDS[mark.state]
    return mark.state === 'ok' || word === '' ? name : `${name}\n${word}`
  }
  const wrong = TOLD_OF_GROUP.filter((state) => mark.counts[state] > 0)
    .slice(0, 2)
    .map((state) => `${mark.counts[state]} ${COUNT_WORDS[state]}`)
  if (mark.what === 'leafs') {
    const all = wrong.length === 1 && mark.counts[mark.state] === mark.members.length
    return all ? `${mark.name}\n${COUNT_WORDS[mark.state]}` : [mark.name, ...wrong].join('\n')
  }
  const name = shortName(mark.name, MOST_GROUP_LETTERS[size])
  const many = `${mark.members.length} devices`
  return `${name}\n${wrong.length === 0 ? many : wrong.join(narrow ? '\n' : ', ')}`
}

/** Names of devices are whatever somebody typed: control characters go, and what is long is cut in the middle. */
export function shortName(name: string, most: number): string {
  const plain = name.replace(/[\p{C}\s]+/gu, ' ').trim()
  const letters = [...plain]
  if (letters.length <= most) return plain
  const tail = Math.floor(most / 3)
  return `${letters.slice(0, most - tail - 1).join('')}…${letters.slice(-tail).join('')}`
}

const GLYPHS: Readonly<Record<string, string>> = {
  router: 'router',
  switch: 'switch',
  firewall: 'firewall',
  'access-point': 'access-point',
  'wireless-controller': 'access-point',
  'load-balancer': 'switch',
  server: 'server',
  hypervisor: 'server',
  storage: 'storage',
  workstation: 'workstation',
  printer: 'printer',
  ups: 'ups',
  pdu: 'ups',
  camera: 'camera',
  phone: 'phone',
}

/** The name of its picture in /glyphs. */
export function markGlyph(mark: MapMark): string {
  if (mark.kind === 'group') return mark.what === 'leafs' ? 'many' : mark.what
  if (mark.node.kind === 'unmanaged') return 'switch'
  if (mark.node.kind === 'segment') return 'segment'
  return GLYPHS[mark.node.role] ?? 'device'
}
