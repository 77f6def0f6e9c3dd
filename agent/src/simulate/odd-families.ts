import { type About, commonOf, interfacesOf, MEGABIT } from './family.ts'
import type { DeviceSpec } from './site-spec.ts'

/** A transfer switch for which no profile exists: what can be read of it comes from its MIB alone. */
export function transferSwitch(about: About): DeviceSpec {
  const oui = '000caa'
  return {
    ...commonOf(about, { oui, serialPrefix: 'ATS' }),
    maxMessageBytes: 1_472,
    sysDescr: 'ATS 16A SNMP Agent',
    sysObjectId: '1.3.6.1.4.1.37662.1.2.2.1',
    sysServices: 72,
    vendor: 'ATS maker',
    enterprise: 37_662,
    model: 'ATS-16',
    software: '1.07',
    interfaces: interfacesOf(about, oui, [{ name: 'eth0', speedBps: 100 * MEGABIT, peakIn: 0.0004, peakOut: 0.0004 }]),
    transferSwitch: { ratedDeciamperes: 160 },
  }
}
