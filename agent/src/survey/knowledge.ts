import { type MibFacts, openMibFacts } from '../mib/mib.ts'
import { profileSet, profileSource, readProfileFolder } from './profile/profile.ts'
import { mibFactSource, sensorsByFacts } from './sensors/sensors.ts'
import type { SurveySource } from './survey-source.ts'

/** What is known of devices beside the standard MIBs. Open it once: profiles and facts are kept between surveys. */
export type Knowledge = { readonly profiles?: SurveySource; readonly facts?: SurveySource }

export type KnowledgeOptions = {
  /** False: no device profile is read, so that rules over MIB facts stand alone. */
  readonly profiles?: boolean
  readonly mib?: MibFacts
}

/** Opens the shipped profiles and MIB facts. */
export function openKnowledge({ profiles = true, mib = openMibFacts() }: KnowledgeOptions = {}): Knowledge {
  const facts = sensorsByFacts(mibFactSource(mib))
  if (!profiles) return { facts }
  return { facts, profiles: profileSource(profileSet(readProfileFolder()), (oid) => labelsIn(mib, oid)) }
}

/** The words for an object's values. */
async function labelsIn(mib: MibFacts, oid: string): Promise<ReadonlyMap<number, string> | undefined> {
  return (await mib.lookup(oid))?.fact.enums
}
