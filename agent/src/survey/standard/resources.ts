import type { SurveyReader } from '../reader.ts'
import type { SurveyAddition, SurveyPool, SurveyProcessor, SurveyResult } from '../survey-result.ts'
import { readHostPools, readHostProcessors } from './host-resources.ts'
import { readUcdDisks, readUcdMemory, readUcdProcessor } from './ucd.ts'
import { readVendorMemory, readVendorProcessors, readVendorStorage, type VendorContext } from './vendor-resources.ts'

type Resources = Pick<SurveyResult, 'processors' | 'memory' | 'storage'>

/**
 * Processors, memory and storage: what a profile says, else the vendor's own tables, else HOST-RESOURCES, else UCD, else what
 * names of MIB objects suggest.
 * The first that has anything wins, so that nothing is counted twice.
 */
export async function readResources(
  reader: SurveyReader,
  profiles: SurveyAddition,
  context: VendorContext & { readonly guess: () => Promise<SurveyAddition> },
): Promise<Resources> {
  const isReplaced = (section: 'processors' | 'memory' | 'storage'): boolean =>
    profiles.replaces?.includes(section) ?? false
  const host = await readHostPools(reader)
  let guessed: Promise<SurveyAddition> | undefined
  const guess = (): Promise<SurveyAddition> => {
    guessed ??= context.guess()
    return guessed
  }
  const processors: readonly (() => Promise<readonly SurveyProcessor[]>)[] = [
    () => readVendorProcessors(reader, context),
    () => readHostProcessors(reader),
    () => readUcdProcessor(reader),
    async () => (await guess()).processors ?? [],
  ]
  const memory: readonly (() => Promise<readonly SurveyPool[]>)[] = [
    () => readVendorMemory(reader, context),
    async () => host.memory,
    () => readUcdMemory(reader),
    async () => (await guess()).memory ?? [],
  ]
  const vendor = isReplaced('storage') ? [] : await readVendorStorage(reader, context)
  const named = profiles.storage?.length ? profiles.storage : vendor
  const storage: readonly (() => Promise<readonly SurveyPool[]>)[] = [
    async () => host.storage,
    () => readUcdDisks(reader),
    async () => (named.length > 0 ? [] : ((await guess()).storage ?? [])),
  ]
  return {
    processors: await firstOf(profiles.processors, isReplaced('processors') ? [] : processors),
    memory: await firstOf(profiles.memory, isReplaced('memory') ? [] : memory),
    storage: [...named, ...(await firstOf([], isReplaced('storage') ? [] : storage))],
  }
}

async function firstOf<T>(
  given: readonly T[] | undefined,
  sources: readonly (() => Promise<readonly T[]>)[],
): Promise<readonly T[]> {
  let found = given ?? []
  for (const source of sources) {
    if (found.length > 0) return found
    found = await source()
  }
  return found
}
