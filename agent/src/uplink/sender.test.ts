import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import pino from 'pino'
import { expect, test } from 'vitest'
import { type OutboxMessage, openOutbox } from '../buffer/buffer.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Sender } from './sender.ts'

const START = 1_700_000_000_000

test('messages that are given up while nobody acknowledges them give their room on the line back', async () => {
  const clock = new FakeClock(START)
  const outbox = openOutbox({
    ...{ file: join(mkdtempSync(join(tmpdir(), 'eyenet-sender-')), 'outbox.db'), maxBytes: 2 ** 30, clock },
    ...{ maxAgeMs: 3_600_000, synchronous: 'normal', logger: pino({ level: 'silent' }) },
  })
  const sent: OutboxMessage[] = []
  const publish = (message: OutboxMessage, taken: () => void): void => {
    sent.push(message)
    taken()
  }
  const sender = new Sender({ outbox, clock, publish })
  const ids = Array.from({ length: 900 }, (_, at) => outbox.seriesId({ __name__: 'm', n: String(at) }))
  const sample = (): void => {
    const values = ids.map((id) => Math.sin(id + clock.now()))
    outbox.append({ samples: [{ time: epochMs(clock.now()), ids, values }] })
    outbox.flush()
    sender.pump()
  }
  sender.start()
  for (let minute = 0; minute < 5; minute++) {
    sample()
    await clock.advance(60_000)
  }
  const before = sent.filter(({ lane }) => lane === 'samples').map(({ first }) => first)
  expect(before.length).toBeGreaterThan(0)
  for (const first of before) outbox.discard({ lane: 'samples', first, last: first }, 'a test')
  sender.resendOverdue()
  const told = Math.max(...sent.filter(({ lane }) => lane === 'events').map(({ last }) => last))
  sender.acknowledged({
    ...{ epoch: outbox.epoch, lanes: { events: { upTo: told, holes: [] } }, refused: [] },
    ...{ resendDefinitions: false, at: clock.now() },
  })
  expect(sent.filter(({ lane }) => lane === 'samples').at(-1)?.first).toBeGreaterThan(Math.max(...before))
  sender.stop()
  outbox.close()
})
