import type { Lane } from '@eyenet/shared/wire'
import { LANES } from '@eyenet/shared/wire'
import { Database } from '../sqlite/sqlite.ts'
import { LossTally } from './loss-tally.ts'
import { laneOf, type OutboxDatabase } from './outbox-file.ts'
import { readable } from './stored-samples.ts'

/** What a file held in one lane. */
export type HeldSamples = { readonly lane: Lane; readonly tally: LossTally }

/** Bounds the start of an agent: beyond this, samples are counted by message and of no device. */
const MAX_READ_SAMPLES = 10_000_000

type Row = { key: number; samples: number; since: number; until: number; body: Uint8Array }

/** What can still be read of an outbox that was put aside: from both ends, as far as the damage. Nothing is repaired. */
export function heldIn(file: string): HeldSamples[] {
  let database: OutboxDatabase | undefined
  const tallies = new Map<Lane, LossTally>()
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
    const devices = devicesIn(database)
    const deviceOf = (id: number) => devices.get(id) ?? ''
    const seen: Seen = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, samples: 0 }
    for (const order of ['ASC', 'DESC'] as const) {
      for (const row of rowsOf(database, order, seen)) {
        const lane = laneOf(row.key)
        const tally = tallies.get(lane) ?? new LossTally()
        tallies.set(lane, tally)
        addRow(tally, row, { lane, deviceOf: seen.samples < MAX_READ_SAMPLES ? deviceOf : undefined })
        seen.samples += row.samples
      }
    }
  } catch {
    // What cannot be opened has nothing that could be counted.
  } finally {
    database?.close()
  }
  return LANES.flatMap((lane) => {
    const tally = tallies.get(lane)
    return tally === undefined ? [] : [{ lane, tally }]
  })
}

/** Keys up to `from` and from `to` on have been read. */
type Seen = { from: number; to: number; samples: number }

function* rowsOf(database: OutboxDatabase, order: 'ASC' | 'DESC', seen: Seen): Generator<Row> {
  const select = database.prepare<[number, number], Row>(
    `SELECT key, samples, since, until, body FROM message WHERE key > ? AND key < ? ORDER BY key ${order} LIMIT 1`,
  )
  for (;;) {
    let row: Row | undefined
    try {
      row = select.get(finite(seen.from), finite(seen.to))
    } catch {
      // Here the damage begins.
      return
    }
    // Where keys are out of order no end would come.
    if (row === undefined || row.key <= seen.from || row.key >= seen.to) return
    if (order === 'ASC') seen.from = row.key
    else seen.to = row.key
    yield row
  }
}

const finite = (key: number): number => Math.max(-1, Math.min(key, Number.MAX_SAFE_INTEGER))

type Into = { readonly lane: Lane; readonly deviceOf: ((id: number) => string) | undefined }

function addRow(tally: LossTally, { samples, since, until, body }: Row, { lane, deviceOf }: Into): void {
  const isReport = lane === 'events' || lane === 'facts'
  const columns = isReport || deviceOf === undefined ? undefined : readable(body)
  if (columns !== undefined && deviceOf !== undefined) tally.addColumns(columns, deviceOf)
  else tally.add('', { samples: isReport ? 1 : samples, from: since, to: until })
}

function devicesIn(database: OutboxDatabase): ReadonlyMap<number, string> {
  const devices = new Map<number, string>()
  try {
    const select = database.prepare<[], { id: number; labels: string }>('SELECT id, labels FROM series')
    for (const { id, labels } of select.iterate()) {
      const device: unknown = JSON.parse(labels).device
      if (typeof device === 'string') devices.set(id, device)
    }
  } catch {
    // Series that cannot be read are of no device.
  }
  return devices
}
