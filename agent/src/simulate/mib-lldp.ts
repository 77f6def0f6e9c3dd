import type { DeviceModel } from './device-model.ts'
import type { InterfaceModel } from './interface-model.ts'
import { type Column, integer, octets, rowsOf, scalar, table, text } from './mib-view.ts'

const LOCAL = '1.0.8802.1.1.2.1.3'
const CHASSIS_MAC = 4
const PORT_NAME = 5

/** LLDP-MIB (IEEE 802.1AB-2005): the device and its ports; who is heard there is told with the other links. */
export function lldpColumns(model: DeviceModel, interfaces: readonly InterfaceModel[]): Column[] {
  const { spec } = model
  const { lldp } = spec
  if (lldp === undefined) return []
  const ports = interfaces.filter((one) => one.spec.mac !== '')
  const mac = hex(spec.mac)
  const capabilities = Uint8Array.of(lldp.capabilities, 0)
  const portAt = (row: number) => ports[row]?.spec
  return [
    scalar(
      `${LOCAL}.1`,
      integer(() => CHASSIS_MAC),
    ),
    scalar(
      `${LOCAL}.2`,
      octets(() => mac),
    ),
    scalar(
      `${LOCAL}.3`,
      text(() => spec.sysName),
    ),
    scalar(
      `${LOCAL}.4`,
      text(() => spec.sysDescr),
    ),
    scalar(
      `${LOCAL}.5`,
      octets(() => capabilities),
    ),
    scalar(
      `${LOCAL}.6`,
      octets(() => capabilities),
    ),
    ...table(`${LOCAL}.7.1`, rowsOf(ports.map((one) => [one.spec.index])), {
      2: integer(() => PORT_NAME),
      3: text((row) => portAt(row)?.name ?? ''),
      4: text((row) => portAt(row)?.descr ?? ''),
    }),
  ]
}

const hex = (mac: string) => Uint8Array.from(Buffer.from(mac, 'hex'))
