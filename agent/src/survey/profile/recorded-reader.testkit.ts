import type { SnmpValue, Varbind } from '../../snmp/snmp.ts'
import type { SurveyReader } from '../reader.ts'

type Row = Varbind & { readonly arcs: readonly number[] }

/** A reader of a recording: lines `oid|type|value`, `x` behind the type for hex. */
export function recordedReader(text: string): SurveyReader {
  const rows = text
    .split('\n')
    .flatMap(rowOf)
    .sort((a, b) => compare(a.arcs, b.arcs))
  const byOid = new Map(rows.map(({ oid, value }) => [oid, value]))
  const below = (root: string): readonly Varbind[] => {
    const from = firstAt(rows, root.split('.').map(Number))
    let to = from
    while (rows[to]?.oid.startsWith(`${root}.`)) to++
    return rows.slice(from, to)
  }
  return {
    problems: [],
    failure: null,
    isSpent: false,
    unread: 0,
    cut: 0,
    scalar: async (oid) => byOid.get(oid),
    scalars: async (oids) => new Map(oids.flatMap((oid) => pairOf(oid, byOid.get(oid)))),
    async table(columns) {
      const found = new Map<string, (SnmpValue | undefined)[]>()
      for (const [at, column] of columns.entries()) {
        for (const { oid, value } of below(column)) {
          const index = oid.slice(column.length + 1)
          const values = found.get(index) ?? columns.map((): SnmpValue | undefined => undefined)
          values[at] = value
          found.set(index, values)
        }
      }
      return Array.from(found, ([index, values]) => ({ index, values }))
    },
    subtree: async (oid) => below(oid),
    present: async (oids) => new Set(oids.filter((oid) => below(oid).length > 0)),
    enterprises: async () => [...new Set(below('1.3.6.1.4.1').map(({ oid }) => Number(oid.split('.')[6])))],
  }
}

function pairOf(oid: string, value: SnmpValue | undefined): (readonly [string, SnmpValue])[] {
  return value === undefined ? [] : [[oid, value]]
}

function firstAt(rows: readonly Row[], arcs: readonly number[]): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(rows[middle]?.arcs ?? [], [...arcs, -1]) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function rowOf(line: string): readonly Row[] {
  const [, oid, type = '', hex, told = ''] =
    /^\.?(\d+(?:\.\d+)*)\|(\d+)(x?)[a-z]*\|(.*)$/.exec(line.replace(/\r$/, '')) ?? []
  const value = oid === undefined ? undefined : snmpValueOf(Number(type), told, hex === 'x')
  return oid === undefined || value === undefined ? [] : [{ oid, value, arcs: oid.split('.').map(Number) }]
}

/** By the BER tag that a recording has for the type. */
function snmpValueOf(tag: number, told: string, isHex: boolean): SnmpValue | undefined {
  switch (tag) {
    case 2:
      return { kind: 'integer', value: Number(told) }
    case 4:
      return { kind: 'octets', value: new Uint8Array(Buffer.from(told, isHex ? 'hex' : 'latin1')) }
    case 6:
      return { kind: 'oid', value: told.replace(/^\./, '') }
    case 64:
      return { kind: 'address', value: told }
    case 65:
      return { kind: 'counter32', value: Number(told) }
    case 66:
      return { kind: 'gauge32', value: Number(told) }
    case 67:
      return { kind: 'timeticks', value: Number(told) }
    case 70:
      return { kind: 'counter64', value: BigInt(/^\d+$/.test(told) ? told : 0) }
    default:
      return undefined
  }
}
