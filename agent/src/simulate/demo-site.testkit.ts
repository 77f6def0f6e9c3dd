import { demoSite } from './demo-site.ts'
import { type FaultScript, NO_FAULTS } from './fault-script.ts'
import { createSite, type SimulatedDevice, type Site } from './site.ts'

export const START = Date.UTC(2026, 2, 4, 10)

/** The demonstration's site, without faults unless a script is given. */
export function siteWith(faults: FaultScript = NO_FAULTS): Site {
  return createSite(
    demoSite({ seed: 1, startedAt: START, community: 'public', addressOf: (at) => `127.0.10.${at + 1}`, faults }),
  )
}

export function deviceOf(site: Site, name: string): SimulatedDevice {
  const found = site.devices.find((device) => device.model.spec.name === name)
  if (found === undefined) throw new Error(`no device ${name}`)
  return found
}

export function portOf(site: Site, device: string, port: string) {
  const found = deviceOf(site, device).interfaces.find((one) => one.spec.name === port)
  if (found === undefined) throw new Error(`no interface ${device} ${port}`)
  return found
}
