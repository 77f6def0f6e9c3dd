import type { SnmpValue, Varbind } from '../snmp/snmp.ts'
import { TAG } from './ber-tag.ts'
import {
  type Column,
  compareArcs,
  counter64,
  END,
  integer,
  ipAddress,
  MibView,
  NO_INSTANCE,
  objectId,
  octets,
  ROWS_PER_COLUMN,
} from './mib-view.ts'
import { type Oid, wholeOidBer } from './oid.ts'

const INSTANCE = { arcs: [[]], ber: [new Uint8Array(0)] }
const TWO_32 = 1n << 32n

/** What a recorded device shows: each value as it was. */
export function recordedView(varbinds: readonly Varbind[]): MibView {
  return new RecordedView(
    varbinds.flatMap(({ oid, value }) => {
      const reader = readerOf(value)
      return reader === undefined ? [] : [{ oid: numbered(oid), rows: INSTANCE, reader }]
    }),
  )
}

/** Each value is a column of its own with one row, since a recording does not say where columns end and rows begin. */
class RecordedView extends MibView {
  readonly #arcs: readonly (readonly number[])[]

  constructor(columns: readonly Column[]) {
    super(columns)
    this.#arcs = columns.map(({ oid }) => oid.arcs).sort(compareArcs)
  }

  override exact(arcs: readonly number[]): number {
    const at = this.#firstAt(arcs, false)
    const found = this.#arcs[at]
    if (found !== undefined && compareArcs(found, arcs) === 0) return at * ROWS_PER_COLUMN
    return NO_INSTANCE
  }

  override after(arcs: readonly number[], now: number, version1: boolean): number {
    const at = this.#firstAt(arcs, true)
    if (at >= this.#arcs.length) return END
    const place = at * ROWS_PER_COLUMN
    return version1 && this.isCounter64(place) ? this.following(place, now, true) : place
  }

  /** The first value at or, if `beyond`, after an OID. */
  #firstAt(arcs: readonly number[], beyond: boolean): number {
    let low = 0
    let high = this.#arcs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareArcs(this.#arcs[middle] ?? [], arcs)
      if (order > 0 || (order === 0 && !beyond)) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Not through `oidOf`, which keeps what it makes. */
function numbered(oid: string): Oid {
  const arcs = oid.split('.').map(Number)
  return { arcs, ber: wholeOidBer(arcs) }
}

function readerOf(value: SnmpValue): Column['reader'] | undefined {
  switch (value.kind) {
    case 'integer':
      return integer(() => value.value)
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
      return { kind: 'unsigned', tag: UNSIGNED[value.kind], read: () => value.value }
    case 'counter64': {
      const low = Number(value.value % TWO_32)
      const high = Number(value.value / TWO_32)
      return counter64(
        () => low,
        () => high,
      )
    }
    case 'octets':
      return octets(() => value.value)
    case 'address': {
      const parts = Uint8Array.from(value.value.split('.').map(Number))
      return ipAddress(() => parts)
    }
    case 'oid': {
      const oid = numbered(value.value)
      return objectId(() => oid)
    }
    case 'opaque':
      return { kind: 'octets', tag: OPAQUE, read: () => value.value }
    case 'unreadable':
      return { kind: 'octets', tag: value.tag, read: () => value.value }
    default:
      return undefined
  }
}

const UNSIGNED = { counter32: TAG.counter32, gauge32: TAG.gauge32, timeticks: TAG.timeTicks } as const
const OPAQUE = 0x44
