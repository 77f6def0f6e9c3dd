import { compareOid, parseOid } from '../snmp/oid.ts'
import type { Column, SnmpDevice, SnmpEngine, SnmpFailure, SnmpValue, Varbind } from '../snmp/snmp.ts'

/** A device as a table of values by OID, which a test changes. `failure` makes it answer nothing else. */
export class FakeSnmp {
  readonly values = new Map<string, SnmpValue>()
  failure: SnmpFailure | undefined
  /** OIDs asked for by GET, request by request. */
  readonly gets: string[][] = []
  walks = 0
  /** Tables below this OID are not answered. */
  hangsAt = 'none'
  /** Polls of tables are not answered. */
  columnsFail = false
  /** What was asked to be opened. */
  readonly targets: SnmpDevice['target'][] = []
  learnt: SnmpDevice['learnt']
  /** What it has in other contexts. */
  readonly contexts = new Map<string, FakeSnmp>()

  set(oid: string, value: SnmpValue | number | string): void {
    if (typeof value === 'number') this.values.set(oid, { kind: 'gauge32', value })
    else if (typeof value === 'string') this.values.set(oid, { kind: 'octets', value: new TextEncoder().encode(value) })
    else this.values.set(oid, value)
  }

  engine(): SnmpEngine {
    return { device: (target) => this.#device(target), counters: {} as SnmpEngine['counters'], close: () => {} }
  }

  #after(oid: string): Varbind | undefined {
    const found = [...this.values.keys()].filter((name) => compareOid(parseOid(name), parseOid(oid)) > 0)
    const [first] = found.sort((a, b) => compareOid(parseOid(a), parseOid(b)))
    const value = first === undefined ? undefined : this.values.get(first)
    return first === undefined || value === undefined ? undefined : { oid: first, value }
  }

  #device(target: SnmpDevice['target']): SnmpDevice {
    const rowsOf = (columns: readonly string[], wanted?: readonly string[]): string[] => {
      const indexes = new Set<string>(wanted)
      if (wanted === undefined) {
        for (const column of columns) {
          for (const oid of this.values.keys())
            if (oid.startsWith(`${column}.`)) indexes.add(oid.slice(column.length + 1))
        }
      }
      return [...indexes]
    }
    this.targets.push(target)
    const { learnt } = this
    const device: SnmpDevice = {
      target,
      ...(learnt && { learnt }),
      get: async (oids) => {
        this.gets.push([...oids])
        if (this.failure) return this.failure
        const missing = { kind: 'missing', reason: 'noSuchObject' } as const
        return { kind: 'ok', value: oids.map((oid) => ({ oid, value: this.values.get(oid) ?? missing })) }
      },
      next: async (oids) => this.failure ?? { kind: 'ok', value: oids.map((oid) => this.#after(oid)) },
      walk: async (columns) => {
        this.walks++
        if (this.failure) return this.failure
        if (columns.some((oid) => oid.startsWith(this.hangsAt))) return { kind: 'timeout', attempts: 3 }
        const rows = rowsOf(columns).map((index) => ({
          index,
          values: columns.map((column) => this.values.get(`${column}.${index}`)),
        }))
        return { kind: 'ok', value: { rows, stopped: null } }
      },
      readColumns: async (columns, options = {}) => {
        if (this.failure) return this.failure
        if (this.columnsFail) return { kind: 'timeout', attempts: 3 }
        const indexes = rowsOf(columns, options.indexes)
        const read = (oid: string): Column => ({
          oid,
          tags: Uint8Array.from(indexes, (index) => TAGS[this.values.get(`${oid}.${index}`)?.kind ?? ''] ?? 0),
          numbers: Float64Array.from(indexes, (index) => numberIn(this.values.get(`${oid}.${index}`))),
          high: null,
          low: null,
          octets: indexes.map((index) => octetsIn(this.values.get(`${oid}.${index}`))),
        })
        return { kind: 'ok', value: { indexes, columns: columns.map(read), stopped: null } }
      },
      inContext: (name) => this.contexts.get(name)?.engine().device(target) ?? this.#device(target),
      inBackground: () => device,
      close: () => {},
    }
    return device
  }
}

/** BER tags (RFC 3416, 3). */
const TAGS: Readonly<Record<string, number>> = {
  ...{ integer: 0x02, octets: 0x04, oid: 0x06, counter32: 0x41, gauge32: 0x42, timeticks: 0x43, counter64: 0x46 },
}

function octetsIn(value: SnmpValue | undefined): Uint8Array | undefined {
  return value?.kind === 'octets' ? value.value : undefined
}

function numberIn(value: SnmpValue | undefined): number {
  if (value === undefined || !('value' in value)) return Number.NaN
  return typeof value.value === 'number' || typeof value.value === 'bigint' ? Number(value.value) : Number.NaN
}
