import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { SteadyClock } from '../schedule/schedule.ts'
import { batchOf, newFolder, outboxIn, reportOf, seriesOf, takeAll } from './outbox.testkit.ts'
import type { Outbox } from './outbox.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

function agentIn(folder: string, wall: number) {
  const clock = new FakeClock(wall)
  const steady = new SteadyClock(clock, () => clock.monotonicMs())
  const outbox = outboxIn(folder, { clock: steady, maxAgeMs: 30 * DAY, ageNow: () => steady.ageNow() })
  steady.onMove(({ corrections }) => {
    if (corrections.length > 0) outbox.restamp(corrections)
  })
  steady.beginAfter(outbox.newest)
  return { clock, steady, outbox }
}

function poll(outbox: Outbox, steady: SteadyClock, ids: readonly number[]): void {
  outbox.append({ samples: [{ time: steady.now(), ids, values: ids }] })
}

function timesIn(outbox: Outbox): number[] {
  const times = takeAll(outbox)
    .filter(({ lane }) => lane === 'samples' || lane === 'backfill')
    .flatMap((one) => [...batchOf(one).times])
  return times.sort((a, b) => a - b)
}

test('what a machine without a clock sampled at boot gets its true time once the clock is set', async () => {
  const folder = newFolder()
  const before = agentIn(folder, NOW - HOUR)
  poll(before.outbox, before.steady, seriesOf(before.outbox, 2))
  before.outbox.close()

  const { clock, steady, outbox } = agentIn(folder, 0)
  const ids = seriesOf(outbox, 2)
  for (let at = 0; at < 5; at++) {
    poll(outbox, steady, ids)
    outbox.append({ events: [{ kind: 'notice', at: steady.now(), code: 'test', message: String(at) }] })
    await clock.advance(MINUTE)
  }
  // A poll is under way while the clock is set.
  const tick = steady.now()
  clock.jump(NOW + 5 * MINUTE - clock.now())
  poll(outbox, steady, ids)
  outbox.append({ samples: [{ time: tick, ids: ids.slice(0, 1), values: [1] }] })
  await clock.advance(MINUTE)
  outbox.setConnected(true)
  const messages = takeAll(outbox)
  const times = messages
    .filter(({ lane }) => lane === 'backfill')
    .flatMap((one) => [...batchOf(one).times])
    .map((time) => Math.round((time - NOW) / MINUTE))
  const expected = [-60, 0, 1, 2, 3, 4, 5].flatMap((minute) => [minute, minute])
  expect(times.sort((a, b) => a - b)).toEqual(expected)
  const events = messages.filter(({ lane }) => lane === 'events').map(reportOf)
  expect(events.map(({ at }) => Math.round((Number(at) - NOW) / MINUTE))).toEqual([0, 1, 2, 3, 4])
  expect(Math.round((outbox.newest - NOW) / MINUTE)).toBe(5)
})

test('samples of a day ahead are moved before they are sent, also when the agent ends half way', async () => {
  const folder = newFolder()
  const { clock, steady, outbox } = agentIn(folder, NOW + DAY)
  const ids = seriesOf(outbox, 1_000)
  const polls = 300
  for (let at = 0; at < polls; at++) {
    poll(outbox, steady, ids)
    outbox.flush()
    await clock.advance(1_000)
  }
  steady.hear(epochMs(NOW + polls * 1_000))
  // One step has been done or none: nothing of the rest may be sent.
  outbox.setConnected(true)
  expect(timesIn(outbox).filter((time) => time > NOW + HOUR)).toEqual([])
  outbox.close()

  const again = agentIn(folder, NOW + polls * 1_000)
  again.outbox.flush()
  await again.clock.advance(MINUTE)
  again.outbox.setConnected(true)
  const times = timesIn(again.outbox)
  expect(times.length).toBe(polls * ids.length)
  expect([times[0], times.at(-1)]).toEqual([NOW, NOW + (polls - 1) * 1_000])
  expect(new Set(times).size).toBe(polls)
})

test('a clock that is set to the next decade by mistake ages nothing', async () => {
  const { clock, steady, outbox } = agentIn(newFolder(), NOW)
  poll(outbox, steady, seriesOf(outbox, 3))
  await clock.advance(MINUTE)
  clock.jump(3650 * DAY)
  poll(outbox, steady, seriesOf(outbox, 3))
  await clock.advance(5 * HOUR)
  outbox.flush()
  expect(outbox.status()).toMatchObject({ samples: 6, droppedSamples: 0 })
})
