import { setImmediate as breath } from 'node:timers/promises'
import { describedQuantity } from './described-quantity.ts'
import {
  FACT_ACCESSES,
  type FactAccess,
  type FactKind,
  type FactStatus,
  type FactType,
  type RawFact,
  type RawReference,
} from './fact.ts'
import { type KnownFacts, knownSymbolsFor } from './known-symbols.ts'
import type { NamedReference, ParsedModule, ValueDefinition, ValueMacro } from './mib-module.ts'
import { type MibFile, type MibProblem, ProblemList } from './mib-problem.ts'
import type { Arcs } from './oid-arcs.ts'
import { parseMib } from './parse-mib.ts'
import { OidResolver } from './resolve-oids.ts'
import { TypeResolver } from './resolve-types.ts'

export type CompiledModule = {
  readonly name: string
  readonly file: string
  readonly lastUpdated: string
  readonly records: readonly RawFact[]
  /** Its textual conventions, for modules that import them later. */
  readonly types: readonly FactType[]
}

export type CompiledMibs = {
  readonly modules: readonly CompiledModule[]
  readonly problems: readonly MibProblem[]
  /** Problems beyond the first thousand. */
  readonly moreProblems: number
}

/** Files of one compilation. */
export const MAX_MIB_FILES = 5_000

/**
 * Compiles MIB files, which may need each other in any order. What they import from modules that are not among them comes from
 * `known`. Never throws for what a file says: a definition that cannot be read is a problem, and the others go on. Between files
 * and modules others have their turn.
 */
export async function compileMibs(files: readonly MibFile[], known?: KnownFacts): Promise<CompiledMibs> {
  const problems = new ProblemList()
  const found = await inTurns(files.slice(0, MAX_MIB_FILES), (file) => parseMib(file, problems))
  const parsed = newestModules(found.flat(), problems)
  const unread = files[MAX_MIB_FILES]
  if (unread)
    problems.add(
      { file: unread, offset: 0 },
      'error',
      `more than ${MAX_MIB_FILES} files: this and the rest are not read`,
    )
  const symbols = await knownSymbolsFor(parsed, known)
  const oids = new OidResolver(parsed, symbols, problems)
  const types = new TypeResolver(parsed, symbols)
  const resolved = await inTurns(parsed, (module) => ({ module, values: resolvedValues(module, oids) }))
  const rows = new Set<string>()
  for (const { module, values } of resolved)
    for (const { value, oid } of values) if (isRow(module, value, types)) rows.add(oid.join('.'))
  const modules = await inTurns(resolved, ({ module, values }): CompiledModule => {
    const records = values.map(({ value, oid }) =>
      recordOf(module, { value, oid, kind: kindOf(value, oid, rows) }, { oids, types }),
    )
    const conventions = module.types.filter((type) => type.convention)
    return {
      name: module.name,
      file: module.file.name,
      lastUpdated: dateOf(module.lastUpdated),
      records,
      types: conventions.map((type) => types.typeOf(module, { ...type.syntax, type: type.name, enums: '', range: '' })),
    }
  })
  return { modules, problems: problems.problems, moreProblems: problems.dropped }
}

/** Each item's result; the event loop goes round between them. */
async function inTurns<T, R>(items: readonly T[], make: (item: T) => R): Promise<R[]> {
  const made: R[] = []
  for (const item of items) {
    made.push(make(item))
    await breath()
  }
  return made
}

/** One module per name: the newest by its LAST-UPDATED, of equals the later file's. */
function newestModules(modules: readonly ParsedModule[], problems: ProblemList): readonly ParsedModule[] {
  const newest = new Map<string, ParsedModule>()
  for (const module of modules) {
    const other = newest.get(module.name)
    const wins = other === undefined || dateOf(module.lastUpdated) >= dateOf(other.lastUpdated)
    if (wins) newest.set(module.name, module)
    if (other === undefined) continue
    const [kept, left] = wins ? [module, other] : [other, module]
    problems.add(left, 'warning', `the module ${left.name} is left out: ${kept.file.name} has it too, as new or newer`)
  }
  return [...newest.values()]
}

/** `9601010000Z` and `199601010000Z` as `19960101`. */
function dateOf(lastUpdated: string): string {
  const digits = /^\d+/.exec(lastUpdated)?.[0] ?? ''
  if (digits.length >= 12) return digits.slice(0, 8)
  return digits.length >= 6 ? `19${digits.slice(0, 6)}` : ''
}

type Resolved = { readonly value: ValueDefinition; readonly oid: Arcs }

function resolvedValues(module: ParsedModule, oids: OidResolver): readonly Resolved[] {
  return module.values.flatMap((value) => {
    const oid = oids.oidOf(module, value)
    return oid ? [{ value, oid }] : []
  })
}

function isRow(module: ParsedModule, value: ValueDefinition, types: TypeResolver): boolean {
  if (value.macro !== 'OBJECT-TYPE' || value.syntax?.kind === 'sequence-of') return false
  if (value.index.length > 0 || value.augments !== undefined) return true
  return value.syntax !== undefined && types.definitionOf(module, value.syntax.type)?.type.syntax.kind === 'sequence'
}

const KIND_OF: Readonly<Record<Exclude<ValueMacro, 'OBJECT-TYPE'>, FactKind>> = {
  'OBJECT IDENTIFIER': 'node',
  'OBJECT-IDENTITY': 'node',
  'MODULE-IDENTITY': 'module',
  'NOTIFICATION-TYPE': 'notification',
  'TRAP-TYPE': 'notification',
  'OBJECT-GROUP': 'group',
  'NOTIFICATION-GROUP': 'group',
  'MODULE-COMPLIANCE': 'group',
  'AGENT-CAPABILITIES': 'group',
}

function kindOf(value: ValueDefinition, oid: Arcs, rows: ReadonlySet<string>): FactKind {
  if (value.macro !== 'OBJECT-TYPE') return KIND_OF[value.macro]
  if (value.syntax?.kind === 'sequence-of') return 'table'
  if (rows.has(oid.join('.'))) return 'row'
  return rows.has(oid.slice(0, -1).join('.')) ? 'column' : 'scalar'
}

const NUMBERS: ReadonlySet<string> = new Set(['INTEGER', 'Unsigned32', 'Gauge32', 'OCTET STRING'])

function recordOf(
  module: ParsedModule,
  { value, oid, kind }: Resolved & { readonly kind: FactKind },
  { oids, types }: { readonly oids: OidResolver; readonly types: TypeResolver },
): RawFact {
  const leaf = kind === 'scalar' || kind === 'column'
  const type = leaf && value.syntax ? types.typeOf(module, value.syntax) : undefined
  const described = type && value.units === '' && type.enums === '' && NUMBERS.has(type.base)
  const listed = kind === 'row' ? (value.augments ? [value.augments] : value.index) : value.objects
  return {
    oid,
    name: value.name,
    module: module.name,
    kind,
    access: leaf ? accessOf(value.access) : '',
    status: statusOf(value.status),
    ...(type ? { type } : {}),
    units: leaf ? value.units.replace(/\s+/g, ' ') : '',
    quantity: described ? describedQuantity(value.description) : '',
    augments: kind === 'row' && value.augments !== undefined,
    references:
      kind === 'row' || kind === 'notification'
        ? listed.flatMap((reference) => rawReference(module, reference, oids))
        : [],
  }
}

function rawReference(
  module: ParsedModule,
  { name, implied }: NamedReference,
  oids: OidResolver,
): readonly RawReference[] {
  const oid = oids.oidOfName(module, name)
  if (oid) return [{ target: oid.join('.'), implied }]
  // SMIv1 allows types in INDEX: they name no column.
  return /^[A-Z]/.test(name) ? [] : [{ target: name, implied }]
}

function accessOf(word: string): FactAccess {
  return FACT_ACCESSES.find((access) => access === word) ?? (word === 'not-implemented' ? 'not-accessible' : '')
}

function statusOf(word: string): FactStatus {
  return word === 'deprecated' || word === 'obsolete' ? word : 'current'
}
