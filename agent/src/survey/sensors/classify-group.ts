import { classifyCount, classifyNumber, cluesOf } from './classify-number.ts'
import { classifyState } from './classify-state.ts'
import type { ColumnRule } from './column-rule.ts'
import { wordsOf } from './name-words.ts'
import { isText, type ObjectFact, type ObjectGroup } from './object-fact.ts'
import { classifyByRowType } from './row-type.ts'

export type Candidate = {
  readonly fact: ObjectFact
  readonly rule: ColumnRule
  /** The column that names the row. */
  readonly nameColumn?: ObjectFact
}

/** The objects of a group that are sensors, and how each is read. */
export function classifyGroup(group: ObjectGroup): readonly Candidate[] {
  const found: Candidate[] = []
  const objects = isAllWritable(group) ? group.objects.map(asReadOnly) : group.objects
  for (const fact of objects) {
    const rule = classify(fact, group.kind === 'table' ? objects : [])
    if (rule === undefined) continue
    const nameColumn = group.kind === 'table' ? nameColumnFor(fact, objects) : undefined
    found.push({ fact, rule, ...(nameColumn !== undefined && { nameColumn }) })
  }
  return found
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

function classify(fact: ObjectFact, siblings: readonly ObjectFact[]): ColumnRule | undefined {
  if (fact.access === 'n' || fact.access === 'a') return undefined
  if (fact.labels.length > 0 && fact.base === 'I') return classifyState(fact)
  const clues = cluesOf(fact)
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
