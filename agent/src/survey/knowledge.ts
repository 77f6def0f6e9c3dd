import { type MibFacts, openMibFacts } from '../mib/mib.ts'
import { type IdentityFill, identityByFacts } from './identity/identity-by-facts.ts'
import {
  headOf,
  type ProfileHead,
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
  /** Told of each fault of a user's profile, which is then left out. */
  readonly onProblem?: (problem: string) => void
}

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

function shippedProfiles(): readonly ProfileHead[] {
  return readPackedProfiles() ?? resolveProfiles(readProfileFolder()).profiles.map(headOf)
}

function ownProfiles({ profileFolder, onProblem = () => {} }: KnowledgeOptions): readonly ProfileHead[] {
  if (profileFolder === undefined) return []
  const texts = readProfileFolder(profileFolder, onProblem)
  if (texts.length === 0) return []
  const names = new Set(texts.map(({ file }) => profileId(file)))
  const extendsAny = texts.some(({ text }) => /^extends:/m.test(text))
  const shipped = extendsAny ? readProfileFolder().filter(({ file }) => !names.has(profileId(file))) : []
  const { profiles, problems } = resolveProfiles([...shipped, ...texts])
  for (const { source, line, column, path, message } of problems) {
    onProblem(`${source}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`)
  }
  return profiles.filter(({ id }) => names.has(id)).map(headOf)
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
