import { expect, test } from 'vitest'
import { seededRandom } from '../../../bench/faults/seeded-random.mjs'
import { LiveShare } from './live-share.ts'

const DEVICES = 20
const SAMPLES = 1_000
const MINUTES = 200

/** Every device is polled once a minute, all within two seconds, on a line of so many bytes per second. */
function run(bytesPerSecond: number) {
  const share = new LiveShare(seededRandom(11))
  const live = Array.from({ length: DEVICES }, () => 0)
  let waiting = 0
  let longest = 0
  let lastMs = 0
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let device = 0; device < DEVICES; device++) {
      const nowMs = minute * 60_000 + device * 100
      waiting = Math.max(0, waiting - ((nowMs - lastMs) / 1000) * bytesPerSecond)
      lastMs = nowMs
      const queue = { messages: Math.ceil(waiting / 4_000), samples: waiting / 4 }
      if (!share.isLive(queue, bytesPerSecond)) continue
      waiting += 4 * SAMPLES
      live[device] = (live[device] ?? 0) + 1
      longest = Math.max(longest, waiting / bytesPerSecond)
    }
  }
  return { live, longest }
}

test('a line that carries everything has everything live', () => {
  expect(Math.min(...run(40_000).live)).toBe(MINUTES)
})

test('on a line that does not, no device is always left out, and what is live is not old', () => {
  const { live, longest } = run(1_000)
  expect(Math.min(...live)).toBeGreaterThan(2)
  // Five seconds and what is just being added.
  expect(longest).toBeLessThanOrEqual(5 + 4)
})

test('with too many messages waiting, or nothing known of the line, the number alone decides', () => {
  const share = new LiveShare(() => 0)
  expect(share.isLive({ messages: 255, samples: 1e9 }, undefined)).toBe(true)
  expect(share.isLive({ messages: 256, samples: 0 }, 1e9)).toBe(false)
})
