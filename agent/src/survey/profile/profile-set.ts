import type { ConfigProblem } from '@eyenet/shared/config'
import { compileRegex, type Regex } from '@eyenet/shared/regex'
import type { SurveyReader } from '../reader.ts'
import type { SurveySoFar } from '../survey-source.ts'
import { parseProfile } from './parse-profile.ts'
import type { Match, Profile } from './profile-schema.ts'

export type ProfileText = { readonly file: string; readonly text: string }

/** What is known of a profile before a device asks for it. */
export type ProfileHead = {
  readonly id: string
  readonly role: Profile['role']
  readonly match: Match
  /** With what its bases say. */
  whole(): Profile
}

/** Profiles by what they match, so that hundreds cost a device only those that begin as its sysObjectID does. */
export type ProfileSet = {
  /** The family's own profile, and those that are added to it. */
  find(reader: SurveyReader, soFar: SurveySoFar): Promise<readonly Profile[]>
}

/** Longer chains are a mistake. */
const MAX_EXTENDS = 4

export type ResolvedProfiles = {
  /** Each with what its bases say. */
  readonly profiles: readonly Profile[]
  readonly problems: readonly ConfigProblem[]
}

/** Profiles out of their texts; one that is wrong is a problem, and the others stand. */
export function resolveProfiles(texts: readonly ProfileText[]): ResolvedProfiles {
  const problems: ConfigProblem[] = []
  const byId = new Map<string, Profile>()
  for (const { file, text } of texts) {
    const id = profileId(file)
    const parsed = parseProfile(id, file, text)
    if (parsed.kind === 'invalid') problems.push(...parsed.problems)
    else if (byId.has(id)) problems.push(parsed.locate([], `there are two profiles ${id}`))
    else byId.set(id, parsed.profile)
  }
  const profiles = [...byId.values()].map((profile) => {
    const missing = missingBase(profile, byId)
    if (missing !== undefined) {
      const message = `extends ${missing}, and there is no such profile`
      problems.push({ source: `${profile.id}.yaml`, line: 0, column: 0, path: 'extends', message })
    }
    return extended(profile, byId, 0)
  })
  return { profiles, problems }
}

export function headOf(profile: Profile): ProfileHead {
  const { id, role, match = {} } = profile
  return { id, role, match, whole: () => profile }
}

/** Those with an id that comes again later are replaced by it: a user's profile goes before the shipped one. */
export function profileSet(heads: readonly ProfileHead[]): ProfileSet {
  const byId = new Map(heads.map((head) => [head.id, head]))
  const { rooted, anywhere } = indexed([...byId.values()].filter(({ role }) => role !== 'base'))
  return {
    async find(reader, soFar) {
      const sysObjectId = soFar.device.sysObjectId ?? ''
      const asked = [...candidates(rooted, sysObjectId), ...anywhere]
      // One question for some thirty of them; what the reader knows it is not asked again.
      await reader.present([...new Set(await likelyRoots(asked, reader))])
      const found: Profile[] = []
      let isNamed = false
      for (const { head, tests } of asked) {
        if (head.role === 'family' && isNamed) continue
        if (!(await holds(tests, reader, soFar))) continue
        if (head.role === 'family') isNamed = true
        found.push(head.whole())
      }
      return found
    },
  }
}

/** `mikrotik-routeros` of `profiles/mikrotik-routeros.yaml`. */
export function profileId(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/\.ya?ml$/, '')
}

type Tests = { readonly match: Match; readonly sysDescr: readonly Regex[]; readonly sysName: readonly Regex[] }
type Entry = { readonly head: ProfileHead; readonly tests: Tests; readonly weight: number }

/** By each sysObjectID prefix, and those without one; more conditions before fewer. */
function indexed(heads: readonly ProfileHead[]) {
  const rooted = new Map<string, Entry[]>()
  const anywhere: Entry[] = []
  for (const head of heads) {
    const { match, role } = head
    const tests = { match, sysDescr: regexes(match.sysDescr), sysName: regexes(match.sysName) }
    const weight = Object.keys(match).length + (role === 'add' ? 0 : 1)
    const entry = { head, tests, weight }
    const roots = listOf(match.sysObjectId)
    if (roots.length === 0) anywhere.push(entry)
    for (const root of roots) rooted.set(root, [...(rooted.get(root) ?? []), entry])
  }
  const heavyFirst = (a: Entry, b: Entry): number => b.weight - a.weight
  for (const entries of rooted.values()) entries.sort(heavyFirst)
  return { rooted, anywhere: anywhere.sort(heavyFirst) }
}

/** Entries whose prefix the sysObjectID begins with, the longest first. */
function candidates(rooted: ReadonlyMap<string, readonly Entry[]>, sysObjectId: string): readonly Entry[] {
  const arcs = sysObjectId.split('.')
  const found: Entry[] = []
  for (let length = arcs.length; length > 0; length--) {
    found.push(...(rooted.get(arcs.slice(0, length).join('.')) ?? []))
  }
  return [...new Set(found)]
}

async function holds({ match, sysDescr, sysName }: Tests, reader: SurveyReader, soFar: SurveySoFar): Promise<boolean> {
  const { device } = soFar
  if (sysDescr.length > 0 && !sysDescr.some((regex) => regex.test(oneLine(device.sysDescr)))) return false
  if (sysName.length > 0 && !sysName.some((regex) => regex.test(oneLine(device.sysName)))) return false
  const roots = listOf(match.present)
  if (roots.length === 0) return true
  const likely = await likelyOf(roots, reader)
  return likely.length > 0 && (await reader.present(likely)).size > 0
}

async function likelyRoots(entries: readonly Entry[], reader: SurveyReader): Promise<readonly string[]> {
  return likelyOf(
    entries.flatMap(({ tests }) => listOf(tests.match.present)),
    reader,
  )
}

/** Those below an enterprise number that the device has. */
async function likelyOf(roots: readonly string[], reader: SurveyReader): Promise<readonly string[]> {
  if (roots.length === 0) return []
  const enterprises = new Set(await reader.enterprises())
  return roots.filter((root) => !root.startsWith(ENTERPRISES) || enterprises.has(Number(root.split('.')[6])))
}

const ENTERPRISES = '1.3.6.1.4.1.'

/** Patterns need not care for line breaks. */
export function oneLine(text: string | undefined): string {
  return (text ?? '').replace(/[\r\n]+/g, ' ')
}

function regexes(patterns: string | readonly string[] | undefined): readonly Regex[] {
  return listOf(patterns).map((pattern) => compileRegex(pattern))
}

export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

function missingBase(profile: Profile, byId: ReadonlyMap<string, Profile>): string | undefined {
  return listOf(profile.extends).find((base) => !byId.has(base))
}

/** The profile with what its bases say: lists together, single things from the profile itself first. */
function extended(profile: Profile, byId: ReadonlyMap<string, Profile>, depth: number): Profile {
  let whole = profile
  if (depth >= MAX_EXTENDS) return whole
  for (const name of listOf(profile.extends)) {
    const base = byId.get(name)
    if (base !== undefined) whole = joined(whole, extended(base, byId, depth + 1))
  }
  return whole
}

function joined(own: Profile, base: Profile): Profile {
  return {
    ...own,
    match: own.match ?? base.match,
    identity: { ...base.identity, ...own.identity },
    processors: [...(own.processors ?? []), ...(base.processors ?? [])],
    memory: [...(own.memory ?? []), ...(base.memory ?? [])],
    storage: [...(own.storage ?? []), ...(base.storage ?? [])],
    sensors: [...(own.sensors ?? []), ...(base.sensors ?? [])],
    wireless: [...(own.wireless ?? []), ...(base.wireless ?? [])],
    ignore: [...(own.ignore ?? []), ...(base.ignore ?? [])],
    replaces: [...(own.replaces ?? []), ...(base.replaces ?? [])],
  }
}
