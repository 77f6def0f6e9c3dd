import type { SurveyReader } from '../reader.ts'
import type { SurveyAddition, SurveyIdentity, SurveySensor } from '../survey-result.ts'
import type { SurveySoFar, SurveySource } from '../survey-source.ts'
import type { Profile, RowItem } from './profile-schema.ts'
import type { ProfileSet } from './profile-set.ts'
import { readIdentity } from './read-identity.ts'
import { readPoolItem, readProcessorItem } from './read-pools.ts'
import { type LabelsOf, type ProfileContext, readSensorItem } from './read-sensors.ts'

/** What the profiles of a device's family say of it. */
export function profileSource(set: ProfileSet, labelsOf: LabelsOf = async () => undefined): SurveySource {
  return async (reader, soFar) => {
    const additions: SurveyAddition[] = []
    const profiles = await set.find(reader, soFar)
    await readAhead(profiles, reader)
    for (const profile of profiles) {
      additions.push(await applyProfile(profile, { reader, soFar, labelsOf }))
    }
    return together(additions)
  }
}

/** The reader keeps what it read: asked for together, tables and instances cost a few questions instead of one each. */
async function readAhead(profiles: readonly Profile[], reader: SurveyReader): Promise<void> {
  const items = profiles.flatMap((profile) => SECTIONS.flatMap((section): readonly RowItem[] => profile[section] ?? []))
  await reader.present([...new Set(items.flatMap(({ table }) => table ?? []))])
  const sensors = profiles.flatMap((profile) => [...(profile.sensors ?? []), ...(profile.wireless ?? [])])
  await reader.scalars([...new Set(sensors.flatMap(({ scalars }) => Object.keys(scalars ?? {})))])
}

const SECTIONS = ['processors', 'memory', 'storage', 'sensors', 'wireless'] as const

export type ApplyTo = { readonly reader: SurveyReader; readonly soFar: SurveySoFar; readonly labelsOf?: LabelsOf }

/** What one profile says of the device that the reader reads. */
export async function applyProfile(profile: Profile, to: ApplyTo): Promise<SurveyAddition> {
  const { reader, soFar, labelsOf = async () => undefined } = to
  const context: ProfileContext = { reader, soFar, labelsOf, evidence: `profile ${profile.id}` }
  const { sensors, suggestions } = await readSensors(profile.sensors ?? [], context)
  return {
    device: await readIdentity(profile.identity ?? {}, soFar.device, reader),
    processors: await each(profile.processors, (item) => readProcessorItem(item, context)),
    memory: await each(profile.memory, (item) => readPoolItem(item, context)),
    storage: await each(profile.storage, (item) => readPoolItem(item, context)),
    sensors,
    suggestions,
    wireless: (await readSensors(profile.wireless ?? [], context)).sensors,
    ignores: profile.ignore ?? [],
    replaces: profile.replaces ?? [],
  }
}

/** What a profile says of the interval goes with each reading. */
function paced<Found>({ intervalSeconds }: Paced, found: readonly Found[]): readonly Found[] {
  return intervalSeconds === undefined ? found : found.map((one) => ({ ...one, intervalSeconds }))
}

type Paced = { readonly intervalSeconds?: number | undefined }

async function each<Item extends Paced, Found>(
  items: readonly Item[] | undefined,
  read: (item: Item) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const item of items ?? []) found.push(...paced(item, await read(item)))
  return found
}

async function readSensors(items: NonNullable<Profile['sensors']>, context: ProfileContext) {
  const sensors: SurveySensor[] = []
  const suggestions: SurveySensor[] = []
  for (const item of items) {
    ;(item.suggested === true ? suggestions : sensors).push(...paced(item, await readSensorItem(item, context)))
  }
  return { sensors, suggestions }
}

/** The family's own profile first: what it says of who the device is stays. */
function together(additions: readonly SurveyAddition[]): SurveyAddition {
  let device: Partial<SurveyIdentity> = {}
  for (const addition of additions) device = { ...addition.device, ...device }
  return {
    device,
    processors: additions.flatMap(({ processors = [] }) => processors),
    memory: additions.flatMap(({ memory = [] }) => memory),
    storage: additions.flatMap(({ storage = [] }) => storage),
    sensors: onceEach(additions.flatMap(({ sensors = [] }) => sensors)),
    suggestions: additions.flatMap(({ suggestions = [] }) => suggestions),
    wireless: additions.flatMap(({ wireless = [] }) => wireless),
    ignores: additions.flatMap(({ ignores = [] }) => ignores),
    replaces: additions.flatMap(({ replaces = [] }) => replaces),
  }
}

/** Two profiles may speak of one reading: the first counts. */
function onceEach(sensors: readonly SurveySensor[]): readonly SurveySensor[] {
  const seen = new Set<string>()
  return sensors.filter(({ oid, kind, name }) => {
    const key = `${oid} ${kind} ${name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
