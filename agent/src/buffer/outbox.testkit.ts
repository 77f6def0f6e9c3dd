import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { epochMs } from '@eyenet/shared/identity'
import { type Acknowledgement, decodeSamples, type Lane, type SamplesBatch, unframe } from '@eyenet/shared/wire'
import pino from 'pino'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { openOutbox } from './open-outbox.ts'
import type { Outbox, OutboxOptions } from './outbox.ts'
import type { OutboxMessage } from './outbox-message.ts'

export const START = 1_700_000_000_000

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'eyenet-outbox-'))
}

export function outboxIn(folder: string, options: Partial<OutboxOptions> = {}): Outbox {
  return openOutbox({
    file: join(folder, 'outbox.db'),
    maxBytes: 2 ** 30,
    maxAgeMs: 86_400_000,
    synchronous: 'normal',
    clock: new FakeClock(START),
    logger: pino({ level: 'silent' }),
    ...options,
  })
}

/** Ids of so many series. */
export function seriesOf(outbox: Outbox, count: number): number[] {
  return Array.from({ length: count }, (_, at) => outbox.seriesId({ __name__: 'm', site: 's', n: String(at) }))
}

/** One tick of counters that move a little unevenly. */
export function tick(outbox: Outbox, ids: readonly number[], number: number): void {
  const values = ids.map(
    (id) => 1e9 * (1 + (id % 7)) + number * 1e5 * (1 + (id % 5)) + ((id * 7919 + number * 104_729) % 9_973),
  )
  outbox.append({ samples: [{ time: epochMs(START + number * 60_000), ids, values }] })
}

export function takeAll(outbox: Outbox): OutboxMessage[] {
  const all: OutboxMessage[] = []
  for (let one = outbox.take(); one !== undefined; one = outbox.take()) all.push(one)
  return all
}

export function body(payload: Uint8Array): Uint8Array {
  return unframe(payload, (deflated, maxOutputLength) => inflateRawSync(deflated, { maxOutputLength }))
}

export function batchOf(message: Pick<OutboxMessage, 'payload'>): SamplesBatch {
  return decodeSamples(body(message.payload))
}

export function reportOf(message: Pick<OutboxMessage, 'payload'>): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(body(message.payload)))
}

export function ackOf(
  outbox: Outbox,
  lanes: Partial<Record<Lane, { upTo: number; holes?: [number, number][] }>>,
  more: Partial<Acknowledgement> = {},
): Acknowledgement {
  const said: Acknowledgement['lanes'] = {}
  for (const lane of ['events', 'facts', 'samples', 'backfill'] as const) {
    const one = lanes[lane]
    if (one) said[lane] = { upTo: one.upTo, holes: one.holes ?? [] }
  }
  return { epoch: outbox.epoch, lanes: said, resendDefinitions: false, refused: [], at: epochMs(START), ...more }
}
