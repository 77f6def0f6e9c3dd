import type { DeviceModel } from './device-model.ts'
import type { InterfaceModel } from './interface-model.ts'
import { entityColumns } from './mib-entity.ts'
import { hostColumns } from './mib-host.ts'
import { interfaceColumns } from './mib-interfaces.ts'
import { lldpColumns } from './mib-lldp.ts'
import { printerColumns } from './mib-printer.ts'
import { systemColumns } from './mib-system.ts'
import { transferSwitchColumns } from './mib-transfer-switch.ts'
import { upsColumns } from './mib-ups.ts'
import { vendorColumns } from './mib-vendor.ts'
import { MibView } from './mib-view.ts'
import type { DeviceSpec, InterfaceSpec } from './site-spec.ts'

type Neighbors = readonly ({ readonly device: DeviceSpec; readonly port: InterfaceSpec } | undefined)[]

/** Everything a device answers; `neighbors` are what is at the other end of each of its interfaces. */
export function deviceView(model: DeviceModel, interfaces: readonly InterfaceModel[], neighbors: Neighbors): MibView {
  return new MibView([
    ...systemColumns(model),
    ...interfaceColumns(interfaces),
    ...entityColumns(model),
    ...hostColumns(model),
    ...vendorColumns(model),
    ...upsColumns(model),
    ...transferSwitchColumns(model),
    ...printerColumns(model),
    ...lldpColumns(model, interfaces, neighbors),
  ])
}
