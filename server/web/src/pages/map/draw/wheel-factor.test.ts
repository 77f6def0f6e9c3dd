import { expect, test } from 'vitest'
import { wheelFactor } from './wheel-factor.ts'

const turn = (deltaY: number, part: { deltaMode?: number; ctrlKey?: boolean } = {}): number =>
  wheelFactor({ deltaY, deltaMode: 0, ctrlKey: false, ...part })

test('a notch is a fifth nearer, and the way back leads to where it came from', () => {
  expect(turn(-120)).toBeCloseTo(1.18, 2)
  expect(turn(-120) * turn(120)).toBeCloseTo(1, 10)
  expect(turn(-3, { deltaMode: 1 })).toBeCloseTo(1.11, 2)
})

test('small steps of a touchpad are small, of two fingers larger, and no turn is a leap', () => {
  expect(turn(-4)).toBeLessThan(1.01)
  expect(turn(-4, { ctrlKey: true })).toBeCloseTo(1.06, 2)
  expect(turn(-1e9)).toBeLessThan(1.6)
})
