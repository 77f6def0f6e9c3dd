import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { z } from 'zod'
import { ByteReader } from './byte-stream.ts'
import { FACT_BASES } from './fact.ts'
import { type FactColumns, packReference } from './fact-columns.ts'
import { type FactHeader, MAGIC, MAX_RECORDS, SECTIONS, type SectionName } from './fact-file.ts'
import { MAX_ARCS } from './oid-arcs.ts'

/** Only the frame: lists of ten thousand entries are checked where they are read. */
const HeaderSchema = z.object({
  format: z.literal(1),
  size: z.number().int().min(0).max(MAX_RECORDS),
  prefix: z.array(z.number().int()).max(MAX_ARCS),
  sections: z.array(z.number().int().min(0)).length(SECTIONS.length),
  modules: z.custom<FactHeader['modules']>(Array.isArray),
  enums: z.custom<FactHeader['enums']>(Array.isArray),
  types: z.custom<FactHeader['types']>(Array.isArray),
  words: z.custom<FactHeader['words']>(Array.isArray),
  externals: z.custom<FactHeader['externals']>(Array.isArray),
})

/** The columns of a facts file that encodeFacts made. Throws `invalid` for other or cut bytes. */
export function decodeFacts(bytes: Uint8Array): FactColumns {
  try {
    const { header, sections } = openFile(bytes)
    const { size } = header
    const references = readReferences(sections.references, size)
    return {
      size,
      modules: header.modules.map(([name, lastUpdated]) => ({ name, lastUpdated })),
      types: header.types.map(([base, tc, hint, enums, range]) => ({
        base: FACT_BASES[base] ?? '',
        tc,
        hint,
        enums: header.enums[enums] ?? '',
        range,
      })),
      words: header.words,
      externals: header.externals,
      prefix: header.prefix,
      ...readOids(sections.oids, size),
      shape: sections.shapes,
      type: readNumbers(sections.types, size),
      module: readRuns(sections.modules, size),
      units: readSparse(sections.units, size),
      quantity: readSparse(sections.quantities, size),
      ...references,
      names: sections.names,
      nameEnd: readNameEnds(sections.names, size),
    }
  } catch (cause) {
    throw new EyeNetError('invalid', `this is no file of MIB facts, or it is damaged: ${messageOf(cause)}`, { cause })
  }
}

function openFile(bytes: Uint8Array): { header: FactHeader; sections: Record<SectionName, Uint8Array> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== MAGIC) throw new Error('it does not start with EYF1')
  const start = 8 + view.getUint32(4)
  const header = HeaderSchema.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))))
  const ends: number[] = []
  let end = start
  for (const length of header.sections) {
    end += length
    ends.push(end)
  }
  if (end !== bytes.length) throw new Error(`${bytes.length} octets where ${end} belong`)
  const section = (name: SectionName) => {
    const i = SECTIONS.indexOf(name)
    return bytes.subarray(ends[i - 1] ?? start, ends[i])
  }
  const sections = {
    oids: section('oids'),
    shapes: section('shapes'),
    types: section('types'),
    modules: section('modules'),
    units: section('units'),
    quantities: section('quantities'),
    references: section('references'),
    names: section('names'),
  }
  if (sections.shapes.length !== header.size) throw new Error('records are missing')
  return { header, sections }
}

function readOids(bytes: Uint8Array, size: number): Pick<FactColumns, 'arcs' | 'arcStart' | 'parent'> {
  const input = new ByteReader(bytes)
  let arcs = new Uint32Array(size * 8 + MAX_ARCS)
  const arcStart = new Uint32Array(size + 1)
  const parent = new Int32Array(size)
  const current = new Uint32Array(MAX_ARCS)
  let length = 0
  let written = 0
  // The records above, nearest last; none has more arcs than are shared with the record at hand.
  const above: number[] = []
  const depthOf = (record: number) => (arcStart[record + 1] ?? 0) - (arcStart[record] ?? 0)
  for (let i = 0; i < size; i++) {
    const before = length
    const op = input.number()
    let shared = before
    if (op === 0) {
      shared = before - 1
      current[shared] = (current[shared] ?? 0) + 1
    } else if (op === 1) {
      current[length++] = 1
    } else {
      shared = before - (op - 2)
      length = shared + input.number()
      if (shared < 0 || length > MAX_ARCS) throw new Error('an OID is out of bounds')
      for (let at = shared; at < length; at++) current[at] = input.number()
    }
    if (shared < 0 || length > MAX_ARCS) throw new Error('an OID is out of bounds')
    while (above.length > 0 && depthOf(above.at(-1) ?? 0) > shared) above.pop()
    const again = i > 0 && shared === length && before === length
    parent[i] = again ? (parent[i - 1] ?? -1) : (above.at(-1) ?? -1)
    if (written + length > arcs.length) arcs = grown(arcs, written + length)
    arcs.set(current.subarray(0, length), written)
    arcStart[i] = written
    written += length
    arcStart[i + 1] = written
    if (!again) above.push(i)
  }
  if (input.overran()) throw new Error('OIDs are missing')
  return { arcs: arcs.slice(0, written), arcStart, parent }
}

function grown(arcs: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(atLeast, arcs.length * 2))
  larger.set(arcs)
  return larger
}

function readNumbers(bytes: Uint8Array, size: number): Uint16Array {
  const input = new ByteReader(bytes)
  const out = new Uint16Array(size)
  for (let i = 0; i < size; i++) out[i] = input.number()
  return out
}

function readRuns(bytes: Uint8Array, size: number): Uint16Array {
  const input = new ByteReader(bytes)
  const out = new Uint16Array(size)
  for (let at = 0; at < size && !input.atEnd(); ) {
    const count = input.number()
    out.fill(input.number(), at, at + count)
    at += count
  }
  return out
}

function readSparse(bytes: Uint8Array, size: number): Uint16Array {
  const input = new ByteReader(bytes)
  const out = new Uint16Array(size)
  for (let at = 0; at < size && !input.atEnd(); at++) {
    at += input.number()
    out[at] = input.number()
  }
  return out
}

function readReferences(bytes: Uint8Array, size: number): Pick<FactColumns, 'references' | 'referencePool'> {
  const input = new ByteReader(bytes)
  const references = new Uint32Array(size)
  const pool: number[] = [0]
  for (let i = 0; i < size && !input.atEnd(); i++) {
    i += input.number()
    references[i] = pool.length
    const head = input.number()
    pool.push(head)
    for (let left = Math.floor(head / 2); left > 0 && !input.overran(); left--) {
      const flags = input.number()
      const external = flags >= 2
      const at = external ? input.number() : i + input.signed()
      if (!external && (at < 0 || at >= size)) throw new Error('a reference points nowhere')
      pool.push(packReference(at, external, flags % 2 === 1))
    }
  }
  if (input.overran()) throw new Error('references are missing')
  return { references, referencePool: Int32Array.from(pool) }
}

function readNameEnds(names: Uint8Array, size: number): Uint32Array {
  const ends = new Uint32Array(size)
  let i = 0
  for (let at = names.indexOf(10); at >= 0 && i < size - 1; at = names.indexOf(10, at + 1)) ends[i++] = at
  if (size > 0) {
    if (i !== size - 1) throw new Error('names are missing')
    ends[i] = names.length
  }
  return ends
}
