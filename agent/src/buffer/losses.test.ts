import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { EventReport } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Database } from '../sqlite/sqlite.ts'
import { ackOf, batchOf, newFolder, outboxIn, reportOf, START, takeAll } from './outbox.testkit.ts'
import type { Outbox } from './outbox.ts'

type Lost = Extract<EventReport, { kind: 'dropped' }>
type Kept = Map<string, number[]>

const DEVICES = [randomUUID(), randomUUID(), randomUUID()]
const SERIES_OF_EACH = 300
const MINUTE = 60_000

/** Series of the devices in turn. */
function deviceSeries(outbox: Outbox): { ids: number[]; deviceOf: Map<number, string> } {
  const deviceOf = new Map<number, string>()
  for (let at = 0; at < DEVICES.length * SERIES_OF_EACH; at++) {
    const device = DEVICES[at % DEVICES.length]!
    deviceOf.set(outbox.seriesId({ __name__: 'm', device, n: String(at) }), device)
  }
  return { ids: [...deviceOf.keys()], deviceOf }
}

function noise(outbox: Outbox, ids: readonly number[], time: number): void {
  outbox.append({ samples: [{ time: epochMs(time), ids, values: ids.map((id) => Math.sin(id * 31 + time)) }] })
}

function lossesIn(messages: ReturnType<typeof takeAll>): Lost[] {
  const events = messages.filter(({ lane }) => lane === 'events').map((one) => EventReport.parse(reportOf(one)))
  return events.filter((event) => event.kind === 'dropped')
}

/** Times that are left, by device. */
function keptIn(messages: ReturnType<typeof takeAll>, deviceOf: ReadonlyMap<number, string>): Kept {
  const kept: Kept = new Map(DEVICES.map((device) => [device, []]))
  for (const message of messages) {
    if (message.lane === 'events' || message.lane === 'facts') continue
    const batch = batchOf(message)
    for (const [at, id] of batch.ids.entries()) kept.get(deviceOf.get(id) ?? '')?.push(batch.times[at]!)
  }
  return kept
}

test('over quota samples older than an hour are thinned to one in five minutes before any goes', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxBytes: 2_500_000 })
  const { ids, deviceOf } = deviceSeries(outbox)
  const ticks = 400
  for (let number = 0; number < ticks; number++) {
    noise(outbox, ids, START + number * MINUTE)
    await clock.advance(MINUTE)
  }
  outbox.setConnected(true)
  const messages = takeAll(outbox)
  const lost = lossesIn(messages)
  const kept = keptIn(messages, deviceOf)
  expect(new Set(lost.map(({ reason }) => reason))).toEqual(new Set(['thinned']))
  for (const device of DEVICES) {
    const told = lost.flatMap((one) => one.devices ?? []).filter((one) => one.device === device)
    const times = kept.get(device)!
    expect(told.reduce((sum, one) => sum + one.samples, 0) + times.length).toBe(ticks * SERIES_OF_EACH)
    // Each span of five minutes still has its last sample; the last hour has all.
    expect(new Set(times.map((time) => Math.floor(time / 300_000))).size).toBe(ticks / 5 + 1)
    const newest = times.filter((time) => time > START + (ticks - 50) * MINUTE)
    expect(newest.length).toBe(49 * SERIES_OF_EACH)
  }
  expect(outbox.status().droppedSamples).toBe(lost.reduce((sum, { samples }) => sum + samples, 0))
})

test('what no room is left for is told for each device with its count, first and last time', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxBytes: 1_048_576 })
  const { ids, deviceOf } = deviceSeries(outbox)
  const ticks = 200
  for (let number = 0; number < ticks; number++) {
    // The third device is silent in the beginning.
    const some = number < 40 ? ids.filter((id) => deviceOf.get(id) !== DEVICES[2]) : ids
    noise(outbox, some, START + number * 1000)
    await clock.advance(1000)
  }
  outbox.setConnected(true)
  const messages = takeAll(outbox)
  const lost = lossesIn(messages)
  expect(lost.map(({ reason }) => reason)).toEqual(['quota'])
  const kept = keptIn(messages, deviceOf)
  for (const [at, device] of DEVICES.entries()) {
    const told = lost[0]!.devices!.find((one) => one.device === device)!
    const first = at === 2 ? START + 40_000 : START
    expect(told.samples + kept.get(device)!.length).toBe((at === 2 ? ticks - 40 : ticks) * SERIES_OF_EACH)
    expect(told.from).toBe(first)
    expect(told.to).toBe(Math.min(...kept.get(device)!) - 1000)
  }
})

test('markers of the end of a series outlive thinning', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxBytes: 1_500_000 })
  const { ids } = deviceSeries(outbox)
  const [ending] = ids
  outbox.append({ samples: [{ time: epochMs(START + 1000), ids: [ending!], values: [Number.NaN] }] })
  for (let number = 0; number < 200; number++) {
    noise(outbox, number < 5 ? ids.slice(1) : ids, START + number * MINUTE)
    await clock.advance(MINUTE)
  }
  outbox.setConnected(true)
  const messages = takeAll(outbox)
  expect(lossesIn(messages).map(({ reason }) => reason)).toContain('thinned')
  const stale = messages
    .filter(({ lane }) => lane === 'backfill')
    .flatMap((one) => {
      const { ids: seen, times, values } = batchOf(one)
      return [...seen].flatMap((id, at) => (Number.isNaN(values[at]) ? [[id, times[at]]] : []))
    })
  expect(stale).toEqual([[ending, START + 1000]])
})

test('what found no room in memory while the disk took nothing is told for each device', async () => {
  const clock = new FakeClock(START)
  const folder = newFolder()
  const outbox = outboxIn(folder, { clock })
  const { ids } = deviceSeries(outbox)
  const other = new Database(join(folder, 'outbox.db'))
  other.exec('BEGIN IMMEDIATE')
  for (let number = 0; number < 300; number++) noise(outbox, ids, START + number * 1000)
  expect(outbox.flush()).toBe(false)
  other.exec('ROLLBACK')
  other.close()
  await clock.advance(1_000)
  const [told] = lossesIn(takeAll(outbox))
  const lostTicks = (300 * ids.length - outbox.status().samples) / ids.length
  expect(lostTicks).toBeGreaterThan(0)
  expect(told).toMatchObject({ reason: 'disk-full', samples: lostTicks * ids.length })
  const share = { samples: lostTicks * SERIES_OF_EACH, from: START, to: START + (lostTicks - 1) * 1000 }
  expect(new Set(told!.devices)).toEqual(new Set(DEVICES.map((device) => ({ device, ...share }))))
})

test('what the server refuses is told for each device, and a refused report of that is not told again', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  const { ids } = deviceSeries(outbox)
  noise(outbox, ids, START)
  outbox.flush()
  takeAll(outbox)
  outbox.acknowledge(ackOf(outbox, {}, { refused: [{ lane: 'samples', first: 1, last: 1, reason: 'no' }] }))
  const [told] = lossesIn(takeAll(outbox))
  expect(told).toMatchObject({ reason: 'refused', samples: ids.length, from: START, to: START })
  expect(told!.devices!.length).toBe(DEVICES.length)
  outbox.acknowledge(ackOf(outbox, {}, { refused: [{ lane: 'events', first: 1, last: 1, reason: 'no' }] }))
  outbox.rewind()
  expect(lossesIn(takeAll(outbox))).toEqual([])
})

test('facts go at the age of samples, events at four times that, counted', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxAgeMs: 3_600_000 })
  outbox.append({ events: [{ kind: 'notice', at: epochMs(START), code: 'test', message: 'hello' }] })
  outbox.flush()
  await clock.advance(2 * 3_600_000)
  outbox.flush()
  expect(outbox.status().lanes.events).toMatchObject({ messages: 1, dropped: 0 })
  await clock.advance(3 * 3_600_000)
  outbox.flush()
  expect(outbox.status().lanes.events).toMatchObject({ messages: 0, dropped: 1 })
})

test('a thousand devices are told in as many reports as they need', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxAgeMs: 3_600_000 })
  const ids = Array.from({ length: 1_100 }, () => outbox.seriesId({ __name__: 'm', device: randomUUID() }))
  ids.push(outbox.seriesId({ __name__: 'of no device' }))
  noise(outbox, ids, START)
  await clock.advance(2 * 3_600_000)
  outbox.setConnected(true)
  outbox.flush()
  await clock.advance(60_000)
  outbox.append({ events: [{ kind: 'notice', at: clock.now(), code: 'test', message: 'later' }] })
  outbox.flush()
  const lost = lossesIn(takeAll(outbox))
  expect(lost.map(({ devices }) => devices?.length)).toEqual([500, 500, 100])
  expect(lost.map(({ samples }) => samples)).toEqual([501, 500, 100])
})

test('a slow line with an outbox that is always full leaves no hole in the numbers that were sent', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxBytes: 1_048_576 })
  const { ids } = deviceSeries(outbox)
  const fill = async (ticks: number) => {
    for (let number = 0; number < ticks; number++) {
      noise(outbox, ids, clock.now())
      await clock.advance(MINUTE)
    }
  }
  await fill(300)
  outbox.setConnected(true)
  outbox.setLiveRule(() => false)
  let next = 1
  let empty = 0
  for (let round = 0; round < 30; round++) {
    for (let count = 0; count < 5; count++) {
      const message = outbox.take('backfill')
      if (message === undefined) break
      expect(message.first).toBe(next)
      next = message.last + 1
      if (message.samples === 0) empty++
      outbox.acknowledge(ackOf(outbox, { backfill: { upTo: message.last } }))
    }
    await fill(30)
  }
  expect(empty).toBeGreaterThan(1)
  outbox.close()
})
