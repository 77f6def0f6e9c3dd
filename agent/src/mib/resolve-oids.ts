import type { KnownSymbols } from './known-symbols.ts'
import type { OidPart, ParsedModule, ValueDefinition } from './mib-module.ts'
import type { ProblemList } from './mib-problem.ts'
import { type Arcs, MAX_ARCS } from './oid-arcs.ts'
import { ROOT_NAMES } from './root-facts.ts'

/** Definitions hang on each other so deep at most; OIDs have 128 numbers. */
const MAX_DEPTH = 256

const SNMP: string = '1.3.6.1.2.1.11'
/** Where SNMPv2 has the six traps that SNMPv1 numbers below `snmp` (RFC 3584, 3.1). */
const SNMP_TRAPS: Arcs = [1, 3, 6, 1, 6, 3, 1, 1, 5]

/** Turns names into OIDs: of the module itself, of what it imports, then of whatever is known. */
export class OidResolver {
  readonly #modules: ReadonlyMap<string, ParsedModule>
  readonly #known: KnownSymbols
  readonly #problems: ProblemList
  readonly #values = new Map<ParsedModule, ReadonlyMap<string, ValueDefinition>>()
  /** Being resolved at the moment. */
  readonly #open = new Set<ValueDefinition>()
  /** null while it is being resolved, and where it cannot be. */
  readonly #oids = new Map<ValueDefinition, Arcs | null>()
  readonly #anywhere = new Map<string, ParsedModule>()
  readonly #complained = new Set<string>()

  constructor(modules: readonly ParsedModule[], known: KnownSymbols, problems: ProblemList) {
    this.#modules = new Map(modules.map((module) => [module.name, module]))
    this.#known = known
    this.#problems = problems
    for (const module of modules) this.#values.set(module, this.#valuesOf(module))
  }

  /** The OID of a definition; undefined, and reported once, where it cannot be found. */
  oidOf(module: ParsedModule, value: ValueDefinition, depth = 0): Arcs | undefined {
    const known = this.#oids.get(value)
    if (known !== undefined) {
      if (this.#open.has(value)) this.#complain(module, value, [`the OID of ${value.name} hangs on itself`, 'error'])
      return known ?? undefined
    }
    this.#oids.set(value, null)
    this.#open.add(value)
    const oid = depth > MAX_DEPTH ? this.#tooDeep(module, value) : this.#resolve(module, value, depth)
    this.#open.delete(value)
    if (oid) this.#oids.set(value, oid)
    return oid
  }

  /** The OID that a name means within a module, without complaints. */
  oidOfName(module: ParsedModule, name: string, depth = 0): Arcs | undefined {
    const own = this.#values.get(module)?.get(name)
    const ownOid = own && this.oidOf(module, own, depth + 1)
    return ownOid ?? this.#importedOid(module, name, depth) ?? ROOT_NAMES.get(name)
  }

  #resolve(module: ParsedModule, value: ValueDefinition, depth: number): Arcs | undefined {
    const above = this.#arcsOfParts(module, value, depth)
    if (!above) return undefined
    const oid = value.trap === undefined ? above : trapOid(above, value.trap)
    if (oid.length <= MAX_ARCS && oid.every((arc) => Number.isInteger(arc) && arc >= 0 && arc <= 0xffff_ffff))
      return oid
    this.#complain(module, value, [`the OID of ${value.name} has a number out of range, or too many`, 'error'])
    return undefined
  }

  #arcsOfParts(module: ParsedModule, value: ValueDefinition, depth: number): Arcs | undefined {
    const arcs: number[] = []
    for (const [i, part] of value.oid.entries()) {
      // Behind the first word, and for `iso(1)`, the number counts; a name in the middle without one is sloppy but clear.
      if (part.number !== undefined && (i > 0 || part.name === undefined || !this.#starts(module, part)))
        arcs.push(part.number)
      else {
        const oid = this.#named(module, value, { part, depth })
        if (!oid) return undefined
        arcs.splice(0, arcs.length, ...oid)
      }
    }
    return arcs
  }

  /** `{ foo(1) 2 }` starts at foo where foo is known, and at 1 where it is not. */
  #starts(module: ParsedModule, { name }: OidPart): boolean {
    return name !== undefined && (ROOT_NAMES.has(name) || this.#values.get(module)?.has(name) === true)
  }

  #tooDeep(module: ParsedModule, value: ValueDefinition): undefined {
    this.#complain(module, value, [`the OID of ${value.name} hangs on more than ${MAX_DEPTH} others`, 'error'])
  }

  #named(
    module: ParsedModule,
    value: ValueDefinition,
    { part, depth }: { part: OidPart; depth: number },
  ): Arcs | undefined {
    const name = part.name ?? ''
    // `internet ::= { internet 1 }` of a module that imports internet means the imported one.
    const oid =
      name === value.name
        ? (this.#importedOid(module, name, depth) ?? ROOT_NAMES.get(name))
        : this.oidOfName(module, name, depth)
    if (oid) return oid
    const own = this.#values.get(module)?.get(name)
    if (own && own !== value) return undefined
    const guessed = this.#oidElsewhere(name, depth) ?? this.#known.oidAnywhere(name)
    const from = module.imports.get(name)
    const why =
      from === undefined
        ? 'it is neither defined nor imported'
        : this.#modules.has(from) || this.#known.has(from)
          ? `the module ${from} does not define it`
          : `the module ${from} is neither among the files nor known`
    if (guessed)
      this.#complain(module, part, [
        `${name}: ${why}; ${guessed.join('.')} is taken, which another module calls so`,
        'warning',
      ])
    else this.#complain(module, part, [`${name} is unknown: ${why}`, 'error'])
    return guessed
  }

  #importedOid(module: ParsedModule, name: string, depth: number): Arcs | undefined {
    const from = module.imports.get(name)
    if (from === undefined) return undefined
    const parsed = this.#modules.get(from)
    const value = parsed && this.#values.get(parsed)?.get(name)
    return (value && this.oidOf(parsed, value, depth + 1)) ?? this.#known.oidIn(from, name)
  }

  #oidElsewhere(name: string, depth: number): Arcs | undefined {
    const module = this.#anywhere.get(name)
    const value = module && this.#values.get(module)?.get(name)
    return value && this.oidOf(module, value, depth + 1)
  }

  /** Once per name and module. */
  #complain(
    module: ParsedModule,
    at: { readonly name?: string; readonly offset: number },
    [message, severity]: [message: string, severity: 'error' | 'warning'],
  ): void {
    const key = `${module.name} ${at.name ?? ''}`
    if (this.#complained.has(key)) return
    this.#complained.add(key)
    this.#problems.add({ file: module.file, offset: at.offset }, severity, message)
  }

  #valuesOf(module: ParsedModule): ReadonlyMap<string, ValueDefinition> {
    const values = new Map<string, ValueDefinition>()
    for (const value of module.values) {
      if (!values.has(value.name)) values.set(value.name, value)
      if (!this.#anywhere.has(value.name)) this.#anywhere.set(value.name, module)
    }
    return values
  }
}

function trapOid(enterprise: Arcs, number: number): Arcs {
  return enterprise.join('.') === SNMP && number <= 5 ? [...SNMP_TRAPS, number + 1] : [...enterprise, 0, number]
}
