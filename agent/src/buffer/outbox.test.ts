import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Database } from '../sqlite/sqlite.ts'
import { readBufferStatus } from './buffer-status.ts'
import { ackOf, batchOf, newFolder, outboxIn, reportOf, START, seriesOf, takeAll, tick } from './outbox.testkit.ts'

const notice = { kind: 'notice', at: epochMs(START), code: 'test', message: 'hello' } as const

test('samples of one moment are one message, with the definitions the server does not know', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock })
  outbox.setConnected(true)
  tick(outbox, seriesOf(outbox, 3), 0)
  expect(outbox.take()).toBeUndefined()
  await clock.advance(200)
  const [message, ...rest] = takeAll(outbox)
  expect(rest).toEqual([])
  expect(message).toMatchObject({ lane: 'samples', first: 1, last: 1 })
  const batch = batchOf(message!)
  expect(batch).toMatchObject({ epoch: outbox.epoch, first: 1, last: 1 })
  expect(batch.definitions[2]).toEqual({ id: 2, labels: { __name__: 'm', site: 's', n: '2' } })
  expect([...batch.times]).toEqual([START, START, START])
})

test('a definition travels until a message with it is acknowledged', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  const ids = seriesOf(outbox, 2)
  for (const number of [0, 1, 2]) {
    tick(outbox, ids, number)
    outbox.flush()
  }
  const definitions = takeAll(outbox).map((one) => batchOf(one).definitions.length)
  expect(definitions).toEqual([2, 2, 2])
  outbox.acknowledge(ackOf(outbox, { samples: { upTo: 1 } }))
  expect(batchOf(outbox.read('samples', 2)!).definitions).toEqual([])
  outbox.acknowledge(ackOf(outbox, {}, { resendDefinitions: true }))
  expect(batchOf(outbox.read('samples', 2)!).definitions.length).toBe(2)
})

test('what is acknowledged goes, holes stay and are sent again after a new connection', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  const ids = seriesOf(outbox, 2)
  for (let number = 0; number < 5; number++) {
    tick(outbox, ids, number)
    outbox.flush()
  }
  takeAll(outbox)
  outbox.acknowledge(ackOf(outbox, { samples: { upTo: 5, holes: [[2, 3]] } }))
  expect(outbox.status()).toMatchObject({ samples: 4, oldest: START + 60_000 })
  outbox.setConnected(true)
  expect(takeAll(outbox).map((one) => one.first)).toEqual([2, 3])
})

test('events and facts go before samples, live before backlog', () => {
  const outbox = outboxIn(newFolder())
  const ids = seriesOf(outbox, 1)
  tick(outbox, ids, 0)
  outbox.flush()
  outbox.setConnected(true)
  tick(outbox, ids, 1)
  outbox.append({ events: [notice] })
  outbox.flush()
  const messages = takeAll(outbox)
  expect(messages.map((one) => one.lane)).toEqual(['events', 'samples', 'backfill'])
  expect(reportOf(messages[0]!)).toEqual({ ...notice, epoch: outbox.epoch, seq: 1 })
})

test('everything survives closing and opening, numbers go on', () => {
  const folder = newFolder()
  const first = outboxIn(folder)
  const ids = seriesOf(first, 4)
  tick(first, ids, 0)
  first.append({ events: [notice] })
  first.close()
  const again = outboxIn(folder)
  expect(again.epoch).toBe(first.epoch)
  expect(seriesOf(again, 4)).toEqual(ids)
  again.append({ events: [notice] })
  again.flush()
  expect(takeAll(again).map((one) => [one.lane, one.first])).toEqual([
    ['events', 1],
    ['events', 2],
    ['backfill', 1],
  ])
  expect(readBufferStatus(join(folder, 'outbox.db'))).toMatchObject({ samples: 4, epoch: first.epoch })
})

test('the backlog is merged to a quarter of the bytes, nothing lost, nothing twice', () => {
  const outbox = outboxIn(newFolder())
  const ids = seriesOf(outbox, 1_000)
  for (let number = 0; number < 30; number++) {
    tick(outbox, ids, number)
    outbox.flush()
  }
  // The server knows the series: only samples are measured.
  outbox.setConnected(true)
  const definitions = batchOf(outbox.take()!)
  expect(definitions.definitions.length).toBeGreaterThan(0)
  const messages = [...takeAll(outbox)]
  const seen = new Set<string>()
  let samples = 0
  let bytes = 0
  let next = definitions.last + 1
  for (const message of messages) {
    const batch = batchOf(message)
    expect(message.first).toBe(next)
    next = message.last + 1
    for (const [at, id] of batch.ids.entries()) seen.add(`${id} ${batch.times[at]}`)
    samples += batch.ids.length
    bytes += message.payload.length
  }
  expect(next).toBe(31)
  expect(seen.size + definitions.ids.length).toBe(30_000)
  console.info(`backlog of 30 ticks: ${(bytes / samples).toFixed(2)} bytes per sample with definitions`)
  expect(bytes / samples).toBeLessThan(2.5)
})

test('a range that may have been sent is never cut anew', () => {
  const folder = newFolder()
  const outbox = outboxIn(folder)
  const ids = seriesOf(outbox, 10)
  for (let number = 0; number < 4; number++) {
    tick(outbox, ids, number)
    outbox.flush()
  }
  outbox.setConnected(true)
  const sent = outbox.take()!
  outbox.setConnected(false)
  for (let number = 4; number < 8; number++) {
    tick(outbox, ids, number)
    outbox.flush()
  }
  outbox.close()
  const again = outboxIn(folder)
  again.setConnected(true)
  const messages = takeAll(again)
  expect(messages[0]).toMatchObject({ first: sent.first, last: sent.last })
  expect(batchOf(messages[0]!).ids.length).toBe(batchOf(sent).ids.length)
  expect(messages.map((one) => [one.first, one.last])).toEqual([
    [1, 4],
    [5, 8],
  ])
})

test('over quota the oldest samples go first, counted, and one event says so while nobody listens', () => {
  const outbox = outboxIn(newFolder(), { maxBytes: 1_048_576 })
  const ids = seriesOf(outbox, 2_000)
  outbox.append({ events: [notice] })
  for (let number = 0; number < 400; number++) {
    outbox.append({
      samples: [{ time: epochMs(START + number * 60_000), ids, values: ids.map((id) => Math.sin(id * 31 + number)) }],
    })
    outbox.flush()
  }
  const status = outbox.status()
  expect(status.bytes).toBeLessThanOrEqual(1_048_576)
  expect(status.droppedSamples).toBeGreaterThan(0)
  expect(status.samples).toBeGreaterThan(40_000)
  expect(status.samples + status.droppedSamples).toBe(800_000)
  expect(status.oldest).toBeGreaterThan(START)
  outbox.setConnected(true)
  const events = takeAll(outbox)
    .filter((one) => one.lane === 'events')
    .map(reportOf)
  expect(events[0]).toMatchObject({ code: 'test' })
  const dropped = events.filter((one) => one.kind === 'dropped')
  expect(dropped.reduce((sum, one) => sum + Number(one.samples), 0)).toBe(status.droppedSamples)
  expect(dropped).toMatchObject([{ lane: 'backfill', from: START, reason: 'quota' }])
})

test('samples over the age are dropped and counted', async () => {
  const clock = new FakeClock(START)
  const outbox = outboxIn(newFolder(), { clock, maxAgeMs: 3_600_000 })
  const ids = seriesOf(outbox, 2)
  tick(outbox, ids, 0)
  await clock.advance(7_200_000)
  tick(outbox, ids, 120)
  outbox.flush()
  expect(outbox.status()).toMatchObject({ samples: 2, droppedSamples: 2 })
})

test('while the disk takes nothing samples wait in memory, bounded, and are written when it does', async () => {
  const clock = new FakeClock(START)
  const folder = newFolder()
  const outbox = outboxIn(folder, { clock })
  const ids = seriesOf(outbox, 10_000)
  const other = new Database(join(folder, 'outbox.db'))
  other.exec('BEGIN IMMEDIATE')
  for (let number = 0; number < 25; number++) tick(outbox, ids, number)
  expect(outbox.flush()).toBe(false)
  expect(outbox.status()).toMatchObject({ pendingSamples: 200_000, droppedSamples: 50_000, diskTrouble: true })
  other.exec('ROLLBACK')
  other.close()
  await clock.advance(1_000)
  expect(outbox.status()).toMatchObject({ samples: 200_000, droppedSamples: 50_000, diskTrouble: false })
  const event = reportOf(outbox.take()!)
  expect(event).toMatchObject({ kind: 'dropped', samples: 50_000, from: START, reason: 'disk-full' })
})

test('a refused message is dropped, counted and told', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  tick(outbox, seriesOf(outbox, 3), 0)
  outbox.flush()
  takeAll(outbox)
  outbox.acknowledge(ackOf(outbox, {}, { refused: [{ lane: 'samples', first: 1, last: 1, reason: 'too odd' }] }))
  expect(outbox.status()).toMatchObject({ samples: 0, droppedSamples: 3 })
  expect(reportOf(outbox.take()!)).toMatchObject({ kind: 'dropped', samples: 3, reason: 'refused' })
  expect(reportOf(outbox.take()!)).toMatchObject({ kind: 'notice', code: 'message-refused' })
})

test('an outbox restored from a copy goes on under a new epoch and sends everything', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  tick(outbox, seriesOf(outbox, 2), 0)
  outbox.flush()
  const before = outbox.epoch
  outbox.acknowledge(ackOf(outbox, { samples: { upTo: 900 } }))
  outbox.flush()
  expect(outbox.epoch).not.toBe(before)
  const samples = takeAll(outbox).filter((one) => one.lane === 'samples')
  expect(samples.map((one) => batchOf(one).epoch)).toEqual([outbox.epoch])
  expect(batchOf(samples[0]!).definitions.length).toBe(2)
})

test('a new epoch is begun wholly or not at all', () => {
  const folder = newFolder()
  const outbox = outboxIn(folder)
  tick(outbox, seriesOf(outbox, 2), 0)
  outbox.flush()
  const before = outbox.epoch
  const other = new Database(join(folder, 'outbox.db'))
  // One of the two marks cannot be written, as when the process ends between them.
  other.exec(`CREATE TRIGGER broken BEFORE INSERT ON meta WHEN NEW.name = 'mixed' BEGIN SELECT RAISE(ABORT, 'no'); END`)
  expect(() => outbox.acknowledge(ackOf(outbox, { samples: { upTo: 900 } }))).toThrow('no')
  other.exec('DROP TRIGGER broken')
  other.close()
  outbox.close()
  expect(outboxIn(folder).epoch).toBe(before)
})

test('an acknowledgement of another epoch changes nothing', () => {
  const outbox = outboxIn(newFolder())
  outbox.setConnected(true)
  tick(outbox, seriesOf(outbox, 2), 0)
  outbox.flush()
  takeAll(outbox)
  const foreign = { ...ackOf(outbox, { samples: { upTo: 1 } }), epoch: 'ffffffffffffffff' as typeof outbox.epoch }
  expect(outbox.acknowledge(foreign)).toBe(false)
  expect(outbox.status().samples).toBe(2)
})

test('a damaged file is put aside and a new one begun', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'outbox.db'), 'this is not a database, by far not'.repeat(300))
  const outbox = outboxIn(folder)
  outbox.flush()
  expect(reportOf(outbox.take()!)).toMatchObject({ code: 'outbox-damaged' })
})
