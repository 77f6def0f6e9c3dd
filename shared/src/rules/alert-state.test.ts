import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../identity/identity.ts'
import { type AlertMachine, announcementOf, hasFired, INACTIVE, nextAlertState, type Observation } from './rules.ts'

const HOLDS: Observation = { kind: 'holds', value: 1 }
const CLEAR: Observation = { kind: 'clear' }
const MISSING: Observation = { kind: 'missing' }
const REMOVED: Observation = { kind: 'removed' }

const MINUTE = 60_000

/** The states after each observation, one a minute. */
function walk(rule: { forMs: number; keepFiringForMs: number }, seen: readonly Observation[]): AlertMachine[] {
  let state: AlertMachine = INACTIVE
  return seen.map((observation, i) => {
    state = nextAlertState(rule, state, { observation, now: epochMs(i * MINUTE) })
    return state
  })
}
const kinds = (states: readonly AlertMachine[]): string => states.map(({ kind }) => kind).join(' ')

test('fires once the condition has held for the whole time, and is resolved by data that says it is over', () => {
  const states = walk({ forMs: 2 * MINUTE, keepFiringForMs: 0 }, [HOLDS, HOLDS, HOLDS, HOLDS, CLEAR, CLEAR])
  expect(kinds(states)).toBe('pending pending firing firing resolved resolved')
})

test('a firing alert without data is unknown until data comes back, and is announced no second time', () => {
  const rule = { forMs: 0, keepFiringForMs: 0 }
  const states = walk(rule, [HOLDS, MISSING, MISSING, HOLDS, MISSING, CLEAR])
  expect(kinds(states)).toBe('firing unknown unknown firing unknown resolved')
  expect(states[3]).toEqual({ kind: 'firing', since: 0 })
})

test('time without data does not count towards the waiting time', () => {
  const states = walk({ forMs: 2 * MINUTE, keepFiringForMs: 0 }, [HOLDS, MISSING, MISSING, MISSING, HOLDS, HOLDS])
  expect(kinds(states)).toBe('pending unknown unknown unknown pending firing')
})

test('a pending alert without data for an hour is forgotten', () => {
  const seen = [HOLDS, ...Array.from({ length: 61 }, () => MISSING)]
  expect(walk({ forMs: MINUTE, keepFiringForMs: 0 }, seen).at(-1)).toEqual(INACTIVE)
})

test('keep_firing_for wants clear data without a break', () => {
  const states = walk({ forMs: 0, keepFiringForMs: 2 * MINUTE }, [HOLDS, CLEAR, MISSING, CLEAR, CLEAR, CLEAR])
  expect(kinds(states)).toBe('firing firing unknown firing firing resolved')
})

test('an alert whose device is deleted ends, also without data', () => {
  expect(kinds(walk({ forMs: 0, keepFiringForMs: MINUTE }, [HOLDS, MISSING, REMOVED]))).toBe('firing unknown resolved')
})

const rules = fc.record({
  forMs: fc.constantFrom(0, MINUTE, 5 * MINUTE),
  keepFiringForMs: fc.constantFrom(0, MINUTE, 5 * MINUTE),
})
const observations = fc.array(fc.constantFrom(HOLDS, CLEAR, MISSING, REMOVED), { maxLength: 60 })

test('whatever is seen, announcements alternate and begin with firing', () => {
  fc.assert(
    fc.property(rules, observations, (rule, seen) => {
      let before: AlertMachine = INACTIVE
      let last: string | undefined
      for (const after of walk(rule, seen)) {
        const announced = announcementOf(before, after)
        if (announced !== undefined) {
          expect(announced).toBe(last === 'firing' ? 'resolved' : 'firing')
          last = announced
        }
        expect(hasFired(after)).toBe(last === 'firing')
        before = after
      }
    }),
  )
})

test('whatever is seen, firing ends only by data that is clear for long enough, or by removal', () => {
  fc.assert(
    fc.property(rules, observations, (rule, seen) => {
      const states = walk(rule, seen)
      states.forEach((after, i) => {
        const before = states[i - 1] ?? INACTIVE
        if (!hasFired(before) || hasFired(after) || seen[i] === REMOVED) return
        const needed = 1 + rule.keepFiringForMs / MINUTE
        expect(seen.slice(i + 1 - needed, i + 1)).toEqual(Array.from({ length: needed }, () => CLEAR))
      })
    }),
  )
})

test('whatever is seen, an alert fires only after the condition held for the time the rule asks for', () => {
  fc.assert(
    fc.property(rules, observations, (rule, seen) => {
      const states = walk(rule, seen)
      states.forEach((after, i) => {
        if (announcementOf(states[i - 1] ?? INACTIVE, after) !== 'firing') return
        let held = 0
        for (let j = i; j > 0 && seen[j] !== CLEAR && seen[j] !== REMOVED; j--) {
          if (seen[j] === HOLDS && seen[j - 1] !== CLEAR) held++
        }
        expect(seen[i]).toBe(HOLDS)
        expect(held * MINUTE).toBeGreaterThanOrEqual(rule.forMs)
      })
    }),
  )
})
