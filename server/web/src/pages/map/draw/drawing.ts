import { type MapBox, type MapMark, type MapPicture, type MapWire, membersOf } from '../graph/map-picture.ts'
import { isBroken } from '../graph/node-state.ts'
import type { Layout, Point, Size } from '../layout/layered-layout.ts'
import { hopWord, type LitWay, wayLooks } from '../way/lit-way.ts'
import { markGlyph, markLabel, markRoom, shortName } from './mark-look.ts'
import { isNarrow, pictureLayout } from './picture-layout.ts'
import { isDoubtful, useStep, wireLabel, wireSpeed, wireState, wireWidth } from './wire-look.ts'

/** Everything with its place, its words and its look by name: what draws it decides nothing. */
export type Drawing = { readonly nodes: readonly DrawnNode[]; readonly wires: readonly DrawnWire[] }

export type DrawnNode = {
  readonly id: string
  readonly kind: 'node' | 'group' | 'box' | 'title'
  /** Middle of the shape. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly label: string
  readonly glyph: string | undefined
  readonly looks: readonly string[]
}
export type DrawnWire = {
  readonly id: string
  readonly a: string
  readonly b: string
  readonly width: number
  readonly label: string
  readonly looks: readonly string[]
}

/** What a moment differs in from another, by id of node or link. */
export type Marked = {
  readonly added: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
  readonly moved: ReadonlySet<string>
}

export type DrawingWish = {
  readonly room: Size
  /** Nodes that failed themselves. */
  readonly causes: ReadonlySet<string>
  /** Links that failed themselves. */
  readonly broken: ReadonlySet<string>
  /** Share of the speed that is used, by link; absent where it is not measured. */
  readonly use: ReadonlyMap<string, number>
  readonly vlan: number | undefined
  readonly marked: Marked | undefined
  /** Saved places, by node. */
  readonly saved: ReadonlyMap<string, Point>
  readonly selected: string | undefined
  readonly way: LitWay | undefined
}

const SHAPE = { node: 30, cause: 44, wrong: 36, leafs: 26, group: 34 } as const

export function drawingOf(picture: MapPicture, wish: DrawingWish): Drawing {
  const layout = pictureLayout(picture, wish.room)
  const nodes = picture.marks.map((mark) => drawnMark(mark, layout, wish))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const boxes = drawnBoxes(picture, { layout, byId, wish })
  const quiet = new Set(picture.marks.filter((mark) => mark.state === 'behind-failure').map((mark) => mark.id))
  return {
    nodes: [...boxes, ...nodes],
    wires: picture.wires.map((wire) => drawnWire(wire, wish, quiet)),
  }
}

function drawnMark(mark: MapMark, layout: Layout, wish: DrawingWish): DrawnNode {
  const narrow = isNarrow(wish.room)
  const room = markRoom(mark, narrow)
  const cause = membersOf(mark).some((id) => wish.causes.has(id))
  const size = shapeSize(mark, cause)
  const middle = layout.marks.get(mark.id) ?? { x: 0, y: 0 }
  const saved = mark.kind === 'node' ? wish.saved.get(mark.id) : undefined
  const { x, y } = saved ?? { x: middle.x, y: middle.y - room.height / 2 + SHAPE.group / 2 }
  const looks = [
    mark.kind === 'group' ? mark.what : mark.node.kind,
    mark.state,
    ...(cause ? ['cause'] : []),
    ...(wish.selected === mark.id ? ['selected'] : []),
    ...markedLooks(membersOf(mark), wish.marked),
    ...wayLooks(membersOf(mark), wish.way),
  ]
  return {
    id: mark.id,
    kind: mark.kind,
    x,
    y,
    width: mark.kind === 'group' && mark.what !== 'leafs' ? size * 1.6 : size,
    height: size,
    label: `${markLabel(mark, { causes: wish.causes, narrow })}${hopWord(membersOf(mark), wish.way)}`,
    glyph: markGlyph(mark),
    looks,
  }
}

function shapeSize(mark: MapMark, cause: boolean): number {
  if (cause && mark.kind === 'node') return SHAPE.cause
  if (mark.kind === 'group') return mark.what === 'leafs' ? SHAPE.leafs : SHAPE.group
  return isBroken(mark.state) ? SHAPE.wrong : SHAPE.node
}

const TITLE = { width: 2, height: 2, looks: ['title'] } as const
/** The mark that bears the name of a frame. */
export const titleOf = (box: string): string => `title ${box}`

const TITLE_INSET = 12
/** About how wide a letter of a frame's name is drawn. */
const LETTER_WIDTH = { site: 11, place: 7.2 } as const
const MOST_TITLE_LETTERS = 44
const LEAST_TITLE_LETTERS = 6

const AROUND_BOX = { side: 14, top: 44, bottom: 52 } as const
const HALF_LABEL = 56

/** Frames around what is in them, where it really is: marks may have been moved by hand. */
type BoxParts = {
  readonly layout: Layout
  readonly byId: ReadonlyMap<string, DrawnNode>
  readonly wish: DrawingWish
}

function drawnBoxes(picture: MapPicture, { layout, byId, wish }: BoxParts): readonly DrawnNode[] {
  const inside = new Map<string, DrawnNode[]>()
  for (const mark of picture.marks) {
    const node = byId.get(mark.id)
    if (mark.box === undefined || node === undefined) continue
    inside.set(mark.box, [...(inside.get(mark.box) ?? []), node])
  }
  const moved = (box: MapBox): boolean => (inside.get(box.id) ?? []).some((node) => isAway(node, box, layout))
  return picture.boxes.flatMap((box) => {
    const planned = layout.boxes.get(box.id)
    if (planned === undefined) return []
    const rect = moved(box) ? around(inside.get(box.id) ?? [], planned) : planned
    const selected = wish.selected === box.id ? ['selected'] : []
    const label = titleText(box, rect.width)
    const shared = { glyph: undefined, looks: [box.what, 'frame', ...selected] }
    const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2]
    return [
      { ...shared, id: box.id, kind: 'box' as const, x, y, width: rect.width, height: rect.height, label: '' },
      // The name is drawn above the wires, the frame below them.
      {
        ...shared,
        id: titleOf(box.id),
        kind: 'title' as const,
        x: rect.x + TITLE_INSET,
        y: rect.y + 16,
        ...TITLE,
        label,
      },
    ]
  })
}

/** The name of a frame, as much of it as its width holds, and always how many are in it. */
function titleText(box: MapBox, width: number): string {
  const letter = box.what === 'site' ? LETTER_WIDTH.site : LETTER_WIDTH.place
  const size = ` · ${box.members.length}`
  const most = Math.min(MOST_TITLE_LETTERS, Math.floor((width - 2 * TITLE_INSET) / letter)) - size.length
  return `${shortName(box.name, Math.max(LEAST_TITLE_LETTERS, most))}${size}`
}

function isAway(node: DrawnNode, box: MapBox, layout: Layout): boolean {
  const rect = layout.boxes.get(box.id)
  if (rect === undefined) return false
  return node.x < rect.x || node.x > rect.x + rect.width || node.y < rect.y || node.y > rect.y + rect.height
}

type Frame = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

function around(nodes: readonly DrawnNode[], planned: Frame): Frame {
  if (nodes.length === 0) return planned
  const left = Math.min(...nodes.map((node) => node.x)) - HALF_LABEL - AROUND_BOX.side
  const right = Math.max(...nodes.map((node) => node.x)) + HALF_LABEL + AROUND_BOX.side
  const top = Math.min(...nodes.map((node) => node.y)) - AROUND_BOX.top
  const bottom = Math.max(...nodes.map((node) => node.y)) + AROUND_BOX.bottom
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function drawnWire(wire: MapWire, wish: DrawingWish, quiet: ReadonlySet<string>): DrawnWire {
  const ids = wire.links.map((link) => link.id)
  const used = ids.map((id) => wish.use.get(id)).filter((ratio) => ratio !== undefined)
  const state = wireState(wire)
  const inVlan = wish.vlan === undefined || wire.links.some((link) => link.vlans.includes(wish.vlan ?? 0))
  const looks = [
    `link-${state}`,
    `use-${useStep(used.length === 0 ? undefined : Math.max(...used))}`,
    ...(isDoubtful(wire) ? ['doubtful'] : []),
    ...(wire.links.every((link) => link.kind === 'wireless') ? ['wireless'] : []),
    ...(ids.some((id) => wish.broken.has(id)) ? ['cause'] : []),
    ...(quiet.has(wire.a) || quiet.has(wire.b) ? ['quiet'] : []),
    ...(inVlan ? [] : ['outside']),
    ...(wish.selected === wire.id ? ['selected'] : []),
    ...markedLooks(ids, wish.marked),
    ...wayLooks(ids, wish.way),
  ]
  // Where something is cut off as a whole, the word stands at the cause alone.
  const label = looks.includes('quiet') ? '' : wireLabel(wire)
  return { id: wire.id, a: wire.a, b: wire.b, width: wireWidth(wireSpeed(wire)), label, looks }
}

function markedLooks(ids: readonly string[], marked: Marked | undefined): readonly string[] {
  if (marked === undefined) return []
  if (ids.some((id) => marked.moved.has(id))) return ['moved']
  if (ids.some((id) => marked.added.has(id))) return ['added']
  return ids.some((id) => marked.removed.has(id)) ? ['removed'] : ['same']
}
