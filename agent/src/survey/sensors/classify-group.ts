import { classifyCount, classifyNumber, cluesOf, saysFahrenheit } from './classify-number.ts'
import { classifyState } from './classify-state.ts'
import type { ColumnRule } from './column-rule.ts'
import { healthColumnFor, type LimitColumns, limitColumnsFor } from './limit-columns.ts'
import { wordsOf } from './name-words.ts'
import { isText, type ObjectFact, type ObjectGroup } from './object-fact.ts'
import { classifyByRowType } from './row-type.ts'

export type Candidate = {
  readonly fact: ObjectFact
  readonly rule: ColumnRule
  /** The column that names the row. */
  readonly nameColumn?: ObjectFact
  readonly limits?: LimitColumns
  /** Says of the row whether its sensor works. */
  readonly healthColumn?: ObjectFact
}

/** The objects of a group that are sensors, and how each is read. */
export function classifyGroup(group: ObjectGroup, prefixes: ModulePrefixes = new Map()): readonly Candidate[] {
  const found: Candidate[] = []
  const objects = isAllWritable(group) ? group.objects.map(asReadOnly) : group.objects
  for (const fact of objects) {
    const prefix = prefixes.get(fact.module) ?? []
    if (isSaidInCelsius(fact, objects)) continue
    const rule = classify(fact, group.kind === 'table' ? objects : [], prefix)
    if (rule === undefined) continue
    const nameColumn = group.kind === 'table' ? nameColumnFor(fact, objects) : undefined
    found.push({
      fact,
      rule,
      ...(nameColumn !== undefined && { nameColumn }),
      ...besides(group, objects, { fact, rule }),
    })
  }
  return found
}

function besides(
  { kind }: ObjectGroup,
  objects: readonly ObjectFact[],
  { fact, rule }: Pick<Candidate, 'fact' | 'rule'>,
): Pick<Candidate, 'limits' | 'healthColumn'> {
  if (kind !== 'table') return {}
  if (rule.rule === 'fixed') return { limits: limitColumnsFor(fact, rule.kind, objects) }
  const healthColumn = rule.rule === 'row type' ? healthColumnFor(objects) : undefined
  return healthColumn === undefined ? {} : { healthColumn }
}

/** The words with which all names of a module begin. */
export type ModulePrefixes = ReadonlyMap<string, readonly string[]>

/** A prefix is told by no fewer objects. */
const PREFIX_OBJECTS = 8

export function modulePrefixes(groups: readonly ObjectGroup[]): ModulePrefixes {
  const found = new Map<string, { words: readonly string[]; count: number }>()
  for (const { module, name } of groups.flatMap(({ objects }) => objects)) {
    const words = wordsOf(name)
    const known = found.get(module)
    if (known === undefined) found.set(module, { words, count: 1 })
    else found.set(module, { words: commonStart(known.words, words), count: known.count + 1 })
  }
  return new Map([...found].flatMap(([module, { words, count }]) => (count < PREFIX_OBJECTS ? [] : [[module, words]])))
}

function commonStart(a: readonly string[], b: readonly string[]): readonly string[] {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

/** A temperature in Fahrenheit beside the same one in Celsius. */
function isSaidInCelsius(fact: ObjectFact, siblings: readonly ObjectFact[]): boolean {
  if (!saysFahrenheit(fact.name)) return false
  const stem = fact.name.replace(/f(ahrenheit)?$/i, '').toLowerCase()
  return siblings.some((other) => {
    const name = other.name.toLowerCase()
    return other !== fact && (name === stem || name === `${stem}c` || name === `${stem}celsius`)
  })
}

/** Fewer objects than this do not show how a module was written. */
const FEW_OBJECTS = 4

/** Some modules call everything read-write: there it does not tell a setting from a reading. */
function isAllWritable({ objects }: ObjectGroup): boolean {
  return objects.length >= FEW_OBJECTS && !objects.some(({ access }) => access === 'r')
}

function asReadOnly(fact: ObjectFact): ObjectFact {
  return fact.access === 'w' ? { ...fact, access: 'r' } : fact
}

/** Kinds that a name says so clearly that no type column is asked. */
const CLEAR = /^(temperature|humidity|voltage|fanspeed|frequency|power_factor|power_consumed)$/

function classify(
  fact: ObjectFact,
  siblings: readonly ObjectFact[],
  prefix: readonly string[],
): ColumnRule | undefined {
  if (fact.access === 'n' || fact.access === 'a') return undefined
  if (fact.labels.length > 0 && fact.base === 'I') return classifyState(fact)
  const clues = cluesOf(fact, prefix)
  const fixed = classifyNumber(clues) ?? classifyCount(clues)
  if (fixed !== undefined && CLEAR.test(fixed.kind)) return fixed
  if (fact.access === 'o') return undefined
  return classifyByRowType(fact, siblings, fixed) ?? fixed ?? classifyState(fact)
}

/** The text of the row that describes it best: a description or name before an alias, near before far. */
export function nameColumnFor(fact: ObjectFact, siblings: readonly ObjectFact[]): ObjectFact | undefined {
  const at = siblings.indexOf(fact)
  let best: ObjectFact | undefined
  let bestScore = 0
  for (const [place, other] of siblings.entries()) {
    if (other === fact || !isText(other)) continue
    const score = nameScore(other) - Math.abs(place - at) * 0.02
    if (score <= bestScore) continue
    best = other
    bestScore = score
  }
  return best
}

function nameScore({ name }: ObjectFact): number {
  const last = wordsOf(name).at(-1) ?? ''
  const score = /^(descr?(iption)?|name|label)$/.test(last)
    ? 10
    : /^(alias|location|title|identifier|tag|text|id)$/.test(last)
      ? 5
      : 0
  return /serial|vendor|version|model|part|unit|mac|url|type/i.test(name) ? score - 4 : score
}
