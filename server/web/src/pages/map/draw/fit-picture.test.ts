import { expect, test } from 'vitest'
import { type Framed, fitPicture } from './fit-picture.ts'

const WIDE = { width: 800, height: 600 }
const NARROW = { width: 360, height: 480 }
const on = (room: typeof WIDE, box: Framed) => {
  const { zoom, pan } = fitPicture(box, room)
  const [left, top] = [box.x * zoom + pan.x, box.y * zoom + pan.y]
  return { zoom, left, top, right: left + box.width * zoom, bottom: top + box.height * zoom }
}

test('all of a picture is seen in the middle, and a small one is not drawn larger only to fill the room', () => {
  const large = on(WIDE, { x: -900, y: -100, width: 1_800, height: 900 })
  expect(large.zoom).toBeCloseTo((800 - 48) / 1_800)
  expect([large.left, large.right]).toEqual([expect.closeTo(24), expect.closeTo(776)])
  expect(large.top).toBeCloseTo(600 - large.bottom)
  const small = on(WIDE, { x: 10, y: 10, width: 100, height: 50 })
  expect([small.zoom, small.left, small.top]).toEqual([1.35, expect.closeTo(332.5), expect.closeTo(266.25)])
})

test('on a telephone a picture begins at the top, beside no button, and stays large enough to be read', () => {
  const tall = on(NARROW, { x: 0, y: 0, width: 300, height: 1_400 })
  expect(tall).toMatchObject({ zoom: 1, left: 30, top: 11 })
  const sites = on(NARROW, { x: -170, y: -150, width: 340, height: 300 })
  expect(sites.top).toBeCloseTo(11)
  expect(sites.bottom).toBeLessThan(NARROW.height - 52)
  const broad = on(NARROW, { x: 0, y: 0, width: 900, height: 900 })
  expect([broad.left, broad.right]).toEqual([expect.closeTo(11), expect.closeTo(349)])
})
