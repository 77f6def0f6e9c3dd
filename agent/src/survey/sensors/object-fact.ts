/** What rules need to know of one scalar or column of a MIB. */
export type ObjectFact = {
  readonly oid: string
  readonly name: string
  readonly module: string
  readonly kind: 'scalar' | 'column'
  readonly access: string
  /** I INTEGER, U Unsigned32, G Gauge32, C Counter32, D Counter64, T TimeTicks, S OCTET STRING, O OID, B BITS, Q Opaque. */
  readonly base: string
  /** Textual convention; empty where there is none. */
  readonly tc: string
  readonly hint: string
  readonly labels: readonly (readonly [value: number, label: string])[]
  readonly range: string
  readonly units: string
  /** Unit and power of ten that the description names where UNITS is missing: `C-1` tenths of a degree. */
  readonly described: string
}

/** Columns of one table, or scalars that stand under one node. */
export type ObjectGroup = {
  /** OID of the row, or the node above the scalars. */
  readonly oid: string
  readonly kind: 'table' | 'scalars'
  /** Names of the index columns, in order. */
  readonly index: readonly string[]
  readonly objects: readonly ObjectFact[]
}

/** Where the facts come from: an enterprise number, or `std` for what is not below one. */
export type FactSource = { groups(enterprise: number | 'std'): Promise<readonly ObjectGroup[]> }

export function isNumeric(fact: ObjectFact): boolean {
  return 'IGUCDTQ'.includes(fact.base) && fact.base !== ''
}

export function isText(fact: ObjectFact): boolean {
  if (fact.base !== 'S' || /Mac|Phys|Date|Bits|Address|Mask/i.test(fact.tc)) return false
  return fact.hint === '' || /[at]/.test(fact.hint)
}
