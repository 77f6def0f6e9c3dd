import { EyeNetError } from '@eyenet/shared/errors'
import { ByteWriter } from './byte-stream.ts'
import { FACT_ACCESSES, FACT_BASES, FACT_KINDS, FACT_STATUSES, type FactType, type RawFact } from './fact.ts'
import { type FactModule, shapeOf } from './fact-columns.ts'
import { type FactHeader, MAGIC, MAX_RECORDS, MAX_TYPES, SECTIONS, type SectionName } from './fact-file.ts'
import { type Arcs, compareArcs } from './oid-arcs.ts'

export type FactsToEncode = {
  readonly records: readonly RawFact[]
  readonly modules: readonly FactModule[]
  /** Types to keep although no record has them, such as textual conventions that other modules import. */
  readonly types?: readonly FactType[]
}

/** The bytes of a facts file, not compressed. Records may come in any order. Throws `too_large` beyond the format's bounds. */
export function encodeFacts({ records, modules, types = [] }: FactsToEncode): Uint8Array {
  if (records.length > MAX_RECORDS)
    throw new EyeNetError('too_large', `${records.length} records are more than ${MAX_RECORDS}`)
  const sorted = [...records].sort((a, b) => compareArcs(a.oid, b.oid))
  const moduleTable = new Interned(modules.map((module) => module.name))
  for (const record of sorted) moduleTable.at(record.module)
  const typeTable = new TypeTable()
  const words = new Interned([''])
  const externals = new Interned([])
  const prefix = sharedPrefix(sorted)
  const streams: Record<SectionName, Uint8Array> = {
    oids: oidStream(sorted, prefix.length),
    shapes: shapeStream(sorted),
    types: stream(sorted, (out, record) => out.number(record.type ? typeTable.at(record.type) + 1 : 0)),
    modules: runs(sorted.map((record) => moduleTable.at(record.module))),
    units: sparse(sorted.map((record) => words.at(record.units))),
    quantities: sparse(sorted.map((record) => words.at(record.quantity))),
    references: referenceStream(sorted, externals),
    names: new TextEncoder().encode(sorted.map((record) => record.name.replaceAll('\n', ' ')).join('\n')),
  }
  for (const type of types) typeTable.at(type)
  if (typeTable.types.length > MAX_TYPES || words.list.length > MAX_TYPES || moduleTable.list.length > MAX_TYPES)
    throw new EyeNetError('too_large', `more than ${MAX_TYPES} types, units or modules in one facts file`)
  const dates = new Map(modules.map((module) => [module.name, module.lastUpdated]))
  return assemble(streams, {
    format: 1,
    size: sorted.length,
    prefix,
    modules: moduleTable.list.map((name) => [name, dates.get(name) ?? '']),
    enums: typeTable.enums.list,
    types: typeTable.types,
    words: words.list,
    externals: externals.list,
    sections: SECTIONS.map((name) => streams[name].length),
  })
}

function assemble(streams: Record<SectionName, Uint8Array>, header: FactHeader): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(header))
  const out = new Uint8Array(8 + head.length + SECTIONS.reduce((sum, name) => sum + streams[name].length, 0))
  const view = new DataView(out.buffer)
  view.setUint32(0, MAGIC)
  view.setUint32(4, head.length)
  out.set(head, 8)
  let at = 8 + head.length
  for (const name of SECTIONS) {
    out.set(streams[name], at)
    at += streams[name].length
  }
  return out
}

/** Values by number, in the order in which they were first asked for. */
class Interned {
  readonly list: string[]
  readonly #positions: Map<string, number>

  constructor(first: readonly string[]) {
    this.list = [...first]
    this.#positions = new Map(first.map((value, i) => [value, i]))
  }

  at(value: string): number {
    const known = this.#positions.get(value)
    if (known !== undefined) return known
    this.#positions.set(value, this.list.length)
    this.list.push(value)
    return this.list.length - 1
  }
}

class TypeTable {
  readonly types: [number, string, string, number, string][] = []
  readonly enums = new Interned([''])
  readonly #keys = new Interned([])

  at(type: FactType): number {
    const entry: [number, string, string, number, string] = [
      FACT_BASES.indexOf(type.base),
      type.tc,
      type.hint,
      this.enums.at(type.enums),
      type.range,
    ]
    const position = this.#keys.at(JSON.stringify(entry))
    if (position === this.types.length) this.types.push(entry)
    return position
  }
}

function sharedPrefix(sorted: readonly RawFact[]): Arcs {
  const first = sorted[0]?.oid ?? []
  const last = sorted.at(-1)?.oid ?? []
  let length = 0
  while (length < first.length && first[length] === last[length]) length++
  return first.slice(0, length)
}

function stream(records: readonly RawFact[], write: (out: ByteWriter, record: RawFact) => void): Uint8Array {
  const out = new ByteWriter()
  for (const record of records) write(out, record)
  return out.bytes()
}

/** Per record: 0 next sibling, 1 first child `.1`, else arcs cut off + 2, how many are added, and they. */
function oidStream(sorted: readonly RawFact[], prefix: number): Uint8Array {
  let before: Arcs = []
  return stream(sorted, (out, { oid }) => {
    const now = oid.slice(prefix)
    let same = 0
    while (same < now.length && same < before.length && now[same] === before[same]) same++
    const cut = before.length - same
    const added = now.slice(same)
    if (cut === 1 && added.length === 1 && added[0] === (before.at(-1) ?? 0) + 1) out.byte(0)
    else if (cut === 0 && added.length === 1 && added[0] === 1) out.byte(1)
    else {
      out.number(cut + 2)
      out.number(added.length)
      for (const arc of added) out.number(arc)
    }
    before = now
  })
}

const shapeStream = (records: readonly RawFact[]): Uint8Array =>
  stream(records, (out, { kind, access, status }) =>
    out.byte(shapeOf(FACT_KINDS.indexOf(kind), FACT_ACCESSES.indexOf(access), FACT_STATUSES.indexOf(status))),
  )

/** Pairs of how many and what. */
function runs(values: readonly number[]): Uint8Array {
  const out = new ByteWriter()
  for (let at = 0; at < values.length; ) {
    const value = values[at] ?? 0
    const start = at
    while (at < values.length && values[at] === value) at++
    out.number(at - start)
    out.number(value)
  }
  return out.bytes()
}

/** Pairs of how many zeros come before, and what. */
function sparse(values: readonly number[]): Uint8Array {
  const out = new ByteWriter()
  let zeros = 0
  for (const value of values) {
    if (value === 0) zeros++
    else {
      out.number(zeros)
      out.number(value)
      zeros = 0
    }
  }
  return out.bytes()
}

/** Per record with references: records skipped, count and augments, then each as a distance within the file or a place in externals. */
function referenceStream(sorted: readonly RawFact[], externals: Interned): Uint8Array {
  const places = new Map<string, number>()
  const byName = new Map<string, number>()
  sorted.forEach((record, i) => {
    const oid = record.oid.join('.')
    if (!places.has(oid)) places.set(oid, i)
    const own = `${record.module} ${record.name}`
    if (!byName.has(own)) byName.set(own, i)
    if (!byName.has(record.name)) byName.set(record.name, i)
  })
  const out = new ByteWriter()
  let skipped = 0
  sorted.forEach((record, i) => {
    if (record.references.length === 0) {
      skipped++
      return
    }
    out.number(skipped)
    skipped = 0
    out.number(record.references.length * 2 + (record.augments ? 1 : 0))
    for (const { target, implied } of record.references) {
      const place = places.get(target) ?? byName.get(`${record.module} ${target}`) ?? byName.get(target)
      out.number((place === undefined ? 2 : 0) + (implied ? 1 : 0))
      if (place === undefined) out.number(externals.at(target))
      else out.signed(place - i)
    }
  })
  return out.bytes()
}
