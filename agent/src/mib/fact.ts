/** What one object of a MIB is. Letters are how tables keep it; words are what a reader asks for. */

export const FACT_KINDS = ['scalar', 'column', 'table', 'row', 'notification', 'node', 'module', 'group'] as const
export type FactKind = (typeof FACT_KINDS)[number]

/** '' where the MIB says nothing, as for nodes. Order is part of the file format: only append. */
export const FACT_ACCESSES = [
  '',
  'read-only',
  'read-write',
  'read-create',
  'not-accessible',
  'accessible-for-notify',
  'write-only',
] as const
export type FactAccess = (typeof FACT_ACCESSES)[number]

export const FACT_STATUSES = ['current', 'deprecated', 'obsolete'] as const
export type FactStatus = (typeof FACT_STATUSES)[number]

export const FACT_BASES = [
  '',
  'INTEGER',
  'Unsigned32',
  'Gauge32',
  'Counter32',
  'Counter64',
  'TimeTicks',
  'IpAddress',
  'OCTET STRING',
  'OBJECT IDENTIFIER',
  'BITS',
  'Opaque',
] as const
/** The SMI type below all textual conventions; '' where it is not known. */
export type FactBase = (typeof FACT_BASES)[number]

/** A type as tables keep it. `enums` is `1 up|2 down`; `range` is `0..100`, `#6` for a size, several parts joined by `|`. */
export type FactType = {
  readonly base: FactBase
  readonly tc: string
  readonly hint: string
  readonly enums: string
  readonly range: string
}

/** Another object: an index column, an object of a notification, the row that is augmented. */
export type FactReference = {
  /** Absent where the object is in another file: `MibFacts.lookup(oid)` names it. */
  readonly name?: string
  /** Absent where the MIB names an object that no module defines. */
  readonly oid?: string
  readonly implied: boolean
}

/** Unit and power of ten that the description states where UNITS is missing: `C`, -1 is tenths of a degree. */
export type QuantityHint = { readonly unit: string; readonly exponent: number }

export type Fact = {
  readonly oid: string
  readonly name: string
  readonly module: string
  readonly kind: FactKind
  readonly access: FactAccess
  readonly status: FactStatus
  readonly base: FactBase
  /** Textual convention, '' without one. */
  readonly tc: string
  readonly displayHint: string
  /** Labels of an enumeration or of BITS. */
  readonly enums?: ReadonlyMap<number, string>
  readonly range: string
  readonly units: string
  readonly quantity?: QuantityHint
  /** Index columns of the row, for a row and its columns; empty where the row augments one of another table. */
  readonly index: readonly FactReference[]
  /** The row that this row, or the column's row, adds columns to. */
  readonly augments?: FactReference
  /** Objects of a notification, in order. */
  readonly objects: readonly FactReference[]
}

/** A reference before tables know positions: an OID (`1.3...`) or a name within the same table. */
export type RawReference = { readonly target: string; readonly implied: boolean }

/** One record on its way into a table: from the facts folder, from a user's MIB, or from another table. */
export type RawFact = {
  readonly oid: readonly number[]
  readonly name: string
  readonly module: string
  readonly kind: FactKind
  readonly access: FactAccess
  readonly status: FactStatus
  readonly type?: FactType
  readonly units: string
  /** `C-1`, '' without one. */
  readonly quantity: string
  readonly augments: boolean
  readonly references: readonly RawReference[]
}

/** `1 up|2 down` as a map. */
export function enumLabels(text: string): ReadonlyMap<number, string> {
  const labels = new Map<number, string>()
  for (const part of text.split('|')) {
    const space = part.indexOf(' ')
    if (space > 0) labels.set(Number(part.slice(0, space)), part.slice(space + 1))
  }
  return labels
}

/** `C-1` in two parts; undefined where the text says nothing. */
export function quantityHint(text: string): QuantityHint | undefined {
  const parts = /^([A-Za-z%]*)(-?\d+)$/.exec(text)
  return parts ? { unit: parts[1] ?? '', exponent: Number(parts[2]) } : undefined
}
