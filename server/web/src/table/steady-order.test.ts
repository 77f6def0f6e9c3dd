import { expect, test } from 'vitest'
import { steadyOrder } from './steady-order.ts'

test('known rows keep their places, gone ones leave, new ones wait', () => {
  expect(steadyOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual({ ids: ['a', 'c'], waiting: 1 })
})

test('without an order that is held the fresh one stands', () => {
  expect(steadyOrder(undefined, ['b', 'a'])).toEqual({ ids: ['b', 'a'], waiting: 0 })
})
