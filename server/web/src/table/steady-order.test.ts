import { expect, test } from 'vitest'
import { isHeld, steadyOrder } from './steady-order.ts'

test('known rows keep their places, gone ones leave, new ones wait', () => {
  expect(steadyOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual({ ids: ['a', 'c'], waiting: 1 })
})

test('without an order that is held the fresh one stands', () => {
  expect(steadyOrder(undefined, ['b', 'a'])).toEqual({ ids: ['b', 'a'], waiting: 0 })
})

test('an order is held while something of it is there', () => {
  const alive = new Map([['c', 1]])
  expect([isHeld(['a', 'c'], alive), isHeld(['a'], alive), isHeld([], alive)]).toEqual([true, false, false])
})
