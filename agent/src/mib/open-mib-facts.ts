import { fileURLToPath } from 'node:url'
import { messageOf } from '@eyenet/shared/errors'
import { decodeFacts } from './decode-facts.ts'
import { encodeFacts } from './encode-facts.ts'
import type { Fact, FactReference, RawFact } from './fact.ts'
import { FactTable } from './fact-table.ts'
import { readModuleIndex, readTable, tablesIn } from './facts-folder.ts'
import { type Arcs, arcsOf, enterpriseOf } from './oid-arcs.ts'

/** Tables kept in memory, in octets: some ten of the largest, a hundred of the usual ones. */
const MAX_CACHED_OCTETS = 32 * 1024 * 1024
/** Modules that a user adds; beyond it the rest is not read. */
const MAX_USER_MODULES = 2_000

export type TableName = number | 'std'

export type MibFactsOptions = {
  /** The shipped tables; without it those beside the program. */
  readonly folder?: string
  /** The user's compiled modules (`mib add`), which go before the shipped ones. */
  readonly userFolder?: string
  readonly maxCachedOctets?: number
}

/** What an OID is: the fact with the longest OID that it starts with, and the rest. */
export type Named = {
  readonly fact: Fact
  /** `3` of ifHCInOctets.3; '' where the OID is the object itself. */
  readonly instance: string
  readonly table: FactTable
  readonly position: number
}

export type MibFacts = {
  /** The table of an enterprise or of the standard MIBs; undefined where nothing is known. Throws `invalid` for a damaged file. */
  facts(table: TableName): Promise<FactTable | undefined>
  /** What an OID is; undefined where it starts with no known OID. */
  lookup(oid: string | Arcs): Promise<Named | undefined>
  /** `IF-MIB::ifHCInOctets.3`; the OID itself where it is not known. */
  nameOid(oid: string | Arcs): Promise<string>
  /** The OID of an object by its name and, where given, its module (without one: of the standard MIBs). */
  oidOf(name: string, module?: string): Promise<string | undefined>
  /** Index columns of a row or column, also where its row augments one of another table. */
  indexOf(fact: Fact): Promise<readonly FactReference[]>
  /** The tables that have objects of a module, the user's included. */
  tablesOf(module: string): Promise<readonly FactTable[]>
  /** The user's modules, one table each. */
  userModules(): Promise<readonly FactTable[]>
  /** What is wrong with the user's modules: a damaged file is passed over. */
  userProblems(): Promise<readonly string[]>
  /** The OIDs of all objects of these names, in every table. Reads all tables, one after the other: some seconds. */
  searchNames(names: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>
  /** Forgets what was read: the next question reads the user's modules again. */
  reload(): void
}

/** Opens the MIB facts. Nothing is read before the first question; tables are kept, least recently used out first. */
export function openMibFacts(options: MibFactsOptions = {}): MibFacts {
  const folder = options.folder ?? fileURLToPath(new URL('../../mib-facts/', import.meta.url))
  const limit = options.maxCachedOctets ?? MAX_CACHED_OCTETS
  let shipped: ReadonlySet<string> | undefined
  let homes: Promise<ReadonlyMap<string, readonly string[]>> | undefined
  let user: Promise<UserModules> | undefined
  let byTable: Promise<ReadonlyMap<string, readonly RawFact[]>> | undefined
  const cache = new TableCache(limit)

  const readUser = () => (user ??= readUserModules(options.userFolder))
  const userModules = async () => (await readUser()).tables
  const userFacts = () => (byTable ??= userModules().then(groupByTable))

  async function load(table: string): Promise<FactTable | undefined> {
    shipped ??= new Set(tablesIn(folder))
    const own = shipped.has(table) ? await readTable(folder, table) : undefined
    const added = (await userFacts()).get(table)
    return added ? merged(own, added, await userModules()) : own
  }
  const facts = (table: TableName) => cache.get(String(table), load)

  async function lookup(oid: string | Arcs): Promise<Named | undefined> {
    const arcs = arcsOf(oid)
    const enterprise = enterpriseOf(arcs)
    const own = enterprise === undefined ? undefined : await facts(enterprise)
    return (own && namedIn(own, arcs)) ?? namedBy(await facts('std'), arcs)
  }

  async function tablesOf(module: string): Promise<readonly FactTable[]> {
    homes ??= readModuleIndex(folder)
    const names = new Set((await homes).get(module))
    for (const [table, records] of await userFacts())
      if (records.some((record) => record.module === module)) names.add(table)
    const tables = await Promise.all([...names].map((name) => facts(name === 'std' ? name : Number(name))))
    return tables.filter((table) => table !== undefined)
  }

  return {
    facts,
    lookup,
    tablesOf,
    userModules,
    userProblems: async () => (await readUser()).problems,
    async nameOid(oid) {
      const named = await lookup(oid)
      if (!named) return arcsOf(oid).join('.')
      const { fact, instance } = named
      return `${fact.module}::${fact.name}${instance === '' ? '' : `.${instance}`}`
    },
    async indexOf(fact) {
      const row = fact.index.length === 0 ? fact.augments?.oid : undefined
      return row === undefined ? fact.index : ((await lookup(row))?.fact.index ?? [])
    },
    async oidOf(name, module) {
      const tables = module === undefined ? [await facts('std')] : await tablesOf(module)
      for (const table of tables) {
        const position = table?.positionOfName(name, module) ?? -1
        if (table && position >= 0) return table.oidAt(position)
      }
      return undefined
    },
    async searchNames(names) {
      const found = new Map(names.map((name): [string, Set<string>] => [name, new Set()]))
      const search = (table: FactTable) => {
        for (const [name, oids] of found) for (const at of table.positionsNamed(name)) oids.add(table.oidAt(at))
      }
      for (const table of tablesIn(folder)) search(await readTable(folder, table))
      for (const table of await userModules()) search(table)
      return found
    },
    reload() {
      user = undefined
      byTable = undefined
      cache.clear()
    },
  }
}

function namedBy(table: FactTable | undefined, arcs: Arcs): Named | undefined {
  return table && namedIn(table, arcs)
}

function namedIn(table: FactTable, arcs: Arcs): Named | undefined {
  const position = objectAbove(table, table.nearest(arcs))
  if (position < 0) return undefined
  const instance = arcs.slice(table.arcsAt(position).length).join('.')
  return { fact: table.at(position), instance, table, position }
}

/** Some modules name an instance, as DISMAN-EVENT-MIB does with sysUpTime.0: the object says more. */
function objectAbove(table: FactTable, position: number): number {
  if (position < 0 || table.kindAt(position) !== 'node') return position
  const above = table.parentAt(position)
  return above >= 0 && ['scalar', 'column'].includes(table.kindAt(above)) ? above : position
}

/** Tables by name, least recently used out first. A failed read is not kept. */
class TableCache {
  readonly #limit: number
  readonly #tables = new Map<string, Promise<FactTable | undefined>>()
  readonly #octets = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(name: string, load: (name: string) => Promise<FactTable | undefined>): Promise<FactTable | undefined> {
    const known = this.#tables.get(name)
    const table = known ?? this.#loading(name, load)
    this.#tables.delete(name)
    this.#tables.set(name, table)
    return table
  }

  clear(): void {
    this.#tables.clear()
    this.#octets.clear()
  }

  async #loading(name: string, load: (name: string) => Promise<FactTable | undefined>): Promise<FactTable | undefined> {
    try {
      const table = await load(name)
      this.#octets.set(name, table?.octets ?? NOTHING_OCTETS)
      this.#evict(name)
      return table
    } catch (thrown) {
      this.#tables.delete(name)
      throw thrown
    }
  }

  #evict(newest: string): void {
    let total = [...this.#octets.values()].reduce((sum, octets) => sum + octets, 0)
    for (const name of this.#tables.keys()) {
      if (total <= this.#limit) return
      const octets = this.#octets.get(name)
      if (name === newest || octets === undefined) continue
      total -= octets
      this.#octets.delete(name)
      this.#tables.delete(name)
    }
  }
}

/** What remembering that an enterprise has no table is charged: hostile OIDs name four billion of them. */
const NOTHING_OCTETS = 256

type UserModules = { readonly tables: readonly FactTable[]; readonly problems: readonly string[] }

async function readUserModules(folder: string | undefined): Promise<UserModules> {
  const names = folder === undefined ? [] : tablesIn(folder)
  const tables: FactTable[] = []
  const problems: string[] = []
  if (names.length > MAX_USER_MODULES)
    problems.push(`of ${names.length} MIB modules in ${folder} ${MAX_USER_MODULES} are read`)
  for (const name of names.slice(0, MAX_USER_MODULES)) {
    try {
      tables.push(await readTable(folder ?? '', name))
    } catch (thrown) {
      problems.push(messageOf(thrown))
    }
  }
  return { tables, problems }
}

function groupByTable(modules: readonly FactTable[]): ReadonlyMap<string, readonly RawFact[]> {
  const groups = new Map<string, RawFact[]>()
  for (const module of modules)
    for (let i = 0; i < module.size; i++) {
      const record = module.rawAt(i)
      const name = String(enterpriseOf(record.oid) ?? 'std')
      const group = groups.get(name)
      if (group) group.push(record)
      else groups.set(name, [record])
    }
  return groups
}

/** The user's records first, so that their names count. Of a module that the user added, what it names or numbers anew is left out. */
function merged(own: FactTable | undefined, added: readonly RawFact[], userTables: readonly FactTable[]): FactTable {
  const anew = new Set(added.flatMap(({ module, name, oid }) => [`${module} ${name}`, `${module} ${oid.join('.')}`]))
  const records = [...added]
  for (let i = 0; own && i < own.size; i++) {
    const record = own.rawAt(i)
    const { module, name, oid } = record
    if (!anew.has(`${module} ${name}`) && !anew.has(`${module} ${oid.join('.')}`)) records.push(record)
  }
  const modules = [...userTables, ...(own ? [own] : [])].flatMap((table) => table.modules)
  const known = new Map(modules.toReversed().map((module) => [module.name, module]))
  const used = new Set(records.map((record) => record.module))
  return new FactTable(
    decodeFacts(encodeFacts({ records, modules: [...known.values()].filter((module) => used.has(module.name)) })),
  )
}
