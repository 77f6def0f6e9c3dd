import type { SurveyReader } from '../reader.ts'
import { colonHex, macOf, numberOf, octetsOf, textOrHex } from '../value-text.ts'

/** lldpLocChassisIdSubtype and lldpLocChassisId of both generations of the LLDP MIB. */
const CHASSIS_IDS = [
  ['1.0.8802.1.1.2.1.3.1.0', '1.0.8802.1.1.2.1.3.2.0'],
  ['1.3.111.2.802.1.1.13.1.3.1.0', '1.3.111.2.802.1.1.13.1.3.2.0'],
] as const
const MAC = 4
const BRIDGE_ADDRESS = '1.3.6.1.2.1.17.1.1.0'
/** cdpGlobalDeviceId. */
const CDP_DEVICE_ID = '1.3.6.1.4.1.9.9.23.1.3.4.0'

/** By what others know the device: what it writes into its own LLDP and CDP frames, and its address as a bridge. */
export async function readOwnIdentifiers(reader: SurveyReader): Promise<readonly string[]> {
  const got = await reader.scalars([...CHASSIS_IDS.flat(), BRIDGE_ADDRESS, CDP_DEVICE_ID])
  const found = CHASSIS_IDS.map(([subtype, id]) => {
    const value = got.get(id)
    const octets = octetsOf(value)
    return numberOf(got.get(subtype)) === MAC && octets.length === 6 ? colonHex(octets) : textOrHex(value)
  })
  const all = [...found, macOf(got.get(BRIDGE_ADDRESS)) ?? '', textOrHex(got.get(CDP_DEVICE_ID))]
  return [...new Set(all.filter((one) => one !== ''))].sort()
}
