import { AddressPlan } from './address-plan.ts'
import { chance } from './chance.ts'
import type { MadeDevice, MadeNetwork, MadePlan } from './made-device.ts'
import { makePlanned } from './make-plans.ts'
import { NetworkBuilder } from './network-builder.ts'

export const MAX_MADE_DEVICES = 5_000
/** Of the devices of a network where some speak LLDP, and of unmanaged switches that pass it on. */
const SPEAKING = 0.6
const PASSING = 0.4

/**
 * A network made to measure: as many managed devices as the plan says, cabled as its kind says. The same plan gives the same
 * network. Throws RangeError for a size that is out of bounds.
 */
export function makeNetwork(plan: MadePlan): MadeNetwork {
  if (!Number.isInteger(plan.devices) || plan.devices < 1 || plan.devices > MAX_MADE_DEVICES) {
    throw new RangeError(`a made network has 1 to ${MAX_MADE_DEVICES} devices, not ${plan.devices}`)
  }
  const builder = new NetworkBuilder(plan)
  makePlanned({ builder, addresses: new AddressPlan() }, plan.kind)
  return builder.finish((device) => speaks(plan, device))
}

function speaks({ lldp, seed }: MadePlan, device: MadeDevice): boolean {
  if (!device.managed) return chance(seed, `passes ${device.name}`) < PASSING
  return lldp === 'everywhere' || (lldp === 'some' && chance(seed, `speaks ${device.name}`) < SPEAKING)
}
