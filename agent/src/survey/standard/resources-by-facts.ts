import type { SurveyReader } from '../reader.ts'
import { type FactSource, isNumeric, type ObjectFact, type ObjectGroup } from '../sensors/object-fact.ts'
import type { SurveyPool, SurveyProcessor } from '../survey-result.ts'
import type { SurveySource } from '../survey-source.ts'
import { numberOf } from '../value-text.ts'
import { sizeUnit } from './size-unit.ts'

const EVIDENCE = 'guessed from name'
/** Software that others build on: the standard part of a survey reads its processors and memory. */
const READ_ELSEWHERE = [2021, 8072]
/** More rows than this are processes or sessions, not processors. */
const MOST_ROWS = 64
const FEW_ROWS = 8
/** A chassis lists its parts in one table, processors among them. */
const MOST_READ = 512
/** Objects that are asked for; the names of a vendor's objects seldom match more often. */
const MOST_OBJECTS = 400
/** Enterprises whose candidates are kept: each is some kilobytes, and a site has few vendors. */
const MAX_KEPT = 64

const LOAD =
  /(?:cpu|processor).{0,24}(?:usage|util|load|busy|percent)|(?:usage|util|load|busy).{0,12}(?:cpu|processor)|cpu.{0,12}(?:[0-9]|one|five)_?min|cpu$/i
const IDLE = /(?:cpu|processor).{0,16}idle|idle.{0,12}(?:cpu|processor)/i
const MEMORY = /[Mm]em(?!ber|o$)|MEM|[Dd]ram|DRAM|[Hh]eap|[a-z]R(?:AM|am)(?![a-z])/
const SHARE = /usage|util|percent|pct|rate$/i
const TOTAL = /total|size|capacity|installed/i
const USED = /used|alloc|inuse|usage/i
const FREE = /free|avail|left|remain|unused/i
/** Thresholds, extremes, parts of the whole, and things of single processes. */
const BESIDE =
  /thresh|limit|trap|alarm|warn|crit|rising|falling|notif|interval|period|history|peak|highest|lowest|watermark|enable|status$|state$|process(?!or)|task|thread|user|kernel|iowait|irq|temp|volt|freq|clock|fan|count|index|fail|error|flash|disk|buffer|cache|swap|largest|maximum|minimum/i
const EXTREME = /(?:^|[a-z_])(?:Max|Hi|Low|Nice)(?:$|[A-Z_])/
/** The mean over five minutes says more than that over five seconds. */
const SPANS = [/5_?min|fivemin/i, /1_?min|onemin|lastmin|60_?s/i, /avg|average|mean/i, /total|overall|current|now/i]

/**
 * Processors and memory of a device that nobody has described: objects whose names say so, with values that fit. A
 * source for the end of the line, since a name can mislead.
 */
export function resourcesByFacts(facts: FactSource): SurveySource {
  const kept = new Map<number, Candidates>()
  const candidatesOf = async (enterprise: number): Promise<Candidates> => {
    const known = kept.get(enterprise)
    if (known !== undefined) return known
    const groups = await facts.groups(enterprise)
    const found = { load: having(groups, isLoadOrIdle), memory: having(groups, ({ name }) => MEMORY.test(name)) }
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(enterprise, found)
    return found
  }
  return async (reader) => {
    const processors: SurveyProcessor[] = []
    const memory: SurveyPool[] = []
    for (const enterprise of await reader.enterprises()) {
      if (READ_ELSEWHERE.includes(enterprise)) continue
      const candidates = await candidatesOf(enterprise)
      if (processors.length === 0) processors.push(...(await processorsIn(reader, candidates.load)))
      if (memory.length === 0) memory.push(...(await memoryIn(reader, candidates.memory)))
    }
    return { processors, memory }
  }
}

/** Groups with those of their objects that may be readings. */
type Candidates = { readonly load: readonly ObjectGroup[]; readonly memory: readonly ObjectGroup[] }

function having(groups: readonly ObjectGroup[], test: (object: ObjectFact) => boolean): readonly ObjectGroup[] {
  return groups
    .map((group) => ({ ...group, objects: group.objects.filter((object) => test(object) && isReading(object)) }))
    .filter(({ objects }) => objects.length > 0)
}

function isLoad({ name }: ObjectFact): boolean {
  return LOAD.test(name) && !IDLE.test(name) && !MEMORY.test(name)
}

function isIdle({ name }: ObjectFact): boolean {
  return IDLE.test(name)
}

function isLoadOrIdle(object: ObjectFact): boolean {
  return isLoad(object) || isIdle(object)
}

async function processorsIn(reader: SurveyReader, groups: readonly ObjectGroup[]): Promise<readonly SurveyProcessor[]> {
  for (const group of await presentIn(reader, groups)) {
    const object = bestOf(group.objects.filter(isLoad)) ?? bestOf(group.objects.filter(isIdle))
    if (object === undefined) continue
    const found = (await reader.table([object.oid], MOST_READ)).flatMap(({ index, values }) => {
      const value = numberOf(values[0])
      if (value === undefined || value < 0 || value > 100) return []
      const usagePercent = isIdle(object) ? 100 - value : value
      const oid = `${object.oid}.${index}`
      const recipe = { oid, scale: isIdle(object) ? -1 : 1, ...(isIdle(object) && { offset: 100 }) }
      return [{ name: named('Processor', group, index), usagePercent, oid, recipe, evidence: EVIDENCE }]
    })
    // A table of all parts has zeros for those that are no processors.
    const some = found.length > FEW_ROWS ? found.filter(({ usagePercent }) => usagePercent > 0) : found
    if (some.length > 0 && some.length <= MOST_ROWS) return some
  }
  return []
}

async function memoryIn(reader: SurveyReader, groups: readonly ObjectGroup[]): Promise<readonly SurveyPool[]> {
  for (const group of await presentIn(reader, groups)) {
    const objects = sizesOf(group.objects)
    if (objects.length === 0) continue
    const rows = await reader.table(
      objects.map(({ oid }) => oid),
      MOST_READ,
    )
    const found = rows.flatMap(({ index, values }) => {
      const pool = poolOf(
        objects.map(({ oid }) => `${oid}.${index}`),
        objects,
        values.map(numberOf),
      )
      const oid = `${objects[0]?.oid}.${index}`
      return pool === undefined ? [] : [{ name: named('Memory', group, index), ...pool, oid, evidence: EVIDENCE }]
    })
    if (found.length > 0 && found.length <= MOST_ROWS) return found
  }
  return []
}

/** Two objects that give a size and what is used of it, or one that gives the share; none where the names say neither. */
function sizesOf(objects: readonly ObjectFact[]): readonly ObjectFact[] {
  const total = objects.find(({ name }) => TOTAL.test(name) && !USED.test(name) && !FREE.test(name))
  const free = objects.find(({ name }) => FREE.test(name))
  const used = objects.find(({ name }) => USED.test(name) && !FREE.test(name))
  const share = objects.find(({ name, units }) => SHARE.test(name) && !/byte|kb|mb/i.test(units))
  if (total !== undefined && used !== undefined) return [total, used]
  if (total !== undefined && free !== undefined) return [total, free]
  if (used !== undefined && free !== undefined) return [used, free]
  return share === undefined ? [] : [share]
}

type Sizes = Pick<SurveyPool, 'totalBytes' | 'usedBytes' | 'usedPercent' | 'recipe'>

function poolOf(
  [at = '', beside = '']: readonly string[],
  [first, second]: readonly ObjectFact[],
  [a, b]: readonly (number | undefined)[],
): Sizes | undefined {
  if (first === undefined || a === undefined) return undefined
  if (second === undefined) {
    return a > 0 && a <= 100 ? { usedPercent: a, recipe: { percent: { oid: at, scale: 1 } } } : undefined
  }
  if (b === undefined || a <= 0 || b < 0) return undefined
  const isTotalFirst = TOTAL.test(first.name) && !USED.test(first.name)
  const total = isTotalFirst ? a : a + b
  const unit = sizeUnit(`${first.units} ${first.described}`, first.name, total)
  if (unit === undefined) return undefined
  const [size, part] = [
    { oid: at, scale: unit },
    { oid: beside, scale: unit },
  ]
  // A size of some bytes beside one of megabytes is a share.
  if (isTotalFirst && !FREE.test(second.name) && b <= 100 && total > 100_000) {
    const recipe = { total: size, percent: { oid: beside, scale: 1 } }
    return { totalBytes: total * unit, usedBytes: Math.round((total * unit * b) / 100), usedPercent: b, recipe }
  }
  const isFree = FREE.test(second.name)
  const used = isTotalFirst ? (isFree ? a - b : b) : a
  if (used < 0 || used > total) return undefined
  const told = isFree ? { free: part } : { used: part }
  const recipe = isTotalFirst ? { total: size, ...told } : { used: size, free: part }
  return { totalBytes: total * unit, usedBytes: used * unit, recipe }
}

/** Groups with those of their objects that the device has. */
async function presentIn(reader: SurveyReader, groups: readonly ObjectGroup[]): Promise<readonly ObjectGroup[]> {
  const oids = groups.flatMap(({ objects }) => objects.map(({ oid }) => oid)).slice(0, MOST_OBJECTS)
  const present = await reader.present(oids)
  return groups
    .map((group) => ({ ...group, objects: group.objects.filter(({ oid }) => present.has(oid)) }))
    .filter(({ objects }) => objects.length > 0)
}

function isReading(object: ObjectFact): boolean {
  const isValue = (isNumeric(object) || object.base === 'S') && object.labels.length === 0
  return isValue && !BESIDE.test(object.name) && !EXTREME.test(object.name)
}

function bestOf(objects: readonly ObjectFact[]): ObjectFact | undefined {
  const rank = ({ name }: ObjectFact): number => {
    const span = SPANS.findIndex((pattern) => pattern.test(name))
    return span < 0 ? SPANS.length : span
  }
  return [...objects].sort((a, b) => rank(a) - rank(b))[0]
}

function named(word: string, group: ObjectGroup, index: string): string {
  return group.kind === 'scalars' ? word : `${word} ${index}`
}
