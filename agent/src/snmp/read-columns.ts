import { type ColumnTable, TableBuilder, type TableStop } from './column-table.ts'
import { ColumnTrack } from './column-track.ts'
import type { Conversation, Exchange } from './conversation.ts'
import { MAX_REPETITIONS, type SnmpRequest, type VarbindList } from './message.ts'
import { type EncodedOid, encodeOid, encodeSuffix, formatOid } from './oid.ts'
import type { SnmpOutcome } from './outcome.ts'
import { isMissing } from './value.ts'

/** More rows than any interface, storage or neighbour table that we read has. */
export const DEFAULT_MAX_ROWS = 10_000
/** A table that needs more questions than this is endless or the device gives one value at a time. */
const MAX_EXCHANGES = 4_000
/** Where the number of rows is known, so many questions beyond those that it needs: for rows that are new, and small answers. */
const MORE_EXCHANGES = 100
const MORE_TIMES = 8
/** A poll comes again every minute or so: a table that takes longer must not hold up the next. */
export const MAX_POLL_MS = 60_000
/** For tables that are read now and then, from slow devices. */
export const MAX_WALK_MS = 5 * 60_000

export type ReadColumnsOptions = {
  /** Rows after which reading stops; 10,000 unless told. */
  readonly maxRows?: number
  /** How many rows there were last time: saves asking past the end. */
  readonly expectRows?: number
  /** Read just these rows, by GET. Cheapest for few rows of a large table; for all rows leave it out. */
  readonly indexes?: readonly string[]
  /** After so long reading stops; a minute unless told. */
  readonly maxMs?: number
  /** Asked before each question: false ends the table there. */
  readonly mayAsk?: () => boolean
}

/** Reads whole columns together by GETBULK (v1: GETNEXT). What was read before a failure is kept. */
export async function readTable(
  conversation: Conversation,
  oids: readonly string[],
  options: ReadColumnsOptions,
): Promise<SnmpOutcome<ColumnTable>> {
  const maxRows = options.maxRows ?? DEFAULT_MAX_ROWS
  const expectRows = options.expectRows ?? 0
  const table = new TableBuilder(oids.length, { maxRows, expectRows: expectRows || 16 })
  let tracks = oids.map((oid, column) => new ColumnTrack(column, encodeOid(oid)))
  let stopped: TableStop | null = null
  let circle: TableStop | null = null
  const bound = boundsOf(conversation, { columns: oids.length, options })
  for (let exchanges = 0; tracks.length > 0 && stopped === null; exchanges++) {
    stopped = bound(exchanges)
    if (stopped !== null) break
    const asked = tracks
    const exchange = await conversation.ask((varbinds) => nextRows(asked, { varbinds, expectRows, conversation }))
    const step = takeStep(exchange, asked, table)
    tracks = step.tracks
    if (step.stopped?.kind === 'not-increasing') {
      conversation.counters.notIncreasing++
      circle = step.stopped
    } else stopped = step.stopped ?? table.fullness
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
    if (!list) return
    table.turnToRow(Math.floor(place / oids.length))
    table.put(place % oids.length, list, at)
  })
  return failure ?? { kind: 'ok', value: table.finish(oids, table.fullness) }
}

/** Says before each question whether a table has taken too much already. */
function boundsOf(
  conversation: Conversation,
  { columns, options }: { columns: number; options: ReadColumnsOptions },
): (exchanges: number) => TableStop | null {
  const { expectRows = 0, maxMs = MAX_POLL_MS, mayAsk } = options
  const untilMs = conversation.nowMs() + maxMs
  const most = (): number => {
    if (expectRows === 0) return MAX_EXCHANGES
    const perRow = Math.ceil(columns / conversation.learnt.varbinds)
    return Math.min(MAX_EXCHANGES, MORE_EXCHANGES + MORE_TIMES * expectRows * perRow)
  }
  return (exchanges) => {
    if (exchanges >= most()) return { kind: 'limit', detail: `it did not end within ${exchanges} questions` }
    if (conversation.nowMs() > untilMs) return { kind: 'limit', detail: `it did not end within ${maxMs / 1_000} s` }
    return mayAsk?.() === false ? { kind: 'limit', detail: 'no more questions are left for it' } : null
  }
}

type Budget = { varbinds: number; expectRows: number; conversation: Conversation }

/** The next question: as many columns as fit, each for as many rows as fit. */
function nextRows(tracks: readonly ColumnTrack[], { varbinds, expectRows, conversation }: Budget): SnmpRequest {
  const chosen = tracks.slice(0, Math.max(1, varbinds))
  const oids = chosen.map(({ cursor }) => cursor)
  if (!conversation.hasBulk) return { pdu: 'getNext', oids, repetitions: 1 }
  const fitting = Math.floor(varbinds / chosen.length)
  const fewest = chosen.reduce((rows, track) => Math.min(rows, track.rows), Number.POSITIVE_INFINITY)
  // One row more than expected, so that the end is seen in the same answer.
  const left = expectRows > fewest ? expectRows + 1 - fewest : Number.POSITIVE_INFINITY
  const repetitions = Math.max(1, Math.min(fitting, left, conversation.maxRepetitions, MAX_REPETITIONS))
  return { pdu: 'getBulk', oids, repetitions }
}

type Step = { tracks: ColumnTrack[]; stopped: TableStop | null }

function takeStep(exchange: Exchange, tracks: ColumnTrack[], table: TableBuilder): Step {
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
  // A device that sends more than was asked for is not believed beyond that.
  const count = Math.min(list.count, asked.length * request.repetitions)
  const stopped = takeCells(asked, { list, count }, table)
  for (const track of asked) track.rest(list)
  list.release()
  return { tracks: [...waiting, ...asked.filter((track) => !track.isEnded)], stopped }
}

/** The hot loop: cells of `asked` in turn, from the packet into the table. No object is made per varbind. */
function takeCells(
  asked: readonly ColumnTrack[],
  { list, count }: { list: VarbindList; count: number },
  table: TableBuilder,
): TableStop | null {
  let stopped: TableStop | null = null
  let place = 0
  for (let at = 0; at < count; at++) {
    const track = asked[place]
    place = place + 1 === asked.length ? 0 : place + 1
    if (track === undefined || track.isEnded) continue
    if (!track.holds(list, at) || isMissing(list.tag(at))) track.isEnded = true
    else if (!track.step(list, at)) {
      // Only this column ends here; the others may be sound.
      track.isEnded = true
      stopped = wentBack(list, at)
    } else if (table.turnToRowOf(list, at, track.prefix.length)) table.put(track.column, list, at)
    else stopped = { kind: 'limit', detail: `it has more than ${table.rowCount} rows` }
  }
  return stopped
}

function wentBack(list: VarbindList, at: number): TableStop {
  const name = formatOid(list.packet, list.nameStart(at), list.nameEnd(at))
  return { kind: 'not-increasing', detail: `the device went back to ${name}` }
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
