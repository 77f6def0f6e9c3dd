import { type MibFacts, openMibFacts } from '../mib/mib.ts'
import { type IdentityFill, identityByFacts } from './identity/identity-by-facts.ts'
import { profileSet, profileSource, readProfileFolder } from './profile/profile.ts'
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
}

/** Opens the shipped profiles and MIB facts. */
export function openKnowledge({ profiles = true, mib = openMibFacts() }: KnowledgeOptions = {}): Knowledge {
  const source = mibFactSource(mib)
  const known = {
    facts: sensorsByFacts(source),
    resources: resourcesByFacts(source),
    identity: identityByFacts(source),
    productOf: (sysObjectId: string) => productIn(mib, sysObjectId),
  }
  if (!profiles) return known
  return { ...known, profiles: profileSource(profileSet(readProfileFolder()), (oid) => labelsIn(mib, oid)) }
}

/** The words for an object's values. */
async function labelsIn(mib: MibFacts, oid: string): Promise<ReadonlyMap<number, string> | undefined> {
  return (await mib.lookup(oid))?.fact.enums
}

/** A number that names a product stands in the MIB as a node; one below which products stand says nothing. */
async function productIn(mib: MibFacts, sysObjectId: string): Promise<string | undefined> {
  const named = /^\.?1(?:\.\d{1,10}){6,100}$/.test(sysObjectId) ? await mib.lookup(sysObjectId) : undefined
  return named?.fact.kind === 'node' && named.instance === '' ? named.fact.name : undefined
}
