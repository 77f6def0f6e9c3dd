import { TAG } from './ber-tag.ts'
import { type Oid, oidOf, suffixBer } from './oid.ts'
import type { ReplyBuffer } from './reply-buffer.ts'

/** Index parts of a table's rows, in order. Tables with the same rows share one. */
export type Rows = { readonly arcs: readonly (readonly number[])[]; readonly ber: readonly Uint8Array[] }

type Reader =
  | { readonly kind: 'integer'; readonly read: (row: number, now: number) => number }
  | { readonly kind: 'unsigned'; readonly tag: number; readonly read: (row: number, now: number) => number }
  | {
      readonly kind: 'counter64'
      readonly read: (row: number, now: number) => number
      readonly high: (row: number, now: number) => number
    }
  | { readonly kind: 'text'; readonly read: (row: number, now: number) => string }
  | { readonly kind: 'octets'; readonly tag: number; readonly read: (row: number, now: number) => Uint8Array }

export type Column = {
  readonly oid: Oid
  readonly rows: Rows
  readonly reader: Reader
  /** Rows that come and go, such as neighbours. Without it, all are always there. */
  readonly present?: (row: number, now: number) => boolean
}

type Read<T> = (row: number, now: number) => T
export const integer = (read: Read<number>): Reader => ({ kind: 'integer', read })
export const gauge32 = (read: Read<number>): Reader => ({ kind: 'unsigned', tag: TAG.gauge32, read })
export const counter32 = (read: Read<number>): Reader => ({ kind: 'unsigned', tag: TAG.counter32, read })
export const timeTicks = (read: Read<number>): Reader => ({ kind: 'unsigned', tag: TAG.timeTicks, read })
export const counter64 = (read: Read<number>, high: Read<number> = () => 0): Reader => ({
  kind: 'counter64',
  read,
  high,
})
export const text = (read: Read<string>): Reader => ({ kind: 'text', read })
export const octets = (read: Read<Uint8Array>): Reader => ({ kind: 'octets', tag: TAG.octets, read })
export const ipAddress = (read: Read<Uint8Array>): Reader => ({ kind: 'octets', tag: TAG.ipAddress, read })
export const objectId = (read: Read<Oid>): Reader => ({
  kind: 'octets',
  tag: TAG.oid,
  read: (row, now) => read(row, now).ber,
})

const SCALAR: Rows = { arcs: [[0]], ber: [Uint8Array.of(0)] }
const plainRows = new Map<string, Rows>()

export const scalar = (oid: string, reader: Reader): Column => ({ oid: oidOf(oid), rows: SCALAR, reader })

/** Columns of one table: `entry` is the identifier of its entry, `readers` are by column number. */
export function table(entry: string, rows: Rows, readers: Readonly<Record<number, Reader>>): Column[] {
  return Object.entries(readers).map(([column, reader]) => ({ oid: oidOf(`${entry}.${column}`), rows, reader }))
}

/** Rows by their index, which must be in order. */
export function rowsOf(indexes: readonly (readonly number[])[]): Rows {
  const key = indexes.map((arcs) => arcs.join('.')).join(' ')
  const found = plainRows.get(key)
  if (found !== undefined) return found
  indexes.forEach((arcs, at) => {
    const before = indexes[at - 1]
    if (before !== undefined && compareArcs(before, arcs) >= 0)
      throw new Error(`rows out of order at ${arcs.join('.')}`)
  })
  const rows = { arcs: indexes, ber: indexes.map(suffixBer) }
  plainRows.set(key, rows)
  return rows
}

/** Rows put in order, with what stands behind each: for tables that come and go, of which none is kept. */
export function sortedRows<T>(entries: readonly { readonly index: readonly number[]; readonly value: T }[]): {
  readonly rows: Rows
  readonly at: (row: number) => T
} {
  const sorted = [...entries].sort((left, right) => compareArcs(left.index, right.index))
  const once = sorted.filter(({ index }, row) => row === 0 || compareArcs(sorted[row - 1]?.index ?? [], index) !== 0)
  const arcs = once.map(({ index }) => index)
  return { rows: { arcs, ber: arcs.map(suffixBer) }, at: behindRows(once.map(({ value }) => value)) }
}

/** What stands behind each row of a table. */
export const behindRows =
  <T>(things: readonly T[]) =>
  (row: number): T => {
    const thing = things[row]
    if (thing === undefined) throw new Error(`no row ${row}`)
    return thing
  }

/** Rows 1, 2, ... of as many things as there are. */
export const numberedRows = (count: number): Rows => rowsOf(Array.from({ length: count }, (_, at) => [at + 1]))

export function compareArcs(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** A place in a device's objects: the column's number times this, plus the row's. */
export const ROWS_PER_COLUMN = 65_536
export const NO_OBJECT = -1
export const NO_INSTANCE = -2
export const END = -3

/** All objects of one device, in order; what is asked for is found by two binary searches. */
export class MibView {
  private readonly columns: readonly Column[]

  constructor(columns: readonly Column[]) {
    this.columns = columns
      .filter((column) => column.rows.arcs.length > 0)
      .sort((left, right) => compareArcs(left.oid.arcs, right.oid.arcs))
  }

  /** The place of an object, or NO_OBJECT, or NO_INSTANCE. */
  exact(arcs: readonly number[], now: number): number {
    const at = this.columnFrom(arcs)
    const column = this.columns[at]
    if (column === undefined || !isPrefix(column.oid.arcs, arcs)) return NO_OBJECT
    const start = column.oid.arcs.length
    const row = firstRow(column.rows, { arcs, start }, false)
    const index = column.rows.arcs[row]
    if (index === undefined || index.length !== arcs.length - start || compareFrom(index, arcs, start) !== 0)
      return NO_INSTANCE
    return column.present === undefined || column.present(row, now) ? at * ROWS_PER_COLUMN + row : NO_INSTANCE
  }

  /** The first place after an object that need not exist, or END. Version 1 does not see 64-bit counters. */
  after(arcs: readonly number[], now: number, version1: boolean): number {
    const at = this.columnFrom(arcs)
    const column = this.columns[at]
    if (column === undefined) return END
    const inside = isPrefix(column.oid.arcs, arcs)
    const row = inside ? firstRow(column.rows, { arcs, start: column.oid.arcs.length }, true) : 0
    return this.presentFrom(at * ROWS_PER_COLUMN + row, now, version1)
  }

  /** The place after a place, or END. */
  following(place: number, now: number, version1: boolean): number {
    return this.presentFrom(place + 1, now, version1)
  }

  isCounter64(place: number): boolean {
    return this.columns[Math.floor(place / ROWS_PER_COLUMN)]?.reader.kind === 'counter64'
  }

  /** Writes the name at a place. */
  writeName(place: number, out: ReplyBuffer): void {
    const column = this.columns[Math.floor(place / ROWS_PER_COLUMN)]
    const row = column?.rows.ber[place % ROWS_PER_COLUMN]
    if (column === undefined || row === undefined) throw new Error(`no object at place ${place}`)
    out.header(TAG.oid, column.oid.ber.length + row.length)
    out.raw(column.oid.ber)
    out.raw(row)
  }

  /** Writes the value at a place, as it is now. */
  writeValue(place: number, now: number, out: ReplyBuffer): void {
    const reader = this.columns[Math.floor(place / ROWS_PER_COLUMN)]?.reader
    if (reader === undefined) throw new Error(`no object at place ${place}`)
    const row = place % ROWS_PER_COLUMN
    switch (reader.kind) {
      case 'integer':
        out.integer(reader.read(row, now))
        break
      case 'unsigned':
        out.unsigned32(reader.tag, reader.read(row, now))
        break
      case 'counter64':
        out.unsigned64(reader.read(row, now), reader.high(row, now))
        break
      case 'text':
        out.text(reader.read(row, now))
        break
      case 'octets':
        out.octets(reader.tag, reader.read(row, now))
        break
    }
  }

  private presentFrom(place: number, now: number, version1: boolean): number {
    let at = Math.floor(place / ROWS_PER_COLUMN)
    let row = place % ROWS_PER_COLUMN
    for (let column = this.columns[at]; column !== undefined; column = this.columns[++at]) {
      if (!(version1 && column.reader.kind === 'counter64')) {
        const { present } = column
        const count = column.rows.arcs.length
        while (row < count && present !== undefined && !present(row, now)) row++
        if (row < count) return at * ROWS_PER_COLUMN + row
      }
      row = 0
    }
    return END
  }

  /** The first column that holds `arcs` or comes after it. */
  private columnFrom(arcs: readonly number[]): number {
    let low = 0
    let high = this.columns.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const prefix = this.columns[middle]?.oid.arcs ?? []
      if (compareFrom(prefix, arcs, 0) >= 0) high = middle
      else low = middle + 1
    }
    return low
  }
}

function isPrefix(prefix: readonly number[], arcs: readonly number[]): boolean {
  return prefix.length <= arcs.length && compareFrom(prefix, arcs, 0) === 0
}

/** Compares as far as the shorter of the two goes: `left` with what stands in `right` from `start` on. */
function compareFrom(left: readonly number[], right: readonly number[], start: number): number {
  const length = Math.min(left.length, right.length - start)
  for (let at = 0; at < length; at++) {
    const difference = (left[at] ?? 0) - (right[start + at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The first row at or, if `beyond`, after the index that begins in `arcs` at `start`. */
function firstRow(
  rows: Rows,
  name: { readonly arcs: readonly number[]; readonly start: number },
  beyond: boolean,
): number {
  const { arcs, start } = name
  let low = 0
  let high = rows.arcs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const index = rows.arcs[middle] ?? []
    const order = compareFrom(index, arcs, start) || index.length - (arcs.length - start)
    if (order > 0 || (order === 0 && !beyond)) high = middle
    else low = middle + 1
  }
  return low
}
