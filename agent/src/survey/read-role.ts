import { type RoleGuess, roleOf } from '@eyenet/shared/roles'
import type { SurveyReader } from './reader.ts'
import { capabilitiesOf } from './standard/lldp.ts'
import type { SurveyResult } from './survey-result.ts'
import { numberOf, octetsOf } from './value-text.ts'

const SYS_SERVICES = '1.3.6.1.2.1.1.7.0'
/** lldpLocSysCapEnabled. */
const LLDP_CAPABILITIES = '1.0.8802.1.1.2.1.3.6.0'
const UPS_MIB = '1.3.6.1.2.1.33.'
/** IANAifType ethernetCsmacd. */
const ETHERNET = 6

/** What a surveyed device is for: by what the survey found, and two values more that the device is asked for. */
export async function readRole(reader: SurveyReader, result: SurveyResult): Promise<RoleGuess> {
  const { device, supplies, sensors, bridge, interfaces } = result
  const got = await reader.scalars([SYS_SERVICES, LLDP_CAPABILITIES])
  const ethernet = new Set(interfaces.flatMap(({ ifIndex, type }) => (type === ETHERNET ? [ifIndex] : [])))
  return roleOf({
    sysObjectId: device.sysObjectId,
    sysDescr: device.sysDescr,
    vendor: device.vendor,
    os: device.os,
    model: device.model,
    sysServices: numberOf(got.get(SYS_SERVICES)),
    capabilities: capabilitiesOf(octetsOf(got.get(LLDP_CAPABILITIES))),
    hasPrinter: supplies.length > 0,
    hasUps: sensors.some(({ oid }) => oid?.startsWith(UPS_MIB)),
    bridgePorts: bridge?.ports.filter(({ ifIndex }) => ifIndex !== undefined && ethernet.has(ifIndex)).length,
  })
}
