import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import { createReader, type SurveyIdentity, type SurveyReader, surveyIdentity } from '../survey/survey.ts'

/** The reader has read what a survey begins with. */
export type Contact = { readonly identity: SurveyIdentity; readonly reader: SurveyReader }

/** Asks a device who it is. */
export async function firstContact(device: SnmpDevice): Promise<SnmpOutcome<Contact>> {
  const reader = createReader(device)
  const identity = await surveyIdentity(reader)
  const isNobody = identity.sysDescr === undefined && identity.sysObjectId === undefined
  if (reader.failure !== null && isNobody) return reader.failure
  return { kind: 'ok', value: { identity, reader } }
}
