import { FACT_BASES, type FactBase, type FactType } from './fact.ts'
import type { KnownSymbols } from './known-symbols.ts'
import type { ParsedModule, Syntax, TypeDefinition } from './mib-module.ts'

/** Conventions made of conventions made of conventions: nobody goes deeper. */
const MAX_DEPTH = 32

/** Names of the SMI's own types, SMIv1's included, and what they are. */
const SMI: Readonly<Record<string, FactBase>> = {
  ...Object.fromEntries(FACT_BASES.filter((base) => base !== '').map((base) => [base, base])),
  Integer32: 'INTEGER',
  Integer: 'INTEGER',
  UInteger32: 'Unsigned32',
  Gauge: 'Gauge32',
  Gauge64: 'Counter64',
  Unsigned64: 'Counter64',
  Counter: 'Counter32',
  NetworkAddress: 'IpAddress',
  'BIT STRING': 'BITS',
  ObjectName: 'OBJECT IDENTIFIER',
}

const UNKNOWN: FactType = { base: '', tc: '', hint: '', enums: '', range: '' }

/** Follows textual conventions down to the SMI's types. */
export class TypeResolver {
  readonly #modules: ReadonlyMap<string, ParsedModule>
  readonly #known: KnownSymbols
  readonly #types: ReadonlyMap<ParsedModule, ReadonlyMap<string, TypeDefinition>>

  constructor(modules: readonly ParsedModule[], known: KnownSymbols) {
    this.#modules = new Map(modules.map((module) => [module.name, module]))
    this.#known = known
    this.#types = new Map(modules.map((module) => [module, new Map(module.types.map((type) => [type.name, type]))]))
  }

  /** The definition of a type within a module or what it imports, among the files. */
  definitionOf(module: ParsedModule, name: string): { module: ParsedModule; type: TypeDefinition } | undefined {
    const own = this.#types.get(module)?.get(name)
    if (own) return { module, type: own }
    const from = this.#modules.get(module.imports.get(name) ?? '')
    const type = from && from !== module ? this.#types.get(from)?.get(name) : undefined
    return from && type && { module: from, type }
  }

  /** What a SYNTAX means: base and, by name, convention; labels, range and hint of the nearest that states them. */
  typeOf(module: ParsedModule, syntax: Syntax, depth = 0): FactType {
    const base = SMI[syntax.type]
    const restricted = { enums: syntax.enums, range: syntax.range }
    if (base !== undefined)
      return {
        base: base === 'INTEGER' || syntax.enums === '' ? base : labelled(base),
        tc: '',
        hint: '',
        ...restricted,
      }
    if (syntax.kind !== 'plain' || depth > MAX_DEPTH) return UNKNOWN
    const below = this.#named(module, syntax.type, depth)
    return {
      ...below,
      tc: syntax.type,
      enums: syntax.enums === '' ? below.enums : syntax.enums,
      range: syntax.range === '' ? below.range : syntax.range,
    }
  }

  #named(module: ParsedModule, name: string, depth: number): FactType {
    const found = this.definitionOf(module, name)
    if (!found) return this.#known.typeOf(name, module.imports.get(name)) ?? UNKNOWN
    // `DisplayString ::= DisplayString` would never end.
    const type = this.typeOf(found.module, found.type.syntax, depth + 1)
    return found.type.displayHint === '' ? type : { ...type, hint: found.type.displayHint }
  }
}

/** Labels on anything but INTEGER and BITS are a slip for INTEGER. */
const labelled = (base: FactBase): FactBase => (base === 'BITS' ? 'BITS' : 'INTEGER')
