import type { ConfigProblem } from '@eyenet/shared/config'
import type { MibFacts } from '../../mib/mib.ts'
import { type Locate, parseProfile } from './parse-profile.ts'
import type { Match, Profile, RowItem, SensorItem } from './profile-schema.ts'
import { listOf, type ProfileText, profileId } from './profile-set.ts'

type Path = readonly (string | number)[]
type Named = { readonly profile: Profile; readonly locate: Locate }

/** What is wrong with profiles: what does not parse, what no MIB knows, what is read twice, what can never match. */
export async function lintProfiles(texts: readonly ProfileText[], mib: MibFacts): Promise<readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const parsed: Named[] = []
  for (const { file, text } of texts) {
    const one = parseProfile(profileId(file), file, text)
    if (one.kind === 'invalid') problems.push(...one.problems)
    else parsed.push(one)
  }
  problems.push(...unreachable(parsed))
  for (const one of parsed) problems.push(...twice(one), ...(await unknownOids(one, mib)))
  return problems
}

/** Profiles of the same match: only the first is ever used. */
function unreachable(parsed: readonly Named[]): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const first = new Map<string, string>()
  for (const { profile, locate } of parsed) {
    if (profile.role !== 'family') continue
    if (profile.match === undefined && profile.extends === undefined) {
      problems.push(locate([], 'a profile without `match` is never used; give it one, or `role: base`'))
    }
    for (const key of matchKeys(profile.match ?? {})) {
      const other = first.get(key)
      if (other === undefined) first.set(key, profile.id)
      else problems.push(locate(['match'], `the same as that of ${other}, which is always taken first`))
    }
  }
  return problems
}

function matchKeys({ sysObjectId, ...others }: Match): readonly string[] {
  const conditions = JSON.stringify(others)
  return listOf(sysObjectId).map((root) => `${root} ${conditions}`)
}

function sensorItems(profile: Profile): readonly { readonly path: Path; readonly item: SensorItem }[] {
  const sections = [
    ['sensors', profile.sensors],
    ['wireless', profile.wireless],
  ] as const
  return sections.flatMap(([name, items = []]) => items.map((item, at) => ({ path: [name, at], item })))
}

/** One value read by two items without conditions is told twice. */
function twice({ profile, locate }: Named): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const seen = new Set<string>()
  for (const { path, item } of sensorItems(profile)) {
    if (item.where !== undefined || item.except !== undefined) continue
    for (const oid of readOids(item)) {
      if (seen.has(oid)) problems.push(locate(path, `${oid} is read by an item before this one too`))
      seen.add(oid)
    }
  }
  return problems
}

function readOids({ table, columns, value, scalars }: SensorItem): readonly string[] {
  const numbers = [...Object.keys(columns ?? {}), ...(value === undefined ? [] : [value.column])]
  return [...Object.keys(scalars ?? {}), ...(table === undefined ? [] : numbers.map((number) => `${table}.${number}`))]
}

async function unknownOids({ profile, locate }: Named, mib: MibFacts): Promise<readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const pools = [...(profile.processors ?? []), ...(profile.memory ?? []), ...(profile.storage ?? [])]
  const items: readonly { path: Path; item: RowItem & Pick<SensorItem, 'columns' | 'value' | 'scalars'> }[] = [
    ...sensorItems(profile),
    ...pools.map((item) => ({ path: [], item })),
  ]
  for (const { path, item } of items) {
    for (const oid of readOids(item)) {
      const isScalar = item.scalars !== undefined && Object.hasOwn(item.scalars, oid)
      const problem = await unknown(oid, isScalar, mib)
      if (problem !== undefined) problems.push(locate(path, problem))
    }
  }
  return problems
}

/** Types of which no number can be made. */
const NO_READINGS: ReadonlySet<string> = new Set(['IpAddress', 'OBJECT IDENTIFIER', 'BITS'])

/** A MIB that is not known at all tells nothing; one that is known tells what it does not have. */
async function unknown(oid: string, isScalar: boolean, mib: MibFacts): Promise<string | undefined> {
  const named = await mib.lookup(oid)
  if (named === undefined || named.fact.kind === 'module' || named.fact.kind === 'node') return undefined
  const { kind, name, module, base } = named.fact
  if (kind === 'column' || kind === 'scalar') {
    if (NO_READINGS.has(base)) return `${oid} is the object ${name} of type ${base}, which is no reading`
    return isScalar && named.instance === ''
      ? `${oid} is the object ${name}; an instance such as ${oid}.0 is read`
      : undefined
  }
  return !isScalar && (kind === 'row' || kind === 'table')
    ? `${module} has no column ${named.instance} in ${name}`
    : undefined
}
