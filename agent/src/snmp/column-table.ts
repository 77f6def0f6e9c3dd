import type { VarbindList } from './message.ts'
import { TAG } from './message.ts'
import { formatSuffix } from './oid.ts'
import type { SnmpFailure } from './outcome.ts'
import { decodeValue, isMissing, numberAt, type SnmpValue, words64 } from './value.ts'

/** One column of a table, by row. Typed arrays, so that a poll of a thousand values makes no thousand objects. */
export type Column = {
  readonly oid: string
  /** BER tag of each value; 0 where the device has none. */
  readonly tags: Uint8Array
  /** Each value as float64; NaN where it is missing or not a number. */
  readonly numbers: Float64Array
  /** Counter64 exactly, as two 32-bit words; null where the column holds none. */
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
  return (BigInt(column.high?.[row] ?? 0) << 32n) | BigInt(column.low?.[row] ?? 0)
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

type Cells = {
  tags: Uint8Array<ArrayBuffer>
  numbers: Float64Array<ArrayBuffer>
  high: Uint32Array<ArrayBuffer> | null
  low: Uint32Array<ArrayBuffer> | null
  octets: (Uint8Array | undefined)[] | null
}

/** Collects cells as they arrive, in whatever order. */
export class TableBuilder {
  readonly #indexes: string[] = []
  readonly #rows = new Map<string, number>()
  readonly #columns: Cells[]
  readonly #maxRows: number
  #capacity: number
  // Values of one row follow each other in an answer, so the last row found is nearly always the next one too.
  #lastBytes: Uint8Array = new Uint8Array(0)
  #lastStart = 0
  #lastEnd = 0
  #lastRow = -1

  constructor(columns: number, limits: { maxRows: number; expectRows: number }) {
    this.#maxRows = limits.maxRows
    this.#capacity = Math.max(1, Math.min(limits.maxRows, limits.expectRows))
    const capacity = this.#capacity
    this.#columns = Array.from({ length: columns }, () => ({
      tags: new Uint8Array(capacity),
      numbers: new Float64Array(capacity).fill(Number.NaN),
      high: null,
      low: null,
      octets: null,
    }))
  }

  get rowCount(): number {
    return this.#indexes.length
  }

  /** The row of varbind `index`, whose name goes on behind a column of `prefixLength` octets; -1 when full. */
  rowOf(list: VarbindList, index: number, prefixLength: number): number {
    const { packet } = list
    const start = list.nameStart(index) + prefixLength
    const end = list.nameEnd(index)
    if (!this.#isLast(packet, start, end)) {
      this.#lastRow = this.rowNamed(formatSuffix(packet, start, end))
      this.#lastBytes = packet
      this.#lastStart = start
      this.#lastEnd = end
    }
    return this.#lastRow
  }

  rowNamed(index: string): number {
    const known = this.#rows.get(index)
    if (known !== undefined) return known
    const row = this.#indexes.length
    if (row >= this.#maxRows) return -1
    this.#indexes.push(index)
    this.#rows.set(index, row)
    if (row >= this.#capacity) this.#enlarge()
    return row
  }

  put(place: { column: number; row: number }, list: VarbindList, index: number): void {
    const cells = this.#columns[place.column]
    const tag = list.tag(index)
    if (!cells || isMissing(tag) || tag === TAG.null) return
    const { row } = place
    const at = { bytes: list.packet, tag, start: list.valueStart(index), end: list.valueEnd(index) }
    const number = numberAt(at)
    cells.tags[row] = tag
    cells.numbers[row] = number
    if (tag === TAG.counter64 && !Number.isNaN(number)) {
      const [high, low] = words64(at)
      cells.high ??= new Uint32Array(this.#capacity)
      cells.low ??= new Uint32Array(this.#capacity)
      cells.high[row] = high
      cells.low[row] = low
    } else if (Number.isNaN(number) || tag === TAG.opaque) {
      cells.octets ??= []
      cells.octets[row] = list.packet.subarray(at.start, at.end)
    }
  }

  finish(oids: readonly string[], stopped: TableStop | null): ColumnTable {
    const rows = this.#indexes.length
    const columns = this.#columns.map(({ tags, numbers, high, low, octets }, at) => ({
      oid: oids[at] ?? '',
      tags: tags.subarray(0, rows),
      numbers: numbers.subarray(0, rows),
      high: high?.subarray(0, rows) ?? null,
      low: low?.subarray(0, rows) ?? null,
      octets,
    }))
    return { indexes: this.#indexes, columns, stopped }
  }

  #isLast(packet: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.#lastEnd - this.#lastStart || this.#lastRow < 0) return false
    for (let at = start, last = this.#lastStart; at < end; at++, last++) {
      if (packet[at] !== this.#lastBytes[last]) return false
    }
    return true
  }

  #enlarge(): void {
    const capacity = Math.min(this.#maxRows, this.#capacity * 2)
    this.#capacity = capacity
    for (const cells of this.#columns) {
      cells.tags = copied(cells.tags, new Uint8Array(capacity))
      cells.numbers = copied(cells.numbers, new Float64Array(capacity).fill(Number.NaN))
      cells.high = cells.high && copied(cells.high, new Uint32Array(capacity))
      cells.low = cells.low && copied(cells.low, new Uint32Array(capacity))
    }
  }
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
