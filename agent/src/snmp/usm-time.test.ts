import { expect, test } from 'vitest'
import { isTimely, learntTime, timeOf } from './usm-time.ts'

const engine = { boots: 4, time: 1_000, toldAt: 0 }

test("the engine's clock goes on as ours does, and never beyond what its counter holds", () => {
  expect(timeOf(engine, 90_999)).toBe(1_090)
  expect(timeOf({ ...engine, time: 0x7fff_fff0 }, 1_000_000)).toBe(0x7fff_ffff)
})

test.each([
  ['of now', { boots: 4, time: 1_100 }, true],
  ['150 seconds old', { boots: 4, time: 950 }, true],
  ['151 seconds old', { boots: 4, time: 949 }, false],
  ['ahead of what we believe', { boots: 4, time: 9_000 }, true],
  ['of the boots before', { boots: 3, time: 1_100 }, false],
  ['of the next boots', { boots: 5, time: 0 }, true],
  ['of the last boots there can be', { boots: 0x7fff_ffff, time: 1_100 }, false],
])('a message %s', (_what, said, timely) => {
  expect(isTimely(engine, said, 100_000)).toBe(timely)
})

test('a clock that is slow is followed, and an older message teaches nothing', () => {
  expect(learntTime(engine, { boots: 4, time: 1_050 }, 100_000)).toEqual({ boots: 4, time: 1_050, toldAt: 100_000 })
  expect(learntTime(engine, { boots: 4, time: 999 }, 100_000)).toBe(engine)
  expect(learntTime(engine, { boots: 5, time: 2 }, 100_000)).toEqual({ boots: 5, time: 2, toldAt: 100_000 })
})
