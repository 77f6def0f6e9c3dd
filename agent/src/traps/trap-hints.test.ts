import { expect, test } from 'vitest'
import { HINT_EVERY_MS, TrapHints } from './trap-hints.ts'

const linkDown = () => ({ kind: 'link-down' }) as const
const A = '192.0.2.1'

function hintsOf(...devices: readonly string[]): TrapHints {
  const hints = new TrapHints()
  hints.setSenders(devices.map((key, at) => ({ key, addresses: [`192.0.2.${at + 1}`, `2001:db8::${at + 1}`] })))
  return hints
}

test('a trap of a watched device is a hint from any of its addresses; one of somebody else is not even read', () => {
  const hints = hintsOf('a', 'b')
  expect(hints.take('2001:db8::2', linkDown, 0)).toEqual({ kind: 'used', keys: ['b'], afterMs: 0 })
  const never = () => {
    throw new Error('it was read')
  }
  expect(hints.take('192.0.2.9', never, 0)).toEqual({ kind: 'stranger' })
  expect(hints.take(A, () => 'encrypted', 0)).toEqual({ kind: 'unreadable' })
  expect(hints.take(A, () => ({ kind: 'other' }), 0)).toEqual({ kind: 'other' })
  hints.setSenders([])
  expect(hints.take(A, never, 1)).toEqual({ kind: 'stranger' })
})

test('a device that flaps is looked at every half minute, the last time after its last trap', () => {
  const hints = hintsOf('a')
  const looked: number[] = []
  const outcomes = new Map<string, number>()
  for (let now = 0; now < 100_000; now += 1_000) {
    const hint = hints.take(A, linkDown, now)
    outcomes.set(hint.kind, (outcomes.get(hint.kind) ?? 0) + 1)
    if ('keys' in hint && hint.keys.length > 0) looked.push(now + hint.afterMs)
  }
  expect(looked).toEqual([0, 30_000, 60_000, 90_000, 120_000])
  expect([...outcomes.values()].reduce((sum, one) => sum + one)).toBe(100)
})

test('many devices at once are bounded in a minute, and what is more is held back', () => {
  const hints = hintsOf(...Array.from({ length: 200 }, (_none, at) => `device ${at}`))
  const kinds = (now: number) =>
    Array.from({ length: 200 }, (_none, at) => hints.take(`192.0.2.${at + 1}`, linkDown, now).kind)
  const held = (list: readonly string[]) => list.filter((kind) => kind === 'held-back').length
  expect(held(kinds(0))).toBe(80)
  expect(held(kinds(60_000 + HINT_EVERY_MS))).toBe(80)
})

test('devices behind one address are all looked at, sixteen at most', () => {
  const hints = new TrapHints()
  hints.setSenders(Array.from({ length: 20 }, (_none, at) => ({ key: `${at}`, addresses: [A] })))
  const hint = hints.take(A, linkDown, 0)
  expect('keys' in hint && hint.keys).toHaveLength(16)
})
