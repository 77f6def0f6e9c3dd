import type { Fact, FactAccess, FactBase, FactTable, MibFacts } from '../../mib/mib.ts'
import type { FactSource, ObjectFact, ObjectGroup } from './object-fact.ts'

/** Scalars and columns of the MIB facts, grouped as they are read: a table, or the scalars under one node. */
export function mibFactSource(mib: MibFacts): FactSource {
  return {
    async groups(enterprise) {
      const table = await mib.facts(enterprise)
      return table === undefined ? [] : groupsIn(table)
    },
  }
}

type Open = { oid: string; kind: 'table' | 'scalars'; index: readonly string[]; objects: ObjectFact[] }

function groupsIn(table: FactTable): readonly ObjectGroup[] {
  const groups = new Map<string, Open>()
  let before = ''
  for (let position = 0; position < table.size; position++) {
    const kind = table.kindAt(position)
    if (kind !== 'column' && kind !== 'scalar') continue
    const fact = table.at(position)
    // Several names of one object: the first counts.
    if (fact.oid === before) continue
    before = fact.oid
    const oid = fact.oid.slice(0, fact.oid.lastIndexOf('.'))
    const key = `${kind} ${oid}`
    const group = groups.get(key) ?? newGroup(fact, oid)
    groups.set(key, group)
    group.objects.push(objectOf(fact))
  }
  return [...groups.values()]
}

function newGroup(fact: Fact, oid: string): Open {
  const index = fact.index.map(({ name, oid: reference }) => name ?? reference ?? '')
  return { oid, kind: fact.kind === 'column' ? 'table' : 'scalars', index, objects: [] }
}

const BASES: Readonly<Record<FactBase, string>> = {
  '': '',
  INTEGER: 'I',
  Unsigned32: 'U',
  Gauge32: 'G',
  Counter32: 'C',
  Counter64: 'D',
  TimeTicks: 'T',
  IpAddress: 'A',
  'OCTET STRING': 'S',
  'OBJECT IDENTIFIER': 'O',
  BITS: 'B',
  Opaque: 'Q',
}

const ACCESSES: Readonly<Record<FactAccess, string>> = {
  '': '',
  'read-only': 'r',
  'read-write': 'w',
  'read-create': 'c',
  'not-accessible': 'n',
  'accessible-for-notify': 'a',
  'write-only': 'o',
}

function objectOf(fact: Fact): ObjectFact {
  const { quantity } = fact
  return {
    oid: fact.oid,
    name: fact.name,
    module: fact.module,
    kind: fact.kind === 'column' ? 'column' : 'scalar',
    access: ACCESSES[fact.access],
    base: BASES[fact.base],
    tc: fact.tc,
    hint: fact.displayHint,
    labels: [...(fact.enums ?? [])],
    range: fact.range,
    units: fact.units,
    described: quantity === undefined ? '' : `${quantity.unit}${quantity.exponent}`,
  }
}
