import { type MibFacts, openMibFacts } from '../mib/mib.ts'
import { type IdentityFill, identityByFacts } from './identity/identity-by-facts.ts'
import {
  headOf,
  type ProfileHead,
  type ProfileText,
  profileId,
  profileSet,
  profileSource,
  readPackedProfiles,
  readProfileFolder,
  resolveProfiles,
} from './profile/profile.ts'
import { mibFactSource, sensorsByFacts } from './sensors/sensors.ts'
import { resourcesByFacts } from './standard/resources-by-facts.ts'
import type { SurveySource } from './survey-source.ts'

/** What is known of devices beside the standard MIBs. Open it once: profiles and facts are kept between surveys. */
export type Knowledge = {
  readonly profiles?: SurveySource
  readonly facts: SurveySource
  readonly resources: SurveySource
  readonly identity: IdentityFill
  readonly productOf: (sysObjectId: string) => Promise<string | undefined>
}

export type KnowledgeOptions = {
  /** False: no device profile is read, so that rules over MIB facts stand alone. */
  readonly profiles?: boolean
  readonly mib?: MibFacts
  /** A folder of the user's own profiles: one with the name of a shipped one stands in its place. */
  readonly profileFolder?: string
  /** Profiles that the server sent: they stand in the place of shipped ones, and the user's own in theirs. */
  readonly sent?: readonly SentProfile[]
  /** Told of each fault of a user's profile, which is then left out. */
  readonly onProblem?: (problem: string) => void
}

export type SentProfile = { readonly name: string; readonly text: string }

/** Opens the shipped profiles and MIB facts. */
export function openKnowledge(options: KnowledgeOptions = {}): Knowledge {
  const { profiles = true, mib = openMibFacts() } = options
  const source = mibFactSource(mib)
  const known = {
    facts: sensorsByFacts(source),
    resources: resourcesByFacts(source),
    identity: identityByFacts(source),
    productOf: (sysObjectId: string) => productIn(mib, sysObjectId),
  }
  if (!profiles) return known
  const heads = [...shippedProfiles(), ...ownProfiles(options)]
  return { ...known, profiles: profileSource(profileSet(heads), (oid) => labelsIn(mib, oid)) }
}

/** The reason of a refusal is a notice, not a listing. */
const MAX_TOLD_PROBLEMS = 5

function shippedProfiles(): readonly ProfileHead[] {
  return readPackedProfiles() ?? resolveProfiles(readProfileFolder()).profiles.map(headOf)
}

function ownProfiles({ profileFolder, sent = [], onProblem = () => {} }: KnowledgeOptions): readonly ProfileHead[] {
  const own = profileFolder === undefined ? [] : readProfileFolder(profileFolder, onProblem)
  const ownNames = new Set(own.map(({ file }) => profileId(file)))
  const { heads, problems } = addedProfiles([...sent.filter(({ name }) => !ownNames.has(name)).map(textOf), ...own])
  for (const problem of problems) onProblem(problem)
  return heads
}

/** Why profiles that the server sent cannot be used, one line for each mistake; undefined when they can. */
export function faultOfProfiles(sent: readonly SentProfile[]): string | undefined {
  const { problems } = addedProfiles(sent.map(textOf))
  return problems.length === 0 ? undefined : problems.slice(0, MAX_TOLD_PROBLEMS).join('\n')
}

const textOf = ({ name, text }: SentProfile): ProfileText => ({ file: `${name}.yaml`, text })

/** Profiles beside the shipped ones, which they may extend; one that is wrong is left out and told. */
function addedProfiles(texts: readonly ProfileText[]): {
  readonly heads: readonly ProfileHead[]
  readonly problems: readonly string[]
} {
  if (texts.length === 0) return { heads: [], problems: [] }
  const names = new Set(texts.map(({ file }) => profileId(file)))
  const extendsAny = texts.some(({ text }) => /^extends:/m.test(text))
  const shipped = extendsAny ? readProfileFolder().filter(({ file }) => !names.has(profileId(file))) : []
  const { profiles, problems } = resolveProfiles([...shipped, ...texts])
  return {
    heads: profiles.filter(({ id }) => names.has(id)).map(headOf),
    problems: problems.map(
      ({ source, line, column, path, message }) =>
        `${source}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
    ),
  }
}

/** The words for an object's values. */
async function labelsIn(mib: MibFacts, oid: string): Promise<ReadonlyMap<number, string> | undefined> {
  return (await mib.lookup(oid))?.fact.enums
}

/** Branches of the tree that a product stands below, and software that others build on. */
const NO_PRODUCT =
  /^(linux|unix|os|windows|netSnmp.{0,20})$|(objects?|mibs?|tree|products?|systems?|hardware|servers?|agents?|modules?)$/i

/** A number that names a product stands in the MIB as a node; one below which products stand says nothing. */
async function productIn(mib: MibFacts, sysObjectId: string): Promise<string | undefined> {
  const named = /^\.?1(?:\.\d{1,10}){6,100}$/.test(sysObjectId) ? await mib.lookup(sysObjectId) : undefined
  if (named?.fact.kind !== 'node' || named.instance !== '') return undefined
  return NO_PRODUCT.test(named.fact.name) ? undefined : named.fact.name
}
