import { type FoldWish, foldPlan, type OpenGroups } from '../graph/fold-plan.ts'
import type { FoldTree } from '../graph/fold-tree.ts'
import { type MapPicture, mapPicture } from '../graph/map-picture.ts'
import type { Size } from '../layout/layered-layout.ts'
import { markRoom } from './mark-look.ts'
import { isNarrow, pictureLayout } from './picture-layout.ts'
import { roomAround } from './room-around.ts'

/** One mark needs about this much room to be read, square pixels. */
const ROOM_PER_MARK = 7_000
const LEAST_MARKS = 8
const MOST_MARKS = 170
/** Drawn smaller than this the names cannot be read at arm's length: 13 pixels are 9 then; a telephone is held in the sun. */
const LEAST_ZOOM = { wide: 0.7, narrow: 0.9 } as const
/** Each turn leaves this share of the marks. Bounds the work: a turn is a layout, a few milliseconds. */
const FEWER = 0.72
const MOST_TURNS = 8

type Readable = { readonly open: OpenGroups; readonly picture: MapPicture }

/**
 * As much of the network as can be read in the room that there is, and always what is urgent. What a person opened or
 * closed changes nothing of what else is folded: nothing closes because something else was opened.
 */
export function readablePicture(tree: FoldTree, wish: Omit<FoldWish, 'room'>, room: Size): Readable {
  const byNobody = { urgent: wish.urgent, opened: NONE, shut: NONE }
  const least = LEAST_ZOOM[isNarrow(room) ? 'narrow' : 'wide']
  let marks = Math.min(MOST_MARKS, Math.max(LEAST_MARKS, Math.floor((room.width * room.height) / ROOM_PER_MARK)))
  for (let turn = 0; turn < MOST_TURNS && marks > LEAST_MARKS; turn += 1) {
    const picture = mapPicture(tree, foldPlan(tree, { ...byNobody, room: marks }))
    if (zoomToFit(picture, room) >= least) break
    marks = Math.max(LEAST_MARKS, Math.min(picture.marks.length - 1, Math.floor(marks * FEWER)))
  }
  const open = foldPlan(tree, { ...wish, room: marks })
  return { open, picture: mapPicture(tree, open) }
}

const NONE: ReadonlySet<string> = new Set()

/** How large the whole picture can be drawn in the room; 1 is its own size. */
export function zoomToFit(picture: MapPicture, room: Size): number {
  const { marks, boxes } = pictureLayout(picture, room)
  const rects = picture.marks.flatMap((mark) => {
    const at = marks.get(mark.id)
    const { width, height } = markRoom(mark, isNarrow(room))
    return at === undefined ? [] : [{ x: at.x - width / 2, y: at.y - height / 2, width, height }]
  })
  const all = [...rects, ...boxes.values()]
  if (all.length === 0) return 1
  const width = Math.max(...all.map((one) => one.x + one.width)) - Math.min(...all.map((one) => one.x))
  const height = Math.max(...all.map((one) => one.y + one.height)) - Math.min(...all.map((one) => one.y))
  const free = 2 * roomAround(room)
  return Math.min((room.width - free) / width, (room.height - free) / height)
}
