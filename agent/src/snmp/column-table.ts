import type { VarbindList } from './message.ts'
import { TAG } from './message.ts'
import { formatSuffix } from './oid.ts'
import type { SnmpFailure } from './outcome.ts'
import {
  decodeValue,
  highWord,
  integerAt,
  is64,
  lowWord,
  numberAt,
  ownOctets,
  type SnmpValue,
  unsignedAt,
} from './value.ts'

/** One column of a table, by row. Typed arrays, so that a poll of a thousand values makes no thousand objects. */
export type Column = {
  readonly oid: string
  /** BER tag of each value; 0 where the device has none. */
  readonly tags: Uint8Array
  /** Each value as float64; NaN where it is missing or not a number. */
  readonly numbers: Float64Array
  /** Counter64 exactly, as two 32-bit words; null where `numbers` are exact: none of the column is above 2^53. */
  readonly high: Uint32Array | null
  readonly low: Uint32Array | null
  /** Content octets of values that are not plain numbers; null where the column holds none. */
  readonly octets: readonly (Uint8Array | undefined)[] | null
}

/** Why a table ended before its end. */
export type TableStop =
  | { readonly kind: 'limit'; readonly detail: string }
  | { readonly kind: 'not-increasing'; readonly detail: string }
  | SnmpFailure

/** Rows in the order in which the device gave them; `indexes[row]` is the part of the OID behind the column. */
export type ColumnTable = {
  readonly indexes: readonly string[]
  readonly columns: readonly Column[]
  /** Null: the table is whole. Otherwise what is here was read before that happened. */
  readonly stopped: TableStop | null
}

/** The Counter64 at a row, exact; undefined where there is none. */
export function exactAt(column: Column, row: number): bigint | undefined {
  if (column.tags[row] !== TAG.counter64 || Number.isNaN(column.numbers[row])) return undefined
  if (column.high === null || column.low === null) return BigInt(column.numbers[row] ?? 0)
  return (BigInt(column.high[row] ?? 0) << 32n) | BigInt(column.low[row] ?? 0)
}

/** The value at a row, decoded; undefined where the device has none. */
export function cellAt(column: Column, row: number): SnmpValue | undefined {
  const tag = column.tags[row] ?? 0
  if (tag === 0) return undefined
  const exact = exactAt(column, row)
  if (exact !== undefined) return { kind: 'counter64', value: exact }
  const bytes = column.octets?.[row]
  if (bytes) return decodeValue({ bytes, tag, start: 0, end: bytes.length })
  const value = column.numbers[row] ?? Number.NaN
  if (tag === TAG.integer) return { kind: 'integer', value }
  if (tag === TAG.counter32) return { kind: 'counter32', value }
  return tag === TAG.timeticks ? { kind: 'timeticks', value } : { kind: 'gauge32', value }
}

/** Octets of texts and indexes that one table may hold: far more than ten thousand rows of names need. */
export const MAX_TABLE_OCTETS = 16 * 1024 * 1024

/** Collects cells as they arrive, in whatever order. All columns share one array per kind of content, column by column. */
export class TableBuilder {
  readonly #indexes: string[] = []
  readonly #rows = new Map<string, number>()
  readonly #width: number
  readonly #maxRows: number
  readonly #has64: Uint8Array
  readonly #octets: ((Uint8Array | undefined)[] | null)[]
  #octetsHeld = 0
  #capacity: number
  #tags: Uint8Array<ArrayBuffer>
  #numbers: Float64Array<ArrayBuffer>
  #high: Uint32Array<ArrayBuffer> | null = null
  #low: Uint32Array<ArrayBuffer> | null = null
  // Values of one row follow each other in an answer, so the last row found is nearly always the next one too.
  #row = -1
  #rowPacket: Uint8Array = new Uint8Array(0)
  #rowStart = 0
  #rowEnd = 0

  constructor(columns: number, limits: { maxRows: number; expectRows: number }) {
    this.#width = columns
    this.#maxRows = limits.maxRows
    this.#capacity = Math.max(1, Math.min(limits.maxRows, limits.expectRows))
    this.#tags = new Uint8Array(columns * this.#capacity)
    this.#numbers = new Float64Array(columns * this.#capacity).fill(Number.NaN)
    this.#has64 = new Uint8Array(columns)
    this.#octets = new Array(columns).fill(null)
  }

  get rowCount(): number {
    return this.#indexes.length
  }

  /** Why nothing more is taken; null while there is room. */
  get fullness(): TableStop | null {
    if (this.#octetsHeld < MAX_TABLE_OCTETS) return null
    return { kind: 'limit', detail: `its values are more than ${MAX_TABLE_OCTETS / 1024 / 1024} MiB` }
  }

  /** Turns to the row of varbind `at`, whose name goes on behind a column of `prefixLength` octets; false when full. */
  turnToRowOf(list: VarbindList, at: number, prefixLength: number): boolean {
    const { packet } = list
    const start = list.nameStart(at) + prefixLength
    const end = list.nameEnd(at)
    if (this.#row < 0 || !this.#isRow(packet, start, end)) {
      this.#row = this.rowNamed(formatSuffix(packet, start, end))
      this.#rowPacket = packet
      this.#rowStart = start
      this.#rowEnd = end
    }
    return this.#row >= 0
  }

  /** Turns to a row that `rowNamed` gave. */
  turnToRow(row: number): void {
    this.#row = row
    this.#rowStart = this.#rowEnd = 0
  }

  /** The row of an index, a new one where it is not known; -1 when full. */
  rowNamed(index: string): number {
    const known = this.#rows.get(index)
    if (known !== undefined) return known
    const row = this.#indexes.length
    if (row >= this.#maxRows) return -1
    this.#indexes.push(index)
    this.#octetsHeld += index.length
    this.#rows.set(index, row)
    if (row >= this.#capacity) this.#enlarge()
    return row
  }

  /** Puts the value of varbind `at` into the row that was turned to. */
  put(column: number, list: VarbindList, at: number): void {
    const { packet } = list
    const tag = list.tag(at)
    const start = list.valueStart(at)
    const end = list.valueEnd(at)
    const cell = column * this.#capacity + this.#row
    switch (tag) {
      case TAG.counter32:
      case TAG.gauge32:
      case TAG.timeticks:
      case TAG.unsigned32:
        this.#numbers[cell] = unsignedAt(packet, start, end)
        break
      case TAG.integer:
        this.#numbers[cell] = integerAt(packet, start, end)
        break
      case TAG.counter64:
        if (is64(start, end)) this.#put64(column, highWord(packet, start, end), lowWord(packet, start, end))
        else this.#numbers[cell] = Number.NaN
        break
      case TAG.noSuchObject:
      case TAG.noSuchInstance:
      case TAG.endOfMibView:
      case TAG.null:
        return
      default:
        this.#numbers[cell] = numberAt({ bytes: packet, tag, start, end })
    }
    if (tag === TAG.opaque || Number.isNaN(this.#numbers[cell])) {
      if (this.#octetsHeld >= MAX_TABLE_OCTETS) return
      this.#putOctets(column, ownOctets({ bytes: packet, start, end }))
    }
    this.#tags[cell] = tag
  }

  finish(oids: readonly string[], stopped: TableStop | null): ColumnTable {
    const rows = this.#indexes.length
    const columns = oids.map((oid, column) => {
      const from = column * this.#capacity
      const to = from + rows
      const is64Bit = this.#has64[column] === 1
      return {
        oid,
        tags: this.#tags.subarray(from, to),
        numbers: this.#numbers.subarray(from, to),
        high: (is64Bit && this.#high?.subarray(from, to)) || null,
        low: (is64Bit && this.#low?.subarray(from, to)) || null,
        octets: this.#octets[column] ?? null,
      }
    })
    return { indexes: this.#indexes, columns, stopped }
  }

  #put64(column: number, high: number, low: number): void {
    const cell = column * this.#capacity + this.#row
    this.#numbers[cell] = high * TWO_32 + low
    if (this.#has64[column] === 0) {
      if (high < MOST_EXACT_HIGH) return
      this.#beginWords(column)
    }
    if (this.#high) this.#high[cell] = high
    if (this.#low) this.#low[cell] = low
  }

  /** The first value of a column that is no exact float64: those before it were. */
  #beginWords(column: number): void {
    this.#has64[column] = 1
    this.#high ??= new Uint32Array(this.#width * this.#capacity)
    this.#low ??= new Uint32Array(this.#width * this.#capacity)
    const from = column * this.#capacity
    for (let cell = from; cell < from + this.#capacity; cell++) {
      if (this.#tags[cell] !== TAG.counter64 || Number.isNaN(this.#numbers[cell])) continue
      this.#high[cell] = Math.floor((this.#numbers[cell] ?? 0) / TWO_32)
      this.#low[cell] = (this.#numbers[cell] ?? 0) % TWO_32
    }
  }

  #putOctets(column: number, octets: Uint8Array): void {
    const cells = this.#octets[column] ?? []
    this.#octets[column] = cells
    cells[this.#row] = octets
    this.#octetsHeld += octets.length
  }

  #isRow(packet: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.#rowEnd - this.#rowStart) return false
    const known = this.#rowPacket
    for (let at = start, other = this.#rowStart; at < end; at++, other++) if (packet[at] !== known[other]) return false
    return true
  }

  #enlarge(): void {
    const from = this.#capacity
    const to = Math.min(this.#maxRows, from * 2)
    const size = this.#width * to
    const spread = <T extends Spreadable>(old: T, fresh: T): T => {
      for (let at = 0; at < this.#width; at++) fresh.set(old.subarray(at * from, (at + 1) * from), at * to)
      return fresh
    }
    this.#capacity = to
    this.#tags = spread(this.#tags, new Uint8Array(size))
    this.#numbers = spread(this.#numbers, new Float64Array(size).fill(Number.NaN))
    this.#high &&= spread(this.#high, new Uint32Array(size))
    this.#low &&= spread(this.#low, new Uint32Array(size))
  }
}

const TWO_32 = 0x1_0000_0000
/** High words from here on belong to numbers above 2^53. */
const MOST_EXACT_HIGH = 2 ** 21

type Spreadable = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
