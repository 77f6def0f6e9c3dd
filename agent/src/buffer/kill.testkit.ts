import { epochMs } from '@eyenet/shared/identity'
import pino from 'pino'
import { systemClock } from '../schedule/schedule.ts'
import { openOutbox } from './open-outbox.ts'

/**
 * The child of the kill test: appends ticks as fast as it can and prints each number after it is on disk, until it is
 * killed. Argument: the file.
 */
const [, , file = ''] = process.argv
const outbox = openOutbox({
  file,
  maxBytes: 2 ** 30,
  maxAgeMs: 1e12,
  synchronous: 'normal',
  clock: systemClock,
  logger: pino({ level: 'silent' }),
})
const ids = Array.from({ length: 100 }, (_, at) => outbox.seriesId({ __name__: 'm', n: String(at) }))
let number = outbox.status().lanes.backfill.samples / ids.length
function step(): void {
  outbox.append({ samples: [{ time: epochMs(1_700_000_000_000 + number * 1000), ids, values: ids.map(() => number) }] })
  outbox.flush()
  process.stdout.write(`${number}\n`)
  number++
  setImmediate(step)
}
step()
