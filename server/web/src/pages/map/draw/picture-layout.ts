import type { MapPicture } from '../graph/map-picture.ts'
import { type Layout, layeredLayout, type Size } from '../layout/layered-layout.ts'
import { markRoom } from './mark-look.ts'

/** Where everything of a picture would be without any place that was saved by hand. */
export function pictureLayout(picture: MapPicture, room: Size): Layout {
  return layeredLayout({
    marks: picture.marks.map((mark) => {
      const distance = picture.distance.get(mark.id)
      const hangs = mark.kind === 'node' || mark.what === 'leafs'
      const size = markRoom(mark, isNarrow(room))
      return { id: mark.id, box: mark.box, hangs, ...size, ...(distance !== undefined && { distance }) }
    }),
    boxes: picture.boxes,
    wires: picture.wires,
    room,
  })
}

const NARROW_PX = 520

/** A telephone held upright: marks are narrower there and names shorter. */
export const isNarrow = ({ width }: Size): boolean => width < NARROW_PX
