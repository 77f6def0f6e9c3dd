import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import { type PoolRecipe, type Recipe, readingOf } from '../recipe.ts'
import type { ObjectFact } from '../sensors/object-fact.ts'
import type { SurveyPool } from '../survey-result.ts'
import { numberOf, textOf } from '../value-text.ts'
import { type Candidate, EVIDENCE, MOST_READ, MOST_ROWS, nameOf } from './fact-candidates.ts'
import { isSwap, isWide, roleOf, type SizeRole, shareRecipe, stemOf } from './resource-words.ts'
import { sizeUnit, statedUnit } from './size-unit.ts'

/** More pools beside each other than this are parts of something else. */
const MOST_POOLS = 6
/** What is told of used and free may differ from the total by what the agent rounds. */
const TOLERANCE = 0.1
/** A size above this without a unit is one in bytes: no store has as many kilobytes yet. */
const LEAST_BYTES = 1e9
/** A 32-bit size that is larger than it can say. */
const SATURATED = 2 ** 32 - 1
/** Less is an entry of a table that counts something else. */
const LEAST_POOL = 64 * 1024
/** The more telling come first. */
const STORES = [/file_?sys|mount|partition/i, /volume/i, /storage/i, /flash/i, /disk|hdd|ssd|emmc/i]

type Roles = Partial<Record<SizeRole, ObjectFact>>
type Values = Partial<Record<SizeRole, number>>
type UnitOf = (object: ObjectFact, total: number) => number | undefined

/** Memory out of the first group whose names give a size and a part of it, or a share alone. */
export async function memoryIn(reader: SurveyReader, groups: readonly Candidate[]): Promise<readonly SurveyPool[]> {
  const unitOf: UnitOf = ({ units, described, name }, total) => sizeUnit(`${units} ${described}`, name, total)
  for (const group of groups) {
    const sets = rolesIn(group.objects)
    const main = sets.filter(({ stem }) => !isSwap(stem))
    const found = (await readSets(reader, group, { sets: main, unitOf, word: 'Memory' })).slice(0, MOST_ROWS)
    if (found.length === 0) continue
    const swap = sets.filter(({ stem, roles }) => isSwap(stem) && isWhole(roles))
    return [...found, ...(await readSets(reader, group, { sets: swap, unitOf, word: 'Swap' }))]
  }
  return []
}

/** Storage out of the first group whose names give sizes in a unit that is stated, file systems before disks. */
export async function storageIn(reader: SurveyReader, groups: readonly Candidate[]): Promise<readonly SurveyPool[]> {
  const unitOf: UnitOf = ({ units, described, name }, total) =>
    statedUnit(`${units} ${described}`, name) ?? (total >= LEAST_BYTES ? 1 : undefined)
  const rank = ({ objects }: Candidate): number =>
    STORES.findIndex((words) => objects.some(({ name }) => words.test(name)))
  for (const group of [...groups].sort((a, b) => rank(a) - rank(b))) {
    const sets = rolesIn(group.objects).filter(({ roles }) => isWhole(roles))
    const read = await readSets(reader, group, { sets, unitOf, word: 'Storage' })
    const found = read.filter(({ totalBytes }) => totalBytes !== undefined)
    if (found.length > 0 && found.length <= MOST_ROWS) return found
  }
  return []
}

type RoleSet = { readonly stem: string; readonly roles: Roles }

/** Objects that belong together by what their names share; all of a group where that gives no pool. */
function rolesIn(objects: readonly ObjectFact[]): readonly RoleSet[] {
  // Sizes in 64 bits stand before those in 32: some agents leave the one at zero, others the other.
  const byWidth = [objects, objects.filter((object) => !isWide(object))].map(byStem)
  const sets = [...new Set(byWidth.flatMap((one) => [...one.keys()]))].flatMap((stem) =>
    byWidth.flatMap((one) => {
      const roles = one.get(stem)
      return roles === undefined ? [] : [{ stem, roles }]
    }),
  )
  const whole = sets.filter(({ roles }) => isWhole(roles))
  if (whole.length > 0) return whole.slice(0, MOST_POOLS * 2)
  const merged: Roles = {}
  for (const { roles } of sets.filter(({ stem }) => !isSwap(stem)).reverse()) Object.assign(merged, roles)
  const share = merged.share ?? (/usage/i.test(merged.used?.name ?? '') ? merged.used : undefined)
  return [{ stem: '', roles: isWhole(merged) ? merged : defined({ share }) }]
}

function byStem(objects: readonly ObjectFact[]): ReadonlyMap<string, Roles> {
  const found = new Map<string, Roles>()
  for (const object of objects) {
    const role = roleOf(object)
    if (role === undefined) continue
    const stem = stemOf(object.name)
    const roles = found.get(stem) ?? {}
    if (roles[role] === undefined || isWide(object)) found.set(stem, { ...roles, [role]: object })
  }
  return found
}

function isWhole({ total, used, free, share }: Roles): boolean {
  if (total !== undefined) return used !== undefined || free !== undefined || share !== undefined
  return used !== undefined && free !== undefined
}

type Reading = { readonly sets: readonly RoleSet[]; readonly unitOf: UnitOf; readonly word: string }

async function readSets(
  reader: SurveyReader,
  group: Candidate,
  { sets, unitOf, word }: Reading,
): Promise<readonly SurveyPool[]> {
  const found: SurveyPool[] = []
  const seen = new Set<string>()
  for (const { stem, roles } of sets) {
    const keys = (['total', 'used', 'free', 'share'] as const).filter((key) => roles[key] !== undefined)
    const columns = keys.map((key) => roles[key]?.oid ?? '')
    const named = group.rowName === undefined ? [] : [group.rowName.oid]
    if (columns.length === 0) continue
    for (const { index, values } of await reader.table([...columns, ...named], MOST_READ)) {
      const read: Values = {}
      for (const [at, key] of keys.entries()) {
        const value = numberOf(values[at])
        if (value !== undefined && value !== SATURATED) read[key] = value
      }
      const pool = poolOf(roles, read, { index, unitOf })
      const said = named.length === 0 ? '' : textOf(values[keys.length])
      const oid = `${columns[0]}.${index}`
      if (pool === undefined || seen.has(`${stem} ${index}`)) continue
      seen.add(`${stem} ${index}`)
      found.push({ name: nameOf(word, group, { index, said }), ...pool, oid, evidence: EVIDENCE })
    }
  }
  return found
}

type Sizes = Pick<SurveyPool, 'totalBytes' | 'usedBytes' | 'usedPercent' | 'recipe'>
type Place = { readonly index: string; readonly unitOf: UnitOf }

function poolOf(roles: Roles, read: Values, { index, unitOf }: Place): Sizes | undefined {
  const at = (key: SizeRole): string => `${roles[key]?.oid}.${index}`
  const total = read.total ?? (read.used !== undefined && read.free !== undefined ? read.used + read.free : undefined)
  const sized = roles.total ?? roles.used
  const unit = sized === undefined || !total || total < 0 ? undefined : unitOf(sized, total)
  const share = shareIn(roles, read, at)
  if (share !== undefined && (unit === undefined || read.free === undefined)) {
    const { percent, recipe: told } = share
    if (!(percent > 0 && percent <= 100)) return undefined
    const size = unit === undefined || roles.total === undefined ? undefined : { oid: at('total'), scale: unit }
    const recipe = { ...defined({ total: size }), percent: told }
    if (unit === undefined || total === undefined) return { usedPercent: percent, recipe }
    const totalBytes = total * unit
    return { totalBytes, usedBytes: Math.round((totalBytes * percent) / 100), usedPercent: percent, recipe }
  }
  if (unit === undefined || total === undefined) return undefined
  return sizesOf({ total, unit, read, at })
}

/** The share in use: what is called so, or what is called used and can be no size beside such a total. */
function shareIn(
  roles: Roles,
  { total, used, free, share }: Values,
  at: (key: SizeRole) => string,
): { readonly percent: number; readonly recipe: Recipe } | undefined {
  if (roles.share !== undefined && share !== undefined && used === undefined) {
    const recipe = shareRecipe(roles.share, roles.share === roles.used ? at('used') : at('share'))
    const percent = readingOf(recipe, share)
    return percent === undefined ? undefined : { percent, recipe }
  }
  if (roles.used === undefined || used === undefined || total === undefined || free !== undefined) return undefined
  const isShare = used <= 100 && total > 100 && (total > 100_000 || /usage/i.test(roles.used.name))
  return isShare ? { percent: used, recipe: { oid: at('used'), scale: 1 } } : undefined
}

type Sized = {
  readonly total: number
  readonly unit: number
  readonly read: Values
  readonly at: (key: SizeRole) => string
}

function sizesOf({ total, unit, read, at }: Sized): Sizes | undefined {
  const { free, used: told } = read
  const isPart = told !== undefined && free !== undefined && Math.abs(told + free - total) > total * TOLERANCE
  const used = told === undefined || isPart ? total - (free ?? total) : told
  if (used < 0 || used > total || (told === undefined && free === undefined) || total * unit < LEAST_POOL)
    return undefined
  const part = (key: SizeRole): PoolRecipe['total'] | undefined =>
    read[key] === undefined ? undefined : { oid: at(key), scale: unit }
  const recipe: PoolRecipe = defined({
    total: part('total'),
    used: isPart ? undefined : part('used'),
    free: part('free'),
  })
  return { totalBytes: total * unit, usedBytes: used * unit, recipe }
}
