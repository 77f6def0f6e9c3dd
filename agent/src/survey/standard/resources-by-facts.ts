import type { SurveyReader } from '../reader.ts'
import { readingIn } from '../recipe.ts'
import type { FactSource } from '../sensors/object-fact.ts'
import type { SurveyPool, SurveyProcessor } from '../survey-result.ts'
import type { SurveySource } from '../survey-source.ts'
import { textOf } from '../value-text.ts'
import { type Candidate, candidates, EVIDENCE, MOST_READ, MOST_ROWS, nameOf, presentIn } from './fact-candidates.ts'
import { memoryIn, storageIn } from './pools-by-facts.ts'
import { bestOf, isIdle, isLoad, isMemory, isStorage, shareRecipe } from './resource-words.ts'

/** Software that others build on: the standard part of a survey reads its processors and memory. */
const READ_ELSEWHERE = [2021, 8072]
const FEW_ROWS = 8
/** Enterprises whose candidates are kept: each is some kilobytes, and a site has few vendors. */
const MAX_KEPT = 64

/**
 * Processors, memory and storage of a device that nobody has described: objects whose names say so, with values that
 * fit. A source for the end of the line, since a name can mislead.
 */
export function resourcesByFacts(facts: FactSource): SurveySource {
  const kept = new Map<number, Candidates>()
  const candidatesOf = async (enterprise: number): Promise<Candidates> => {
    const known = kept.get(enterprise)
    if (known !== undefined) return known
    const groups = await facts.groups(enterprise)
    const found = {
      load: candidates(groups, (object) => isLoad(object) || isIdle(object)),
      memory: candidates(groups, isMemory),
      storage: candidates(groups, isStorage),
    }
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(enterprise, found)
    return found
  }
  return async (reader) => {
    const processors: SurveyProcessor[] = []
    const memory: SurveyPool[] = []
    const storage: SurveyPool[] = []
    for (const enterprise of await reader.enterprises()) {
      if (READ_ELSEWHERE.includes(enterprise)) continue
      const found = await candidatesOf(enterprise)
      if (processors.length === 0) processors.push(...(await processorsIn(reader, await presentIn(reader, found.load))))
      if (memory.length === 0) memory.push(...(await memoryIn(reader, await presentIn(reader, found.memory))))
      if (storage.length === 0) storage.push(...(await storageIn(reader, await presentIn(reader, found.storage))))
    }
    return { processors, memory, storage }
  }
}

type Candidates = Readonly<Record<'load' | 'memory' | 'storage', readonly Candidate[]>>

async function processorsIn(reader: SurveyReader, groups: readonly Candidate[]): Promise<readonly SurveyProcessor[]> {
  for (const group of groups) {
    const object = bestOf(group.objects.filter(isLoad)) ?? bestOf(group.objects.filter(isIdle))
    if (object === undefined) continue
    const columns = group.rowName === undefined ? [object.oid] : [object.oid, group.rowName.oid]
    const found = (await reader.table(columns, MOST_READ)).flatMap(({ index, values: [value, name] }) => {
      const recipe = shareRecipe(object, `${object.oid}.${index}`)
      const usagePercent = readingIn(recipe, value)
      if (usagePercent === undefined || usagePercent < 0 || usagePercent > 100) return []
      const said = nameOf('Processor', group, { index, said: textOf(name) })
      return [{ name: said, usagePercent, oid: recipe.oid, recipe, evidence: EVIDENCE }]
    })
    // A table of all parts has zeros for those that are no processors.
    const isOfParts = found.length > FEW_ROWS && !group.isOfProcessors
    const some = isOfParts ? found.filter(({ usagePercent }) => usagePercent > 0) : found
    if (some.length > 0 && some.length <= MOST_ROWS) return some
  }
  return []
}
