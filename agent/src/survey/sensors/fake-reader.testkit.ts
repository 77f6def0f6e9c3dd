import type { SnmpValue, Varbind } from '../../snmp/snmp.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveySoFar } from '../survey-source.ts'
import type { FactSource, ObjectFact, ObjectGroup } from './object-fact.ts'

/** A device as a table of values by OID: numbers are INTEGERs, texts OCTET STRINGs. */
export function fakeReader(values: Readonly<Record<string, number | string>>): SurveyReader & { asked: string[] } {
  const all = new Map(Object.entries(values).map(([oid, value]) => [oid, snmpValue(value)]))
  const asked: string[] = []
  const below = (root: string): Varbind[] =>
    [...all].flatMap(([oid, value]) => (oid.startsWith(`${root}.`) ? [{ oid, value }] : []))
  return {
    asked,
    problems: [],
    failure: null,
    isSpent: false,
    unread: 0,
    cut: 0,
    scalar: async (oid) => all.get(oid),
    scalars: async (oids) => new Map(oids.flatMap((oid) => pair(oid, all.get(oid)))),
    async table(columns) {
      asked.push(...columns)
      const indexes = new Set(columns.flatMap((oid) => below(oid).map((row) => row.oid.slice(oid.length + 1))))
      return Array.from(indexes, (index) => ({ index, values: columns.map((oid) => all.get(`${oid}.${index}`)) }))
    },
    subtree: async (oid) => below(oid),
    present: async (oids) => new Set(oids.filter((oid) => below(oid).length > 0)),
    enterprises: async () => [...new Set(below('1.3.6.1.4.1').map(({ oid }) => Number(oid.split('.')[6])))],
  }
}

function pair(oid: string, value: SnmpValue | undefined): (readonly [string, SnmpValue])[] {
  return value === undefined ? [] : [[oid, value]]
}

function snmpValue(value: number | string): SnmpValue {
  return typeof value === 'number'
    ? { kind: 'integer', value }
    : { kind: 'octets', value: new TextEncoder().encode(value) }
}

export const nothingKnown: SurveySoFar = { device: {}, interfaces: [], inventory: [] }

/** A read-only column or scalar, INTEGER unless told. */
export function object(oid: string, name: string, more: Partial<ObjectFact> = {}): ObjectFact {
  const plain = { module: 'EXAMPLE-MIB', kind: 'column', access: 'r', base: 'I', tc: '', hint: '', labels: [] } as const
  return { ...plain, range: '', units: '', described: '', oid, name, ...more }
}

export function tableOf(oid: string, objects: readonly ObjectFact[], index: readonly string[] = []): ObjectGroup {
  return { oid, kind: 'table', index, objects }
}

export function factsOf(enterprise: number, groups: readonly ObjectGroup[]): FactSource {
  return { groups: async (asked) => (asked === enterprise ? groups : []) }
}
