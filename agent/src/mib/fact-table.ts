import {
  enumLabels,
  FACT_ACCESSES,
  FACT_KINDS,
  FACT_STATUSES,
  type Fact,
  type FactAccess,
  type FactKind,
  type FactReference,
  type FactType,
  quantityHint,
  type RawFact,
} from './fact.ts'
import { accessIn, type FactColumns, type FactModule, kindIn, statusIn } from './fact-columns.ts'
import { type Arcs, arcsOf } from './oid-arcs.ts'

/** A row augments a row that augments none; files that say otherwise must not make a circle. */
const MAX_AUGMENTS = 4

type RowReferences = { readonly augments: boolean; readonly list: readonly FactReference[] }

const NO_TYPE: FactType = { base: '', tc: '', hint: '', enums: '', range: '' }

const LINE_FEED = 10

/** The place of the first number that is not smaller, in numbers that grow. */
function firstAtLeast(numbers: Uint32Array, wanted: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The facts of one enterprise, or of the standard MIBs, in the order of OIDs. Records have positions 0 .. size - 1; an object is made
 * only by `at`. Of several names for one OID the first in the file counts; the others stand right behind it.
 */
export class FactTable {
  readonly size: number
  readonly #columns: FactColumns
  readonly #decoder = new TextDecoder()
  #positions: Map<string, number> | undefined

  constructor(columns: FactColumns) {
    this.#columns = columns
    this.size = columns.size
  }

  get modules(): readonly FactModule[] {
    return this.#columns.modules
  }

  /** All types of the file, textual conventions among them. */
  get types(): readonly FactType[] {
    return this.#columns.types
  }

  /** How many records have each of `types`. */
  get typeUses(): Uint32Array {
    const uses = new Uint32Array(this.#columns.types.length)
    for (const type of this.#columns.type) if (type > 0) uses[type - 1] = (uses[type - 1] ?? 0) + 1
    return uses
  }

  /** Octets that the table takes, without the objects of `types` and what `at` makes. */
  get octets(): number {
    const { arcs, arcStart, parent, shape, type, module, units, quantity, references, referencePool, names, nameEnd } =
      this.#columns
    const arrays = [
      arcs,
      arcStart,
      parent,
      shape,
      type,
      module,
      units,
      quantity,
      references,
      referencePool,
      names,
      nameEnd,
    ]
    return arrays.reduce((sum, array) => sum + array.byteLength, 0)
  }

  /** The fact with exactly this OID. */
  find(oid: string | Arcs): Fact | undefined {
    const position = this.positionOf(oid)
    return position < 0 ? undefined : this.at(position)
  }

  /** Position of exactly this OID, -1 where there is none. */
  positionOf(oid: string | Arcs): number {
    const arcs = arcsOf(oid)
    const position = this.nearest(arcs)
    return position >= 0 && this.#depth(position) === arcs.length ? position : -1
  }

  /** Position of the record with the longest OID that `oid` starts with, -1 where there is none. */
  nearest(oid: string | Arcs): number {
    const arcs = arcsOf(oid)
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(middle, arcs) <= 0) low = middle + 1
      else high = middle
    }
    let position = low - 1
    while (position >= 0 && !this.#startsWith(arcs, position)) position = this.#columns.parent[position] ?? -1
    while (position > 0 && this.#sameOid(position - 1, position)) position--
    return position
  }

  /** Position of an object by name, of the module where given; -1 where there is none. The first call makes an index. */
  positionOfName(name: string, module?: string): number {
    this.#positions ??= this.#indexNames()
    return this.#positions.get(module === undefined ? name : `${module} ${name}`) ?? -1
  }

  /** Positions of all objects of a name, without an index: for a search through many tables. */
  positionsNamed(name: string): number[] {
    const { names, nameEnd } = this.#columns
    const bytes = Buffer.from(names.buffer, names.byteOffset, names.byteLength)
    const wanted = Buffer.from(name)
    const positions: number[] = []
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
      const position = firstAtLeast(nameEnd, at + wanted.length)
      if (nameEnd[position] === at + wanted.length && (at === 0 || bytes[at - 1] === LINE_FEED))
        positions.push(position)
    }
    return positions
  }

  /** The fact at a position; throws a RangeError outside of 0 .. size - 1. */
  at(position: number): Fact {
    if (!(position >= 0 && position < this.size)) throw new RangeError(`no fact at position ${position}`)
    const columns = this.#columns
    const type = this.typeAt(position) ?? NO_TYPE
    const kind = this.kindAt(position)
    const isRow = kind === 'row' || kind === 'column'
    const references = this.#referencesAt(kind === 'column' ? this.parentAt(position) : position)
    const augments = isRow && references.augments ? references.list[0] : undefined
    const quantity = quantityHint(columns.words[columns.quantity[position] ?? 0] ?? '')
    return {
      oid: this.oidAt(position),
      name: this.nameAt(position),
      module: this.moduleAt(position),
      kind,
      access: this.accessAt(position),
      status: FACT_STATUSES[statusIn(columns.shape[position] ?? 0)] ?? 'current',
      base: type.base,
      tc: type.tc,
      displayHint: type.hint,
      ...(type.enums === '' ? {} : { enums: enumLabels(type.enums) }),
      range: type.range,
      units: this.unitsAt(position),
      ...(quantity ? { quantity } : {}),
      index: isRow ? this.#indexBehind(references) : [],
      ...(augments ? { augments } : {}),
      objects: isRow ? [] : references.list,
    }
  }

  oidAt(position: number): string {
    return this.arcsAt(position).join('.')
  }

  arcsAt(position: number): number[] {
    const { arcs, arcStart, prefix } = this.#columns
    return [...prefix, ...arcs.subarray(arcStart[position], arcStart[position + 1])]
  }

  nameAt(position: number): string {
    const { names, nameEnd } = this.#columns
    const start = position === 0 ? 0 : (nameEnd[position - 1] ?? 0) + 1
    return this.#decoder.decode(names.subarray(start, nameEnd[position]))
  }

  moduleAt(position: number): string {
    return this.#columns.modules[this.#columns.module[position] ?? 0]?.name ?? ''
  }

  kindAt(position: number): FactKind {
    return FACT_KINDS[kindIn(this.#columns.shape[position] ?? 0)] ?? 'node'
  }

  accessAt(position: number): FactAccess {
    return FACT_ACCESSES[accessIn(this.#columns.shape[position] ?? 0)] ?? ''
  }

  typeAt(position: number): FactType | undefined {
    return this.#columns.types[(this.#columns.type[position] ?? 0) - 1]
  }

  unitsAt(position: number): string {
    return this.#columns.words[this.#columns.units[position] ?? 0] ?? ''
  }

  /** The record right above, -1 without one. */
  parentAt(position: number): number {
    return this.#columns.parent[position] ?? -1
  }

  /** Positions of the records right below. */
  childrenOf(position: number): number[] {
    const children: number[] = []
    const { parent } = this.#columns
    for (let i = position + 1; i < this.size; i++) {
      const above = parent[i] ?? -1
      if (above < position) {
        if (this.#sameOid(i, position)) continue
        break
      }
      if (above === position) children.push(i)
    }
    return children
  }

  /** Positions of the columns of a table, given the table, its row or one of its columns; empty for anything else. */
  columnsOf(position: number): number[] {
    const kind = this.kindAt(position)
    if (kind === 'column') return this.columnsOf(this.parentAt(position))
    const rows = kind === 'row' ? [position] : kind === 'table' ? this.childrenOf(position) : []
    return rows.flatMap((row) => this.childrenOf(row).filter((child) => this.kindAt(child) === 'column'))
  }

  /** A record as encodeFacts takes it. */
  rawAt(position: number): RawFact {
    const columns = this.#columns
    const type = this.typeAt(position)
    const references = this.#referencesAt(position)
    return {
      oid: this.arcsAt(position),
      name: this.nameAt(position),
      module: this.moduleAt(position),
      kind: this.kindAt(position),
      access: this.accessAt(position),
      status: FACT_STATUSES[statusIn(columns.shape[position] ?? 0)] ?? 'current',
      ...(type ? { type } : {}),
      units: this.unitsAt(position),
      quantity: columns.words[columns.quantity[position] ?? 0] ?? '',
      augments: references.augments,
      references: references.list.map(({ oid, name, implied }) => ({ target: oid ?? name ?? '', implied })),
    }
  }

  /** Index columns of a row, those of the row that it augments where that is in this table. */
  #indexBehind(references: RowReferences): readonly FactReference[] {
    let now = references
    for (let hop = 0; now.augments && hop < MAX_AUGMENTS; hop++) {
      const target = now.list[0]?.oid
      const position = target === undefined ? -1 : this.positionOf(target)
      if (position < 0) return []
      now = this.#referencesAt(position)
    }
    return now.augments ? [] : now.list
  }

  #referencesAt(position: number): RowReferences {
    const { references, referencePool, externals } = this.#columns
    const start = references[position] ?? 0
    if (start === 0) return { augments: false, list: [] }
    const head = referencePool[start] ?? 0
    const list: FactReference[] = []
    for (let i = 1; i <= Math.floor(head / 2); i++) {
      const packed = referencePool[start + i] ?? 0
      const implied = packed % 2 === 1
      const at = Math.floor(packed / 4)
      const external = externals[at] ?? ''
      if (packed % 4 < 2) list.push({ name: this.nameAt(at), oid: this.oidAt(at), implied })
      else list.push(/^\d/.test(external) ? { oid: external, implied } : { name: external, implied })
    }
    return { augments: head % 2 === 1, list }
  }

  #depth(position: number): number {
    const { arcStart, prefix } = this.#columns
    return prefix.length + (arcStart[position + 1] ?? 0) - (arcStart[position] ?? 0)
  }

  /** Negative where the record's OID comes before `wanted`, 0 where they are the same. */
  #compare(position: number, wanted: Arcs): number {
    const depth = this.#depth(position)
    const shared = Math.min(depth, wanted.length)
    for (let i = 0; i < shared; i++) {
      const difference = this.#arc(position, i) - (wanted[i] ?? 0)
      if (difference !== 0) return difference
    }
    return depth - wanted.length
  }

  #startsWith(wanted: Arcs, position: number): boolean {
    const depth = this.#depth(position)
    if (depth > wanted.length) return false
    for (let i = depth - 1; i >= 0; i--) if (this.#arc(position, i) !== wanted[i]) return false
    return true
  }

  #sameOid(a: number, b: number): boolean {
    const depth = this.#depth(a)
    if (depth !== this.#depth(b)) return false
    for (let i = depth - 1; i >= 0; i--) if (this.#arc(a, i) !== this.#arc(b, i)) return false
    return true
  }

  #arc(position: number, i: number): number {
    const { arcs, arcStart, prefix } = this.#columns
    return (i < prefix.length ? prefix[i] : arcs[(arcStart[position] ?? 0) + i - prefix.length]) ?? 0
  }

  #indexNames(): Map<string, number> {
    const positions = new Map<string, number>()
    for (let i = 0; i < this.size; i++) {
      const name = this.nameAt(i)
      const own = `${this.moduleAt(i)} ${name}`
      if (!positions.has(name)) positions.set(name, i)
      if (!positions.has(own)) positions.set(own, i)
    }
    return positions
  }
}
