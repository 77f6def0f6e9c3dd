import type { Drawing, DrawnNode, DrawnWire } from './drawing.ts'
import type { Palette } from './map-palette.ts'

const AROUND = 80

/** The drawing as an SVG document. Names of devices are hostile: they are text of it, never markup. */
export function drawingSvg(drawing: Drawing, colours: Palette): string {
  const byId = new Map(drawing.nodes.map((node) => [node.id, node]))
  const left = Math.min(0, ...drawing.nodes.map((node) => node.x - node.width / 2)) - AROUND
  const top = Math.min(0, ...drawing.nodes.map((node) => node.y - node.height / 2)) - AROUND
  const right = Math.max(0, ...drawing.nodes.map((node) => node.x + node.width / 2)) + AROUND
  const bottom = Math.max(0, ...drawing.nodes.map((node) => node.y + node.height / 2)) + AROUND
  const [width, height] = [round(right - left), round(bottom - top)]
  const boxes = drawing.nodes.filter((node) => node.kind === 'box')
  const marks = drawing.nodes.filter((node) => node.kind === 'node' || node.kind === 'group')
  const titles = drawing.nodes.filter((node) => node.kind === 'title')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${round(left)} ${round(top)} ${width} ${height}" font-family="sans-serif" font-size="11.5">`,
    `<rect x="${round(left)}" y="${round(top)}" width="${width}" height="${height}" fill="${xml(colours.bg)}"/>`,
    ...boxes.map((box) => boxSvg(box, colours)),
    ...drawing.wires.map((wire) => wireSvg(wire, { byId, colours })),
    ...titles.map((title) => titleSvg(title, colours)),
    ...marks.map((mark) => markSvg(mark, colours)),
    '</svg>',
    '',
  ].join('\n')
}

const round = (value: number): number => Math.round(value * 10) / 10

/** Text for XML 1.0: markup escaped, what is no character of XML left out. */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&apos;')
}

function boxSvg(box: DrawnNode, colours: Palette): string {
  const [x, y] = [box.x - box.width / 2, box.y - box.height / 2]
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(box.width)}" height="${round(box.height)}" rx="8" fill="${xml(colours.surface)}" stroke="${xml(colours.line)}"/>`
}

const titleSvg = ({ x, y, label }: DrawnNode, colours: Palette): string =>
  `<text x="${round(x)}" y="${round(y + 4)}" font-weight="600" fill="${xml(colours['ink-2'])}">${xml(label)}</text>`

const STATE_FILL = {
  critical: ['critical-solid', 'critical-solid', 'critical'],
  warning: ['warning-wash', 'warning-solid', 'warning'],
  unknown: ['unknown-wash', 'unknown', 'unknown'],
  'behind-failure': ['behind-wash', 'behind', 'behind'],
} as const

function markSvg(mark: DrawnNode, colours: Palette): string {
  const state = (['critical', 'warning', 'unknown', 'behind-failure'] as const).find((one) => mark.looks.includes(one))
  const [fill, stroke, ink] = state === undefined ? (['surface', 'line-strong', 'ink-2'] as const) : STATE_FILL[state]
  const shape = `fill="${xml(colours[fill])}" stroke="${xml(colours[stroke])}" stroke-width="2"${state === 'unknown' || state === 'behind-failure' ? ' stroke-dasharray="4 3"' : ''}`
  const lines = mark.label
    .split('\n')
    .map(
      (line, at) =>
        `<text x="${round(mark.x)}" y="${round(mark.y + mark.height / 2 + 14 + at * 14)}" text-anchor="middle" fill="${xml(colours[ink])}"${at === 0 ? '' : ' font-weight="600"'}>${xml(line)}</text>`,
    )
  return `<polygon points="${corners(mark, state)}" ${shape}/>${lines.join('')}`
}

/** The same shapes as on the screen: eight corners are critical, five a warning, four on the point unreachable. */
function corners({ x, y, width, height }: DrawnNode, state: keyof typeof STATE_FILL | undefined): string {
  const count = state === 'critical' ? 8 : state === 'warning' ? 5 : state === 'unknown' ? 24 : 4
  const turned = state === 'critical' ? Math.PI / 8 : state === undefined ? Math.PI / 4 : 0
  const reach = state === undefined ? Math.SQRT2 : 1.08
  return Array.from({ length: count }, (_, at) => {
    const angle = turned - Math.PI / 2 + (at * 2 * Math.PI) / count
    return `${round(x + (Math.cos(angle) * width * reach) / 2)},${round(y + (Math.sin(angle) * height * reach) / 2)}`
  }).join(' ')
}

const WIRE_INK = [
  ['link-down', 'critical-solid', '14 6'],
  ['link-lost', 'unknown', '3 7'],
  ['link-blocked', 'ink-3', '2 4'],
  ['use-full', 'use-full', ''],
  ['use-busy', 'use-busy', ''],
  ['use-used', 'use-used', ''],
  ['use-idle', 'use-idle', ''],
] as const

function wireSvg(
  wire: DrawnWire,
  { byId, colours }: { byId: ReadonlyMap<string, DrawnNode>; colours: Palette },
): string {
  const [a, b] = [byId.get(wire.a), byId.get(wire.b)]
  if (a === undefined || b === undefined) return ''
  const [, ink = 'line-strong', dash = ''] = WIRE_INK.find(([look]) => wire.looks.includes(look)) ?? []
  const dashes = dash === '' && wire.looks.includes('doubtful') ? '7 6' : dash
  const label =
    wire.label === ''
      ? ''
      : `<text x="${round((a.x + b.x) / 2)}" y="${round((a.y + b.y) / 2)}" text-anchor="middle" font-size="10" fill="${xml(colours[ink])}">${xml(wire.label)}</text>`
  return `<line x1="${round(a.x)}" y1="${round(a.y)}" x2="${round(b.x)}" y2="${round(b.y)}" stroke="${xml(colours[ink])}" stroke-width="${round(wire.width)}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/>${label}`
}
