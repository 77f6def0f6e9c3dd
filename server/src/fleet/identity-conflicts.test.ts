import { AgentId, epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conflictSentence, IdentityConflicts, nextSpeakers, type Speaker } from './identity-conflicts.ts'

const AGENT = AgentId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const at = (minutes: number) => epochMs(Date.UTC(2026, 5, 1) + minutes * 60_000)
const speaker = (instance: string, minutes: number): Speaker => ({
  ...{
    instance,
    machine: `machine of ${instance}`,
    address: `192.0.2.${instance.charCodeAt(0) - 64}`,
    at: at(minutes),
  },
})

function conflicts(speakers: readonly Speaker[]) {
  let before: readonly Speaker[] = []
  return speakers.map((one) => {
    const { speakers: after, conflict } = nextSpeakers(before, one)
    before = after
    return conflict
  })
}

test('two that take turns are noticed at the third word, with both addresses', () => {
  const [first, second, third] = conflicts([speaker('A', 0), speaker('B', 1), speaker('A', 2)])
  expect([first, second]).toEqual([undefined, undefined])
  const sentence = third && conflictSentence(third)
  expect(sentence).toContain('Two machines')
  expect(sentence).toContain('from 192.0.2.2 and 192.0.2.1')
})

test('starts, replacements and words that come again are no conflict, in whatever order of time', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.integer({ min: -600, max: 600 })), { maxLength: 30 }), (steps) => {
      let instance = 0
      const speakers = steps.map(([restarted, minutes]) => {
        if (restarted > 2) instance += 1
        return speaker(String(instance), minutes)
      })
      expect(conflicts(speakers).filter((one) => one !== undefined)).toEqual([])
    }),
  )
})

test('one that returns a day later was not there meanwhile', () => {
  expect(conflicts([speaker('A', 0), speaker('B', 1), speaker('A', 1440)]).at(-1)).toBeUndefined()
})

test('a second process waits while the first is connected, for as long as two are seen, and nobody else does', () => {
  const seen = new IdentityConflicts()
  seen.came(AGENT, '192.0.2.1')
  expect(seen.mustWait(AGENT, at(0))).toBe(false)
  for (const [name, minutes] of [
    ['A', 0],
    ['B', 1],
    ['A', 2],
  ] as const)
    seen.spoke(AGENT, speaker(name, minutes))
  expect(seen.mustWait(AGENT, at(3))).toBe(true)
  expect(seen.countOf(AGENT)).toBe(2)
  seen.left(AGENT)
  expect(seen.mustWait(AGENT, at(4))).toBe(false)
  seen.came(AGENT, '192.0.2.2')
  expect(seen.mustWait(AGENT, at(17))).toBe(true)
  expect(seen.mustWait(AGENT, at(33))).toBe(false)
})
