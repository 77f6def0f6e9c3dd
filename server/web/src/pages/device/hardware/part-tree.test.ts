import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closedAtFirst, type Part, partRows, partTree } from './part-tree.ts'

const part = (index: number, containedIn?: number, more: Partial<Part> = {}): Part => ({
  index,
  class: 'module',
  name: `part ${index}`,
  ...(containedIn !== undefined && { containedIn }),
  ...more,
})

const told = (parts: readonly Part[], closed = new Set<number>(), fits?: (one: Part) => boolean): string[] =>
  partRows(partTree(parts), closed, fits).map((row) => `${'-'.repeat(row.depth)}${row.part.index}`)

test('parts lie below what contains them', () => {
  expect(told([part(1), part(2, 1), part(3, 2), part(4, 1)])).toEqual(['1', '-2', '--3', '-4'])
})

test('what is closed hides what is below it', () => {
  expect(told([part(1), part(2, 1), part(3, 2)], new Set([2]))).toEqual(['1', '-2'])
})

test('a search shows what fits with all that it lies in, closed or not', () => {
  const parts = [part(1), part(2, 1), part(3, 2), part(4, 1)]
  expect(told(parts, new Set([1]), (one) => one.index === 3)).toEqual(['1', '-2', '--3'])
  expect(told(parts, new Set(), () => false)).toEqual([])
})

test('parts of a circle and parts of nothing are at the top', () => {
  expect(told([part(1, 2), part(2, 1), part(3, 99), part(4, 4)])).toEqual(['1', '2', '3', '4'])
})

test('every part is listed once, whatever a device tells of what contains what', () => {
  const index = fc.integer({ min: 0, max: 12 })
  const parts = fc
    .uniqueArray(fc.record({ index, in: fc.option(index, { nil: undefined }) }), { selector: (one) => one.index })
    .map((all) => all.map((one) => part(one.index, one.in)))
  fc.assert(
    fc.property(parts, (all) => {
      const rows = partRows(partTree(all), new Set())
      expect(rows.map((row) => row.part.index).sort((a, b) => a - b)).toEqual(
        all.map((one) => one.index).sort((a, b) => a - b),
      )
    }),
  )
})

test('a module of many ports is closed at first', () => {
  const ports = Array.from({ length: 24 }, (_, at) => part(100 + at, 1, { class: 'port' }))
  expect([...closedAtFirst(partTree([part(1), ...ports]))]).toEqual([1])
  expect([...closedAtFirst(partTree([part(1), part(2, 1)]))]).toEqual([])
})
