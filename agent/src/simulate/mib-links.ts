import type { Told } from '@eyenet/shared/made-network'
import { bridgeColumns, bundleColumns } from './mib-bridge.ts'
import { neighborColumns } from './mib-neighbors.ts'
import { addressColumns, routingColumns } from './mib-routing.ts'
import type { Column } from './mib-view.ts'
import type { DeviceSpec } from './site-spec.ts'

/** Every table in which a device tells of its links, as the network is now. */
export function linkColumns(spec: DeviceSpec, told: Told): Column[] {
  const asked = { address: spec.address, ifIndex: spec.interfaces.at(-1)?.index ?? 1 }
  return [
    ...neighborColumns(told),
    ...bridgeColumns(told),
    ...bundleColumns(told),
    ...addressColumns(told, asked),
    ...routingColumns(told),
  ]
}
