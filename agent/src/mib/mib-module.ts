import type { MibFile } from './mib-problem.ts'

/** What the parser finds in a file; names are not resolved yet. */
export type ParsedModule = {
  readonly name: string
  readonly file: MibFile
  readonly offset: number
  /** `200601010000Z` of MODULE-IDENTITY, '' without one. */
  readonly lastUpdated: string
  /** Symbol to the modules it is imported from, the first first. */
  readonly imports: ReadonlyMap<string, string>
  readonly values: readonly ValueDefinition[]
  readonly types: readonly TypeDefinition[]
}

/** One word of `{ ifEntry 3 }` or `{ iso org(3) }`. */
export type OidPart = { readonly name?: string; readonly number?: number; readonly offset: number }

export type ValueMacro =
  | 'OBJECT IDENTIFIER'
  | 'OBJECT-TYPE'
  | 'OBJECT-IDENTITY'
  | 'MODULE-IDENTITY'
  | 'NOTIFICATION-TYPE'
  | 'TRAP-TYPE'
  | 'OBJECT-GROUP'
  | 'NOTIFICATION-GROUP'
  | 'MODULE-COMPLIANCE'
  | 'AGENT-CAPABILITIES'

export type NamedReference = { readonly name: string; readonly implied: boolean; readonly offset: number }

/** A definition that has an OID. */
export type ValueDefinition = {
  readonly name: string
  readonly macro: ValueMacro
  readonly offset: number
  readonly oid: readonly OidPart[]
  /** Of TRAP-TYPE: its number below the enterprise in `oid`. */
  readonly trap?: number
  readonly syntax?: Syntax
  readonly units: string
  readonly access: string
  readonly status: string
  readonly description: string
  readonly lastUpdated: string
  readonly index: readonly NamedReference[]
  readonly augments?: NamedReference
  readonly objects: readonly NamedReference[]
}

export type TypeDefinition = {
  readonly name: string
  readonly offset: number
  readonly syntax: Syntax
  readonly displayHint: string
  /** Written with TEXTUAL-CONVENTION, or SMIv1's plain assignment: both give a type a name. */
  readonly convention: boolean
}

export type Syntax = {
  readonly kind: 'plain' | 'sequence' | 'sequence-of' | 'choice'
  /** `INTEGER`, `OCTET STRING`, `DisplayString`, of a table the name of its row's type. */
  readonly type: string
  /** `1 up|2 down`, '' without labels. */
  readonly enums: string
  /** `0..100`, `#6`, '' without a restriction. */
  readonly range: string
  readonly offset: number
}
