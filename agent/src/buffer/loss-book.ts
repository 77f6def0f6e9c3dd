import { DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type DropReason, LANES, type Lane, MAX_DROPPED_DEVICES } from '@eyenet/shared/wire'
import { LossTally } from './loss-tally.ts'
import type { OutboxDatabase } from './outbox-file.ts'
import type { NewEvent } from './pending-group.ts'

/** Losses with more than this between them are told apart: what lies between was not lost. */
const APART_MS = 3_600_000
/** Rare, and of moments that do not follow each other: told at once, also while nobody listens. */
const TOLD_AT_ONCE: ReadonlySet<DropReason> = new Set(['disk-full', 'refused', 'damaged'])

type Row = { lane: number; reason: DropReason; device: string; samples: number; since: number; until: number }
type Key = { readonly lane: Lane; readonly reason: DropReason }

/**
 * What left the outbox and was not acknowledged, summed by lane, reason and device in the transaction that removes it.
 * While nobody listens it is added up, so that days of it are one report. All of it is to be called within transactions.
 */
export class LossBook {
  readonly #options: { readonly now: () => EpochMs; readonly insertEvent: (event: NewEvent) => void }
  readonly #add
  readonly #count
  readonly #span
  readonly #of
  readonly #remove
  readonly #keys

  constructor(
    database: OutboxDatabase,
    options: { readonly now: () => EpochMs; readonly insertEvent: (event: NewEvent) => void },
  ) {
    this.#options = options
    this.#add = database.prepare(`
      INSERT INTO loss (lane, reason, device, samples, since, until) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (lane, reason, device) DO UPDATE SET samples = samples + excluded.samples,
        since = min(since, excluded.since), until = max(until, excluded.until)`)
    this.#count = database.prepare(`
      INSERT INTO loss_total (reason, samples) VALUES (?, ?)
      ON CONFLICT (reason) DO UPDATE SET samples = samples + excluded.samples`)
    this.#span = database.prepare<[number, string], { since: number | null; until: number | null }>(
      'SELECT min(since) AS since, max(until) AS until FROM loss WHERE lane = ? AND reason = ?',
    )
    this.#of = database.prepare<[number, string], Row>(
      'SELECT * FROM loss WHERE lane = ? AND reason = ? ORDER BY device',
    )
    this.#remove = database.prepare('DELETE FROM loss WHERE lane = ? AND reason = ?')
    this.#keys = database.prepare<[], { lane: number; reason: DropReason }>('SELECT DISTINCT lane, reason FROM loss')
  }

  record(key: Key, tally: LossTally): void {
    if (tally.total.samples === 0) return
    const lane = LANES.indexOf(key.lane)
    const { since, until } = this.#span.get(lane, key.reason) ?? { since: null, until: null }
    const isApart =
      since !== null && until !== null && (tally.total.from > until + APART_MS || tally.total.to < since - APART_MS)
    if (isApart) this.#tell(key)
    for (const [device, { samples, from, to }] of tally.devices) {
      this.#add.run(lane, key.reason, device, samples, from, to)
    }
    // What is counted is samples; lost reports have their lane's own count.
    if (key.lane === 'samples' || key.lane === 'backfill') this.#count.run(key.reason, tally.total.samples)
    if (TOLD_AT_ONCE.has(key.reason)) this.#tell(key)
  }

  get isEmpty(): boolean {
    return this.#keys.all().length === 0
  }

  /** Makes reports of what is added up. */
  tellAll(): void {
    for (const { lane, reason } of this.#keys.all()) this.#tell({ lane: LANES[lane] ?? 'backfill', reason })
  }

  #tell({ lane, reason }: Key): void {
    const rows = this.#of.all(LANES.indexOf(lane), reason)
    this.#remove.run(LANES.indexOf(lane), reason)
    for (const event of eventsOf({ lane, reason }, rows, this.#options.now())) this.#options.insertEvent(event)
  }
}

/** Samples lost since the file was made, by reason; none in the file of an older agent. */
export function lossTotals(database: OutboxDatabase): Partial<Record<DropReason, number>> {
  const isThere = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'loss_total'`).get() !== undefined
  if (!isThere) return {}
  const rows = database.prepare<[], { reason: DropReason; samples: number }>('SELECT reason, samples FROM loss_total')
  return Object.fromEntries(rows.all().map(({ reason, samples }) => [reason, samples]))
}

/** As many reports as the devices need; samples of no device go with the first. */
function eventsOf({ lane, reason }: Key, rows: readonly Row[], at: EpochMs): NewEvent[] {
  const named = rows.filter(({ device }) => DeviceId.safeParse(device).success)
  const rest = rows.filter((row) => !named.includes(row))
  const events: NewEvent[] = []
  for (let from = 0; from === 0 || from < named.length; from += MAX_DROPPED_DEVICES) {
    const part = named.slice(from, from + MAX_DROPPED_DEVICES)
    const sum = new LossTally()
    for (const { samples, since, until } of from === 0 ? [...rest, ...part] : part) {
      sum.add('', { samples, from: since, to: until })
    }
    if (sum.total.samples === 0) break
    const devices = part.map(({ device, samples, since, until }) => ({
      device: DeviceId.parse(device),
      samples,
      from: epochMs(since),
      to: epochMs(until),
    }))
    const { samples, from: since, to: until } = sum.total
    const span = { samples, from: epochMs(since), to: epochMs(until) }
    events.push({ kind: 'dropped', at, lane, reason, ...span, ...(devices.length > 0 ? { devices } : {}) })
  }
  return events
}
