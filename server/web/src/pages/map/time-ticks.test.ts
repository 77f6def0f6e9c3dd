import { TopologyEvent } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { eventTicks, momentBeside } from './time-ticks.ts'

const event = (seq: number, at: number, kind = 'link-added'): TopologyEvent =>
  TopologyEvent.parse({ seq, at, kind, text: '', cause: '', devices: [] })

const TRACK = { from: 0, to: 1_000, steps: 1_000 }

test('changes close together are one tick, higher, in the look of the worst', () => {
  const ticks = eventTicks([event(1, 500), event(2, 501, 'link-lost'), event(3, 900)], TRACK)
  expect(ticks.map((tick) => [tick.place, tick.kind])).toEqual([
    [500, 'lost'],
    [900, 'other'],
  ])
  expect(ticks[0]?.height).toBeGreaterThan(ticks[1]?.height ?? 0)
})

test('what is outside the time range has no tick', () => {
  expect(eventTicks([event(1, -5), event(2, 2_000)], TRACK)).toEqual([])
  expect(eventTicks([event(1, 5)], { from: 5, to: 5, steps: 10 })).toEqual([])
})

test('one steps from change to change, and after the last to now', () => {
  const events = [event(3, 900), event(2, 500), event(1, 100)]
  expect(momentBeside(events, 600, 'before')).toBe(500)
  expect(momentBeside(events, 500, 'before')).toBe(100)
  expect(momentBeside(events, 500, 'after')).toBe(900)
  expect(momentBeside(events, 900, 'after')).toBeUndefined()
})
