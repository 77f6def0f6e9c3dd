import { epochMs } from '@eyenet/shared/identity'
import pino from 'pino'
import { systemClock } from '../schedule/schedule.ts'
import { openOutbox } from './open-outbox.ts'
import type { Outbox } from './outbox.ts'

/**
 * The child of the test of disk faults: appends ticks and prints each number once it is on disk. A tick that the disk does
 * not take is tried again, together with the next; what ends an agent begins it anew, as systemd does. Arguments: the file,
 * the number of ticks.
 */
const [, , file = '', ticks = '0'] = process.argv
/** A disk that takes nothing any more is given up after so many tries. */
const MAX_FAILURES = 60
const SERIES = 60

type Running = { readonly outbox: Outbox; readonly ids: readonly number[] }

let failures = 0
let waiting: number[] = []
let running: Running | undefined

function begun(): Running {
  const outbox = openOutbox({
    file,
    maxBytes: 2 ** 30,
    maxAgeMs: 1e13,
    synchronous: 'full',
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  })
  const ids = Array.from({ length: SERIES }, (_, at) => outbox.seriesId({ __name__: 'm', n: String(at) }))
  return { outbox, ids }
}

function step(number: number): void {
  running ??= begun()
  const { outbox, ids } = running
  outbox.append({ samples: [{ time: epochMs(1_700_000_000_000 + number * 1000), ids, values: ids.map(() => number) }] })
  waiting.push(number)
  if (!outbox.flush()) {
    failures++
    return
  }
  process.stdout.write(waiting.map((one) => `${one}\n`).join(''))
  waiting = []
}

for (let number = 0; number < Number(ticks) && failures < MAX_FAILURES; number++) {
  try {
    step(number)
  } catch (thrown) {
    // What is in memory goes with the process.
    process.stderr.write(`${String(thrown)}\n`)
    failures++
    waiting = []
    running = undefined
  }
}
process.exit(0)
