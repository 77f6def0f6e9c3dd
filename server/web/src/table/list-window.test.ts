import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listWindow, scrollToRow } from './list-window.ts'

test('only what is in sight and a little more is drawn of ten thousand rows', () => {
  const part = listWindow({ count: 10_000, rowHeight: 36, scrollTop: 3_600, height: 720 })
  expect(part).toEqual({ first: 92, end: 128, above: 92 * 36, below: (10_000 - 128) * 36 })
})

test('an empty list draws nothing', () => {
  expect(listWindow({ count: 0, rowHeight: 36, scrollTop: 500, height: 700 })).toEqual({
    first: 0,
    end: 0,
    above: 0,
    below: 0,
  })
})

test('the height of the whole never changes, and every row in sight is drawn', () => {
  const view = fc.record({
    count: fc.integer({ min: 0, max: 20_000 }),
    rowHeight: fc.integer({ min: 10, max: 80 }),
    scrollTop: fc.integer({ min: -100, max: 2_000_000 }),
    height: fc.integer({ min: 0, max: 3_000 }),
  })
  fc.assert(
    fc.property(view, (one) => {
      const part = listWindow(one)
      expect(part.above + (part.end - part.first) * one.rowHeight + part.below).toBe(one.count * one.rowHeight)
      const most = Math.max(0, one.count * one.rowHeight - one.height)
      const top = Math.min(Math.max(0, one.scrollTop), most)
      expect(part.above).toBeLessThanOrEqual(top)
      expect(part.end * one.rowHeight).toBeGreaterThanOrEqual(Math.min(one.count * one.rowHeight, top + one.height))
    }),
  )
})

test('scrolling moves only when the row is out of sight', () => {
  const view = { count: 100, rowHeight: 36, scrollTop: 360, height: 360 }
  expect(scrollToRow(view, 12)).toBeUndefined()
  expect(scrollToRow(view, 9)).toBe(324)
  expect(scrollToRow(view, 20)).toBe(396)
})
