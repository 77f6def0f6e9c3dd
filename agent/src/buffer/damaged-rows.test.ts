import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { EventReport } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Database } from '../sqlite/sqlite.ts'
import { newFolder, outboxIn, reportOf, START, seriesOf, takeAll, tick } from './outbox.testkit.ts'

const MINUTE = 60_000

/** Lets the disk give back something else than was written, of one row of the backlog. */
function damage(folder: string, which: string): void {
  const database = new Database(join(folder, 'outbox.db'))
  database.exec(`UPDATE message SET body = zeroblob(length(body)) WHERE key = (${which})`)
  database.close()
}

function lossesIn(messages: ReturnType<typeof takeAll>): Record<string, number> {
  const lost: Record<string, number> = {}
  for (const message of messages) {
    if (message.lane !== 'events') continue
    const event = EventReport.parse(reportOf(message))
    if (event.kind === 'dropped') lost[event.reason] = (lost[event.reason] ?? 0) + event.samples
  }
  return lost
}

test('a damaged row that is the only one to be merged is dropped once, and told', () => {
  const folder = newFolder()
  const before = outboxIn(folder)
  tick(before, seriesOf(before, 50), 0)
  before.close()
  damage(folder, 'SELECT max(key) FROM message')
  const outbox = outboxIn(folder)
  outbox.setConnected(true)
  expect(lossesIn([...takeAll(outbox), ...takeAll(outbox)])).toEqual({ damaged: 50 })
})

/** Hours of 900 series, in merged rows. */
async function mergedBacklog() {
  const [folder, clock, ticks, series] = [newFolder(), new FakeClock(START), 400, 900]
  const outbox = outboxIn(folder, { clock })
  const ids = Array.from({ length: series }, (_, at) =>
    outbox.seriesId({ __name__: 'm', device: randomUUID(), n: String(at) }),
  )
  for (let number = 0; number < ticks; number++) {
    const time = START + number * MINUTE
    outbox.append({ samples: [{ time: epochMs(time), ids, values: ids.map((id) => Math.sin(id * 31 + time)) }] })
    await clock.advance(MINUTE)
  }
  outbox.close()
  return { folder, clock, ticks, series }
}

test('what is thinned before a damaged row is told as well', async () => {
  const { folder, clock, ticks, series } = await mergedBacklog()
  // In the midst of what one step takes.
  damage(folder, 'SELECT key FROM message WHERE merged = 1 ORDER BY key LIMIT 1 OFFSET 20')

  const outbox = outboxIn(folder, { clock, maxBytes: 2_500_000 })
  outbox.flush()
  await clock.advance(MINUTE)
  outbox.setConnected(true)
  const messages = takeAll(outbox)
  const kept = messages.reduce((sum, { samples }) => sum + samples, 0)
  const lost = lossesIn(messages)
  expect(lost.damaged).toBeGreaterThan(0)
  expect(kept + Object.values(lost).reduce((sum, one) => sum + one, 0)).toBe(ticks * series)
})

test('what was sent while the disk took no mark of that is not cut anew', async () => {
  const { folder, clock } = await mergedBacklog()
  const outbox = outboxIn(folder, { clock, maxBytes: 2_500_000 })
  const other = new Database(join(folder, 'outbox.db'))
  other.exec('BEGIN IMMEDIATE')
  const sent = outbox.take('backfill')
  other.exec('ROLLBACK')
  other.close()
  outbox.flush()
  await clock.advance(MINUTE)
  expect(outbox.status().droppedSamples).toBeGreaterThan(0)
  expect(outbox.read('backfill', sent?.first ?? 0)?.payload).toEqual(sent?.payload)
  outbox.close()
})

test('a file whose epoch is gone is put aside: its messages would be acknowledged to nobody', () => {
  const folder = newFolder()
  const before = outboxIn(folder)
  tick(before, seriesOf(before, 50), 0)
  before.close()
  const database = new Database(join(folder, 'outbox.db'))
  database.exec("DELETE FROM meta WHERE name = 'epoch'")
  database.close()
  const outbox = outboxIn(folder)
  outbox.setConnected(true)
  expect(lossesIn(takeAll(outbox))).toEqual({ damaged: 50 })
})
