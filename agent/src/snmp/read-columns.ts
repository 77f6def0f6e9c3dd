import { type ColumnTable, TableBuilder, type TableStop } from './column-table.ts'
import type { Conversation, Exchange } from './conversation.ts'
import { MAX_REPETITIONS, type SnmpRequest, type VarbindList } from './message.ts'
import { compareOidAt, type EncodedOid, encodeOid, encodeSuffix, formatOid, isBelow, type OidAt } from './oid.ts'
import type { SnmpOutcome } from './outcome.ts'
import { isMissing } from './value.ts'

/** More rows than any interface, storage or neighbour table that we read has. */
export const DEFAULT_MAX_ROWS = 10_000
/** A table that needs more questions than this is endless or the device gives one value at a time. */
const MAX_EXCHANGES = 4_000

export type ReadColumnsOptions = {
  /** Rows after which reading stops; 10,000 unless told. */
  readonly maxRows?: number
  /** How many rows there were last time: saves asking past the end. */
  readonly expectRows?: number
  /** Read just these rows, by GET. Cheapest for few rows of a large table; for all rows leave it out. */
  readonly indexes?: readonly string[]
}

/** One column on its way: `cursor` is the last name that the device gave. */
type Track = { readonly column: number; readonly prefix: EncodedOid; cursor: OidAt; rows: number }

/** Reads whole columns together by GETBULK (v1: GETNEXT). What was read before a failure is kept. */
export async function readTable(
  conversation: Conversation,
  oids: readonly string[],
  options: ReadColumnsOptions,
): Promise<SnmpOutcome<ColumnTable>> {
  const maxRows = options.maxRows ?? DEFAULT_MAX_ROWS
  const expectRows = options.expectRows ?? 0
  const table = new TableBuilder(oids.length, { maxRows, expectRows: expectRows || 16 })
  const prefixes = oids.map(encodeOid)
  let tracks: Track[] = prefixes.map((prefix, column) => ({
    column,
    prefix,
    cursor: { bytes: prefix, start: 0, end: prefix.length },
    rows: 0,
  }))
  let stopped: TableStop | null = null
  let circle: TableStop | null = null
  for (let exchanges = 0; tracks.length > 0 && stopped === null; exchanges++) {
    if (exchanges === MAX_EXCHANGES) {
      stopped = { kind: 'limit', detail: `it did not end within ${MAX_EXCHANGES} questions` }
      break
    }
    const asked = tracks
    const exchange = await conversation.ask((varbinds) => nextRows(asked, { varbinds, expectRows, conversation }))
    const step = takeStep(exchange, asked, table)
    tracks = step.tracks
    if (step.stopped?.kind === 'not-increasing') {
      conversation.counters.notIncreasing++
      circle = step.stopped
    } else stopped = step.stopped
  }
  if (stopped !== null && table.rowCount === 0 && isFailure(stopped)) return stopped
  return { kind: 'ok', value: table.finish(oids, stopped ?? circle) }
}

/** Reads given rows of given columns by GET. */
export async function readCells(
  conversation: Conversation,
  oids: readonly string[],
  indexes: readonly string[],
): Promise<SnmpOutcome<ColumnTable>> {
  const table = new TableBuilder(oids.length, { maxRows: indexes.length, expectRows: indexes.length })
  const prefixes = oids.map(encodeOid)
  const names: EncodedOid[] = []
  for (const index of indexes) {
    table.rowNamed(index)
    const suffix = encodeSuffix(index)
    for (const prefix of prefixes) names.push(joined(prefix, suffix))
  }
  const failure = await conversation.getAll(names, (list, at, place) => {
    if (list) table.put({ column: place % oids.length, row: Math.floor(place / oids.length) }, list, at)
  })
  return failure ?? { kind: 'ok', value: table.finish(oids, null) }
}

type Budget = { varbinds: number; expectRows: number; conversation: Conversation }

/** The next question: as many columns as fit, each for as many rows as fit. */
function nextRows(tracks: readonly Track[], { varbinds, expectRows, conversation }: Budget): SnmpRequest {
  const chosen = tracks.slice(0, Math.max(1, varbinds))
  const oids = chosen.map(({ cursor }) => cursor.bytes.subarray(cursor.start, cursor.end))
  if (!conversation.hasBulk) return { pdu: 'getNext', oids, repetitions: 1 }
  const fitting = Math.floor(varbinds / chosen.length)
  const fewest = chosen.reduce((rows, track) => Math.min(rows, track.rows), Number.POSITIVE_INFINITY)
  // One row more than expected, so that the end is seen in the same answer.
  const left = expectRows > fewest ? expectRows + 1 - fewest : Number.POSITIVE_INFINITY
  const repetitions = Math.max(1, Math.min(fitting, left, conversation.maxRepetitions, MAX_REPETITIONS))
  return { pdu: 'getBulk', oids, repetitions }
}

type Step = { tracks: Track[]; stopped: TableStop | null }

function takeStep(exchange: Exchange, tracks: Track[], table: TableBuilder): Step {
  if (exchange.kind !== 'answer') return { tracks, stopped: exchange }
  const { request, answer } = exchange
  const asked = tracks.slice(0, request.oids.length)
  const waiting = tracks.slice(request.oids.length)
  if (answer.errorStatus !== 0) {
    // Only v1's "no such name" comes here: the column in question is at its end.
    asked.splice(Math.max(0, answer.errorIndex - 1), 1)
    return { tracks: [...asked, ...waiting], stopped: null }
  }
  const list = answer.varbinds
  if (list.count === 0) return { tracks, stopped: { kind: 'malformed', detail: 'an answer without values' } }
  const ended = new Set<Track>()
  let stopped: TableStop | null = null
  // A device that sends more than was asked for is not believed beyond that.
  const count = Math.min(list.count, asked.length * request.repetitions)
  for (let at = 0; at < count; at++) {
    const track = asked[at % asked.length]
    if (!track || ended.has(track)) continue
    const stop = takeCell({ track, list, at, table, ended })
    if (stop) stopped = stop
  }
  return { tracks: [...waiting, ...asked.filter((track) => !ended.has(track))], stopped }
}

type Cell = { track: Track; list: VarbindList; at: number; table: TableBuilder; ended: Set<Track> }

function takeCell({ track, list, at, table, ended }: Cell): TableStop | null {
  const name = { bytes: list.packet, start: list.nameStart(at), end: list.nameEnd(at) }
  if (isMissing(list.tag(at)) || !isBelow(track.prefix, name)) {
    ended.add(track)
    return null
  }
  if (compareOidAt(name, track.cursor) <= 0) {
    // Only this column ends here; the others may be sound.
    ended.add(track)
    return { kind: 'not-increasing', detail: `the device went back to ${formatOid(name.bytes, name.start, name.end)}` }
  }
  const row = table.rowOf(list, at, track.prefix.length)
  if (row < 0) return { kind: 'limit', detail: `it has more than ${table.rowCount} rows` }
  table.put({ column: track.column, row }, list, at)
  track.cursor = name
  track.rows++
  return null
}

function joined(prefix: EncodedOid, suffix: EncodedOid): EncodedOid {
  const name = new Uint8Array(prefix.length + suffix.length)
  name.set(prefix)
  name.set(suffix, prefix.length)
  return name
}

function isFailure(stop: TableStop): stop is Exclude<TableStop, { kind: 'limit' | 'not-increasing' }> {
  return stop.kind !== 'limit' && stop.kind !== 'not-increasing'
}
