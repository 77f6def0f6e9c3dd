import type { FactType } from './fact.ts'
import type { FactTable } from './fact-table.ts'
import type { ParsedModule } from './mib-module.ts'
import { type Arcs, arcsOf, enterpriseOf } from './oid-arcs.ts'
import { ROOT_NAMES } from './root-facts.ts'

/** What the compiler asks of facts that are known already; MibFacts answers it. */
export type KnownFacts = {
  facts(table: number | 'std'): Promise<FactTable | undefined>
  tablesOf(module: string): Promise<readonly FactTable[]>
  userModules(): Promise<readonly FactTable[]>
  /** The OIDs of all objects of these names, in every table. Reads all tables: some seconds. */
  searchNames(names: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

/** OIDs and types of modules that are not among the files, by name. */
export class KnownSymbols {
  /** Standard MIBs first. */
  readonly #tables: readonly FactTable[]
  readonly #byModule: ReadonlyMap<string, readonly FactTable[]>
  /** What a search through all tables found, where it found one OID only. */
  readonly #found = new Map<string, Arcs>()
  readonly #types = new Map<FactTable, ReadonlyMap<string, FactType>>()

  constructor(tables: readonly FactTable[], byModule: ReadonlyMap<string, readonly FactTable[]>) {
    this.#tables = tables
    this.#byModule = byModule
  }

  /** True where some table has objects of the module. */
  has(module: string): boolean {
    return (this.#byModule.get(module)?.length ?? 0) > 0
  }

  /** The OID of a module's object. Objects move between modules, so any object of that name in the module's tables is taken after it. */
  oidIn(module: string, name: string): Arcs | undefined {
    const tables = this.#byModule.get(module) ?? []
    for (const wanted of [module, undefined])
      for (const table of tables) {
        const position = table.positionOfName(name, wanted)
        if (position >= 0) return table.arcsAt(position)
      }
    return undefined
  }

  /** Takes what a search through all tables found; a name with several OIDs stays unknown. */
  addFound(found: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [name, oids] of found) {
      const [only] = oids
      if (only !== undefined && oids.size === 1) this.#found.set(name, arcsOf(only))
    }
  }

  /** The OID of an object of that name in any table at hand, or of the search. */
  oidAnywhere(name: string): Arcs | undefined {
    for (const table of this.#tables) {
      const position = table.positionOfName(name)
      if (position >= 0) return table.arcsAt(position)
    }
    return this.#found.get(name)
  }

  /** A textual convention of that name, of the module's tables first. */
  typeOf(name: string, module: string | undefined): FactType | undefined {
    for (const table of [...(this.#byModule.get(module ?? '') ?? []), ...this.#tables]) {
      const type = this.#typesOf(table).get(name)
      if (type) return type
    }
    return undefined
  }

  /** Tables know conventions as their objects use them, some refined: the one that most objects have is taken. */
  #typesOf(table: FactTable): ReadonlyMap<string, FactType> {
    const known = this.#types.get(table)
    if (known) return known
    const uses = table.typeUses
    const best = new Map<string, { type: FactType; uses: number }>()
    table.types.forEach((type, i) => {
      const now = { type, uses: uses[i] ?? 0 }
      if (type.tc !== '' && type.base !== '' && now.uses >= (best.get(type.tc)?.uses ?? 0)) best.set(type.tc, now)
    })
    const types = new Map([...best].map(([name, { type }]) => [name, type]))
    this.#types.set(table, types)
    return types
  }
}

/** Loads the tables that the modules may need: the standard ones, those of imported modules, the user's. */
export async function knownSymbolsFor(
  modules: readonly ParsedModule[],
  facts: KnownFacts | undefined,
): Promise<KnownSymbols> {
  const byModule = new Map<string, readonly FactTable[]>()
  if (!facts) return new KnownSymbols([], byModule)
  const present = new Set(modules.map((module) => module.name))
  const imported = new Set(
    modules.flatMap((module) => [...module.imports.values()]).filter((name) => !present.has(name)),
  )
  for (const name of imported) byModule.set(name, await facts.tablesOf(name))
  const enterprises = new Set<number>()
  for (const value of modules.flatMap((module) => module.values)) {
    const enterprise = enterpriseWritten(value.oid.map((part) => part.number ?? part.name ?? ''))
    if (enterprise !== undefined) enterprises.add(enterprise)
  }
  const own = await Promise.all([...enterprises].slice(0, MAX_OWN_TABLES).map((enterprise) => facts.facts(enterprise)))
  const tables = [await facts.facts('std'), ...(await facts.userModules()), ...[...byModule.values()].flat(), ...own]
  const symbols = new KnownSymbols([...new Set(tables.filter((table) => table !== undefined))], byModule)
  const missing = missingNames(modules, symbols).slice(0, MAX_SEARCHED)
  if (missing.length > 0) symbols.addFound(await facts.searchNames(missing))
  return symbols
}

/** Names that definitions hang on and that neither the files nor the tables at hand have. */
function missingNames(modules: readonly ParsedModule[], symbols: KnownSymbols): readonly string[] {
  const defined = new Set(modules.flatMap((module) => module.values.map((value) => value.name)))
  const missing = new Set<string>()
  for (const module of modules)
    for (const { oid } of module.values) {
      const first = oid[0]
      if (first?.name === undefined || first.number !== undefined || defined.has(first.name)) continue
      const from = module.imports.get(first.name)
      const known =
        (from === undefined ? undefined : symbols.oidIn(from, first.name)) ?? symbols.oidAnywhere(first.name)
      if (!known && !ROOT_NAMES.has(first.name)) missing.add(first.name)
    }
  return [...missing]
}

/** Each name is looked for in all tables. */
const MAX_SEARCHED = 100
/** A module names one enterprise, seldom two. */
const MAX_OWN_TABLES = 8

/** 9 of `{ enterprises 9 ... }`, or of the whole OID in numbers. */
function enterpriseWritten(parts: readonly (number | string)[]): number | undefined {
  const [first, second] = parts
  if (first === 'enterprises' && typeof second === 'number') return second
  const numbers = parts.filter((part) => typeof part === 'number')
  return enterpriseOf(parts[0] === 'iso' ? [1, ...numbers] : numbers)
}
