import { epochMs } from '@eyenet/shared/identity'
import { MADE_TURN_MS, type MadeNetwork, toldBy } from '@eyenet/shared/made-network'
import type { DeviceModel } from './device-model.ts'
import type { InterfaceModel } from './interface-model.ts'
import { entityColumns } from './mib-entity.ts'
import { hostColumns } from './mib-host.ts'
import { interfaceColumns } from './mib-interfaces.ts'
import { linkColumns } from './mib-links.ts'
import { lldpColumns } from './mib-lldp.ts'
import { printerColumns } from './mib-printer.ts'
import { systemColumns } from './mib-system.ts'
import { transferSwitchColumns } from './mib-transfer-switch.ts'
import { upsColumns } from './mib-ups.ts'
import { vendorColumns } from './mib-vendor.ts'
import { MibView } from './mib-view.ts'
import type { NetworkTimes } from './network-times.ts'

/** Everything that a device answers at any time. */
export type DeviceViews = { at(now: number): MibView }

/**
 * What a device answers: what it is and counts, and what it tells of its links in the network as it is at the time. A
 * view is made anew when the network changes, and after every turn, when other stations are silent.
 */
export function deviceViews(
  model: DeviceModel,
  interfaces: readonly InterfaceModel[],
  times: NetworkTimes,
): DeviceViews {
  const fixed = [
    ...systemColumns(model),
    ...interfaceColumns(interfaces),
    ...entityColumns(model),
    ...hostColumns(model),
    ...vendorColumns(model),
    ...upsColumns(model),
    ...transferSwitchColumns(model),
    ...printerColumns(model),
    ...lldpColumns(model, interfaces),
  ]
  let last: { readonly network: MadeNetwork; readonly turn: number; readonly view: MibView } | undefined
  return {
    at(now) {
      const network = times.at(now)
      const turn = Math.floor(now / MADE_TURN_MS)
      if (last?.network === network && last.turn === turn) return last.view
      const told = toldBy(network, model.spec.name, epochMs(turn * MADE_TURN_MS))
      // One without power answers nothing; what it would say is what it said last.
      const view = new MibView(told === undefined ? fixed : [...fixed, ...linkColumns(model.spec, told)])
      last = { network, turn, view }
      return view
    },
  }
}
