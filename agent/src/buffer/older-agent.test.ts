import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { Database } from '../sqlite/sqlite.ts'
import { newFolder, outboxIn, START, seriesOf, tick } from './outbox.testkit.ts'

test('a file that an older agent wrote on in between is as good as before', () => {
  const folder = newFolder()
  const before = outboxIn(folder)
  const ids = seriesOf(before, 3)
  tick(before, ids, 0)
  before.close()

  // What that agent does: its statements name no checksum.
  const older = new Database(join(folder, 'outbox.db'))
  older.exec(`INSERT INTO message (key, last, merged, samples, since, until, body)
    SELECT key + 1, last + 1, merged, samples, since, until, body FROM message;
    UPDATE lane SET next = next + 1 WHERE lane = 3`)
  older.close()

  const after = outboxIn(folder)
  expect(after.epoch).toBe(before.epoch)
  expect(after.status().samples).toBe(6)
  after.append({ samples: [{ time: epochMs(START + 60_000), ids, values: [1, 2, 3] }] })
  after.close()
  const again = outboxIn(folder)
  expect(again.epoch).toBe(before.epoch)
  expect(again.status().samples).toBe(9)
})
