import { type Layer, orderLayers } from './order-layers.ts'
import { spreadRow } from './spread-row.ts'

export type Size = { readonly width: number; readonly height: number }
export type Point = { readonly x: number; readonly y: number }
export type Rect = Point & Size

export type LayoutMark = Size & {
  readonly id: string
  readonly box: string | undefined
  /** Hops from the core; absent where it is linked to nothing. */
  readonly distance?: number
  /** Hangs beneath the one that it is linked to, if that is but one. */
  readonly hangs: boolean
}

/** What is to be placed: marks, the frames around them, and who is linked to whom. Sizes in pixels. */
export type LayoutInput = {
  readonly marks: readonly LayoutMark[]
  readonly boxes: readonly { readonly id: string; readonly parent: string | undefined }[]
  readonly wires: readonly { readonly a: string; readonly b: string }[]
  /** The room that there is. */
  readonly room: Size
}

/** Middles of the marks, and the frames. */
export type Layout = { readonly marks: ReadonlyMap<string, Point>; readonly boxes: ReadonlyMap<string, Rect> }

/** Building 2 stands before Building 10. */
const BY_ID = new Intl.Collator('en', { numeric: true })

const BETWEEN_LAYERS = 46
const BETWEEN_ROWS = 22
const BETWEEN_MARKS = 14
const BETWEEN_BOXES = 26
/** Room inside a frame; its name stands at the top. */
const FRAME = { side: 14, top: 30, bottom: 12 } as const

/**
 * Places marks in layers by their distance from the core, the core at the top; frames are laid out in themselves and then
 * placed like marks. Leafs hang beneath the one that they are linked to. Rows that are too wide for the room are broken.
 * Deterministic: no chance and no time in it, and ties are broken by id, so that a small change moves little.
 */
export function layeredLayout(input: LayoutInput): Layout {
  const blocks = new Map<string, Block>()
  const kidsOf = childrenOf(input)
  const root = layOut(undefined, { input, kidsOf, blocks })
  const marks = new Map<string, Point>()
  const boxes = new Map<string, Rect>()
  place(root, { x: -root.width / 2, y: -root.height / 2 }, { marks, boxes, blocks })
  return { marks, boxes }
}

/** A frame that is laid out in itself: where its children are, from its own top left corner. */
type Block = Size & { readonly children: readonly (Rect & { readonly id: string; readonly isBox: boolean })[] }
type Child = Size & { readonly id: string; readonly isBox: boolean; readonly hangs: boolean; readonly rank: number }
type Work = {
  readonly input: LayoutInput
  readonly kidsOf: ReadonlyMap<string | undefined, readonly Kid[]>
  readonly blocks: Map<string, Block>
}
type Kid = { readonly id: string; readonly isBox: boolean }

function childrenOf({ marks, boxes }: LayoutInput): ReadonlyMap<string | undefined, readonly Kid[]> {
  const kids = new Map<string | undefined, Kid[]>()
  const add = (parent: string | undefined, kid: Kid): void => {
    const known = kids.get(parent)
    if (known === undefined) kids.set(parent, [kid])
    else known.push(kid)
  }
  for (const box of boxes) add(box.parent, { id: box.id, isBox: true })
  for (const mark of marks) add(mark.box, { id: mark.id, isBox: false })
  return kids
}

function layOut(box: string | undefined, work: Work): Block {
  const { input, kidsOf, blocks } = work
  const kids = [...(kidsOf.get(box) ?? [])].sort((a, b) => BY_ID.compare(a.id, b.id))
  const marks = new Map(input.marks.map((mark) => [mark.id, mark]))
  const ranks = rankOfKids(kids, work)
  const children = kids.map((kid): Child => {
    const size = kid.isBox ? layOut(kid.id, work) : (marks.get(kid.id) ?? { width: 0, height: 0 })
    const hangs = marks.get(kid.id)?.hangs === true
    const rank = ranks.get(kid.id) ?? Number.POSITIVE_INFINITY
    return { ...kid, hangs, rank, width: size.width, height: size.height }
  })
  // What is inside a frame takes as little room as can be; the whole need not be smaller than the room that there is.
  const enough = box === undefined ? input.room.height : 0
  const aspect = input.room.width / Math.max(1, input.room.height)
  const inner = arrange(children, pairsAmong(children, work, box), { aspect, enough })
  const frame = box === undefined ? { side: 0, top: 0, bottom: 0 } : FRAME
  const block = {
    width: inner.width + 2 * frame.side,
    height: inner.height + frame.top + frame.bottom,
    children: inner.children.map((one) => ({ ...one, x: one.x + frame.side, y: one.y + frame.top })),
  }
  if (box !== undefined) blocks.set(box, block)
  return block
}

/** The least distance of anything in it. */
function rankOfKids(kids: readonly Kid[], { input, kidsOf }: Work): ReadonlyMap<string, number> {
  const distance = new Map(input.marks.map((mark) => [mark.id, mark.distance ?? Number.POSITIVE_INFINITY]))
  const rankOf = (kid: Kid): number =>
    kid.isBox
      ? Math.min(Number.POSITIVE_INFINITY, ...(kidsOf.get(kid.id) ?? []).map(rankOf))
      : (distance.get(kid.id) ?? Number.POSITIVE_INFINITY)
  return new Map(kids.map((kid) => [kid.id, rankOf(kid)]))
}

type Links = ReadonlyMap<string, ReadonlySet<string>>

/** Who is linked to whom among the children of one frame, whatever is inside them. */
function pairsAmong(children: readonly Child[], { input }: Work, box: string | undefined): Links {
  const parentOf = new Map<string, string | undefined>([
    ...input.marks.map((mark) => [mark.id, mark.box] as const),
    ...input.boxes.map((one) => [one.id, one.parent] as const),
  ])
  const links = new Map<string, Set<string>>(children.map((child) => [child.id, new Set()]))
  const childWith = (id: string): string | undefined => {
    let here: string | undefined = id
    while (here !== undefined && parentOf.get(here) !== box) here = parentOf.get(here)
    return here
  }
  for (const wire of input.wires) {
    const [a, b] = [childWith(wire.a), childWith(wire.b)]
    if (a === undefined || b === undefined || a === b) continue
    links.get(a)?.add(b)
    links.get(b)?.add(a)
  }
  return links
}

/** A child with the leafs that hang beneath it. */
type Hanging = Child & { readonly leafs: readonly Child[]; readonly columns: number }

type Wish = { readonly aspect: number; readonly enough: number }

function arrange(children: readonly Child[], links: Links, { aspect, enough }: Wish): Block {
  const hung = hangLeafs(children, links)
  const ordered = orderLayers(layersOf(hung), links)
  const byId = new Map(hung.map((one) => [one.id, one]))
  const layers = ordered.map((ids) => ids.map((id) => byId.get(id)).filter((one) => one !== undefined))
  const widest = layers.map((layer) => layer.reduce((sum, one) => sum + one.width + gapOf(one), 0))
  // Of a few widths for the rows the one is taken that leaves the marks largest in a room of this aspect.
  let best: Block | undefined
  let least = Number.POSITIVE_INFINITY
  for (const share of ROW_SHARES) {
    const block = inRows(layers, { width: Math.max(...widest) * share, links })
    const side = Math.max(block.width / aspect, block.height, enough) * (1 + PRICE_OF_ROW * block.rows)
    if (side < least) [best, least] = [block, side]
  }
  return best ?? { width: 0, height: 0, children: [] }
}

/** Shares of the widest layer that a row may take. */
const ROW_SHARES = [1, 0.7, 0.52, 0.42, 0.36, 0.3, 0.26, 0.22, 0.18, 0.15, 0.12]
/** Each row of a layer beyond the first lets wires pass by marks that they do not belong to. */
const PRICE_OF_ROW = 0.04

function inRows(
  layers: readonly (readonly Hanging[])[],
  { width, links }: { readonly width: number; readonly links: Links },
): Block & { readonly rows: number } {
  const rows = layers.flatMap((layer) => rowsOf(layer, width).map((row, at) => ({ row, first: at === 0 })))
  const middles = middlesOf(
    rows.map(({ row }) => row),
    links,
  )
  const placed: (Rect & { id: string; isBox: boolean })[] = []
  let y = 0
  for (const [at, { row, first }] of rows.entries()) {
    if (at > 0) y += first ? BETWEEN_LAYERS : BETWEEN_ROWS
    const height = Math.max(...row.map((one) => one.height))
    for (const one of row) placed.push(...placeHanging(one, { x: (middles.get(one.id) ?? 0) - one.width / 2, y }))
    y += height
  }
  const left = Math.min(...placed.map((one) => one.x), Number.MAX_SAFE_INTEGER)
  const right = Math.max(...placed.map((one) => one.x + one.width), left)
  const children = placed.map((one) => ({ ...one, x: one.x - left }))
  return { width: right - left, height: y, children, rows: rows.length - layers.length }
}

function hangLeafs(children: readonly Child[], links: Links): readonly Hanging[] {
  const byId = new Map(children.map((child) => [child.id, child]))
  const leafs = new Map<string, Child[]>()
  const hanging = new Set<string>()
  for (const child of children) {
    const [parentId, ...more] = links.get(child.id) ?? []
    const parent = parentId === undefined ? undefined : byId.get(parentId)
    if (parent === undefined || more.length > 0 || !child.hangs || parent.isBox || parent.rank >= child.rank) continue
    hanging.add(child.id)
    const known = leafs.get(parent.id)
    if (known === undefined) leafs.set(parent.id, [child])
    else known.push(child)
  }
  return children.filter((child) => !hanging.has(child.id)).map((child) => withLeafs(child, leafs.get(child.id) ?? []))
}

const WIDEST_HANGING = 4

function withLeafs(child: Child, leafs: readonly Child[]): Hanging {
  if (leafs.length === 0) return { ...child, leafs, columns: 0 }
  const columns = Math.min(leafs.length, WIDEST_HANGING, Math.max(2, Math.ceil(Math.sqrt(leafs.length))))
  const { width, height } = gridSize(leafs, columns)
  return {
    ...child,
    leafs,
    columns,
    width: Math.max(child.width, width),
    height: child.height + BETWEEN_ROWS + height,
  }
}

function gridSize(leafs: readonly Child[], columns: number): Size {
  const cell = cellOf(leafs)
  const rows = Math.ceil(leafs.length / columns)
  return {
    width: columns * cell.width + (columns - 1) * BETWEEN_MARKS,
    height: rows * cell.height + (rows - 1) * BETWEEN_MARKS,
  }
}

const cellOf = (leafs: readonly Child[]): Size => ({
  width: Math.max(...leafs.map((one) => one.width)),
  height: Math.max(...leafs.map((one) => one.height)),
})

function placeHanging(one: Hanging, { x, y }: Point): readonly (Rect & { id: string; isBox: boolean })[] {
  if (one.leafs.length === 0) return [{ id: one.id, isBox: one.isBox, x, y, width: one.width, height: one.height }]
  const cell = cellOf(one.leafs)
  const grid = gridSize(one.leafs, one.columns)
  const own = { width: Math.min(one.width, cell.width), height: one.height - BETWEEN_ROWS - grid.height }
  const top = y + own.height + BETWEEN_ROWS
  const leafs = one.leafs.map((leaf, at) => {
    const row = Math.floor(at / one.columns)
    const inRow = Math.min(one.columns, one.leafs.length - row * one.columns)
    const rowLeft = x + (one.width - (inRow * cell.width + (inRow - 1) * BETWEEN_MARKS)) / 2
    return {
      id: leaf.id,
      isBox: leaf.isBox,
      x: rowLeft + (at % one.columns) * (cell.width + BETWEEN_MARKS),
      y: top + row * (cell.height + BETWEEN_MARKS),
      width: cell.width,
      height: cell.height,
    }
  })
  return [{ id: one.id, isBox: one.isBox, x: x + (one.width - own.width) / 2, y, ...own }, ...leafs]
}

/** By rank, without empty layers between; what is linked to nothing comes last. */
function layersOf(all: readonly Hanging[]): readonly Layer[] {
  const byRank = new Map<number, string[]>()
  for (const one of all) {
    const layer = byRank.get(one.rank)
    if (layer === undefined) byRank.set(one.rank, [one.id])
    else layer.push(one.id)
  }
  return [...byRank].sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1)).map(([, layer]) => layer)
}

const gapOf = (one: Child): number => (one.isBox ? BETWEEN_BOXES : BETWEEN_MARKS)

/** A frame that takes more of a row than this is large. */
const LARGE_SHARE = 0.5

/** Where a layer takes several rows, large frames are in the last: wires to marks need not pass over them. */
function rowsOf(layer: readonly Hanging[], width: number): readonly (readonly Hanging[])[] {
  const rows = breakRow(layer, width)
  const isLarge = (one: Hanging): boolean => one.isBox && one.width > width * LARGE_SHARE
  const boxes = layer.filter(isLarge)
  if (rows.length === 1 || boxes.length === 0 || boxes.length === layer.length) return rows
  return [
    ...breakRow(
      layer.filter((one) => !isLarge(one)),
      width,
    ),
    ...breakRow(boxes, width),
  ]
}

/** So few stay side by side: two cores are one layer. */
const NEVER_BROKEN = 3

/** Rows of about the same width. */
function breakRow(row: readonly Hanging[], width: number): readonly (readonly Hanging[])[] {
  const whole = row.reduce((sum, one) => sum + one.width + gapOf(one), 0)
  const rows = row.length <= NEVER_BROKEN ? 1 : Math.max(1, Math.ceil(whole / (width * 1.02)))
  const share = whole / rows
  const result: Hanging[][] = []
  let [filled, at] = [0, -1]
  for (const one of row) {
    const now = Math.min(rows - 1, Math.floor((filled + one.width / 2) / share))
    if (now > at) {
      at = now
      result.push([])
    }
    result.at(-1)?.push(one)
    filled += one.width + gapOf(one)
  }
  return result
}

/** Passes over the rows: each moves under what it is linked to above, then over what is below, and comes to rest. */
const PASSES = ['down', 'up', 'down'] as const

function middlesOf(rows: readonly (readonly Hanging[])[], links: Links): ReadonlyMap<string, number> {
  const middles = new Map<string, number>()
  const rowOf = new Map(rows.flatMap((row, at) => row.map((one) => [one.id, at] as const)))
  for (const row of rows) for (const [id, x] of spreadRow(row.map((one) => sized(one, 0)))) middles.set(id, x)
  for (const pass of PASSES) {
    const turn = pass === 'down' ? [...rows.keys()] : [...rows.keys()].reverse()
    for (const at of turn) {
      const wished = (rows[at] ?? []).map((one) => {
        const near = [...(links.get(one.id) ?? [])].filter((id) => {
          const other = rowOf.get(id) ?? at
          return pass === 'down' ? other < at : other > at
        })
        const sum = near.reduce((total, id) => total + (middles.get(id) ?? 0), 0)
        return sized(one, near.length === 0 ? (middles.get(one.id) ?? 0) : sum / near.length)
      })
      for (const [id, x] of spreadRow(wished)) middles.set(id, x)
    }
  }
  return middles
}

const sized = (one: Hanging, wish: number) => ({ id: one.id, width: one.width + gapOf(one), wish })

type Target = {
  readonly marks: Map<string, Point>
  readonly boxes: Map<string, Rect>
  readonly blocks: ReadonlyMap<string, Block>
}

function place(block: Block, corner: Point, target: Target): void {
  for (const child of block.children) {
    const at = { x: corner.x + child.x, y: corner.y + child.y }
    if (!child.isBox) {
      target.marks.set(child.id, { x: at.x + child.width / 2, y: at.y + child.height / 2 })
      continue
    }
    target.boxes.set(child.id, { ...at, width: child.width, height: child.height })
    const inner = target.blocks.get(child.id)
    if (inner !== undefined) place(inner, at, target)
  }
}
