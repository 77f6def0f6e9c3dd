import type { Point, Size } from '../layout/layered-layout.ts'
import { isNarrow } from './picture-layout.ts'
import { roomAround } from './room-around.ts'

/** What is brought into sight: its corner at the top left, and its size, by the picture's own measure. */
export type Framed = Point & Size
export type View = { readonly zoom: number; readonly pan: Point }

/** Nothing is drawn larger than this only to fill the room. */
const LARGEST_FIT = 1.35
/** On a telephone a picture that fits from side to side is not made smaller than this to fit in its height: it is moved. */
const LEAST_NARROW = 1
/** The buttons lie over the lower end of a narrow picture, pixels. */
const FOOT_NARROW = 52

/** How far in, and from where, so that all of it is seen: in the middle, and on a telephone from the top. */
export function fitPicture({ x, y, width, height }: Framed, room: Size): View {
  const narrow = isNarrow(room)
  const around = roomAround(room)
  const foot = narrow ? Math.max(around, FOOT_NARROW) : around
  const across = (room.width - 2 * around) / Math.max(1, width)
  const down = (room.height - around - foot) / Math.max(1, height)
  const whole = Math.min(across, down)
  const zoom = Math.min(LARGEST_FIT, narrow ? Math.max(whole, Math.min(across, LEAST_NARROW)) : whole)
  const top = narrow ? around : (room.height - zoom * height) / 2
  return { zoom, pan: { x: (room.width - zoom * width) / 2 - zoom * x, y: top - zoom * y } }
}
