import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyIdentity } from '../survey-result.ts'
import { colonHex, macOf, numberOf, octetsOf, textOf } from '../value-text.ts'

const SYSTEM = '1.3.6.1.2.1.1'
const ENGINE_ID = '1.3.6.1.6.3.10.2.1.1.0'
const ENGINE_TIME = '1.3.6.1.6.3.10.2.1.3.0'
const BRIDGE_ADDRESS = '1.3.6.1.2.1.17.1.1.0'
/** sysUpTime counts hundredths of a second. */
const TICKS_PER_SECOND = 100

/** SNMPv2-MIB, SNMP-FRAMEWORK-MIB and the bridge's address: what every device says of itself. */
export async function readSystemText(reader: SurveyReader): Promise<SurveyIdentity> {
  const [descr, objectId, upTime, contact, name, location] = [1, 2, 3, 4, 5, 6].map((arc) => `${SYSTEM}.${arc}.0`)
  const wanted = [descr, objectId, upTime, contact, name, location].filter((oid) => oid !== undefined)
  const got = await reader.scalars([...wanted, ENGINE_ID, ENGINE_TIME, BRIDGE_ADDRESS])
  const text = (oid = ''): string | undefined => textOf(got.get(oid)) || undefined
  const ticks = numberOf(got.get(upTime ?? ''))
  const engineId = octetsOf(got.get(ENGINE_ID))
  return defined({
    sysName: text(name),
    sysDescr: text(descr),
    sysObjectId: text(objectId),
    sysLocation: text(location),
    sysContact: text(contact),
    engineId: engineId.length > 0 ? colonHex(engineId).replaceAll(':', '') : undefined,
    chassisMac: macOf(got.get(BRIDGE_ADDRESS)),
    uptimeSeconds: numberOf(got.get(ENGINE_TIME)) ?? (ticks === undefined ? undefined : ticks / TICKS_PER_SECOND),
  })
}
