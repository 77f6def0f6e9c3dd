import type { DeviceModel } from './device-model.ts'
import type { InterfaceModel } from './interface-model.ts'
import { behindRows, type Column, integer, objectId, octets, rowsOf, scalar, table, text } from './mib-view.ts'
import { oidOf } from './oid.ts'
import type { DeviceSpec, InterfaceSpec } from './site-spec.ts'

const LOCAL = '1.0.8802.1.1.2.1.3'
const REMOTE = '1.0.8802.1.1.2.1.4'
const CHASSIS_MAC = 4
const PORT_NAME = 5
const IPV4 = 1
const IF_INDEX = 2

type Neighbor = { readonly device: DeviceSpec; readonly port: InterfaceSpec }
type Heard = Neighbor & { readonly local: InterfaceModel }

/** LLDP-MIB (IEEE 802.1AB-2005): the device, its ports, and the neighbours that are heard while their cable is up. */
export function lldpColumns(
  model: DeviceModel,
  interfaces: readonly InterfaceModel[],
  neighbors: readonly (Neighbor | undefined)[],
): Column[] {
  const { spec } = model
  const { lldp } = spec
  if (lldp === undefined) return []
  const ports = interfaces.filter((one) => one.spec.mac !== '')
  const heard = interfaces.flatMap((local, at): Heard[] => {
    const neighbor = neighbors[at]
    return neighbor?.device.lldp === undefined ? [] : [{ ...neighbor, local }]
  })
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
    ...remoteColumns(heard),
  ]
}

/** lldpRemTable, indexed by time mark, local port and a number; lldpRemManAddrTable, by the address too. */
function remoteColumns(heard: readonly Heard[]): Column[] {
  const at = behindRows(heard)
  const present = (row: number, now: number) => at(row).local.isUp(now)
  const macs = heard.map(({ device }) => hex(device.mac))
  const capabilities = heard.map(({ device }) => Uint8Array.of(device.lldp?.capabilities ?? 0, 0))
  const index = ({ local }: Heard) => [0, local.spec.index, 1]
  const rows = rowsOf(heard.map(index))
  const addressed = rowsOf(heard.map((one) => [...index(one), IPV4, 4, ...one.device.address.split('.').map(Number)]))
  const columns = [
    ...table(`${REMOTE}.1.1`, rows, {
      4: integer(() => CHASSIS_MAC),
      5: octets((row) => macs[row] ?? new Uint8Array()),
      6: integer(() => PORT_NAME),
      7: text((row) => at(row).port.name),
      8: text((row) => at(row).port.descr),
      9: text((row) => at(row).device.sysName),
      10: text((row) => at(row).device.sysDescr),
      11: octets((row) => capabilities[row] ?? new Uint8Array()),
      12: octets((row) => capabilities[row] ?? new Uint8Array()),
    }),
    ...table(`${REMOTE}.2.1`, addressed, {
      3: integer(() => IF_INDEX),
      4: integer((row) => at(row).device.interfaces.at(-1)?.index ?? 1),
      5: objectId(() => oidOf('0.0')),
    }),
  ]
  return columns.map((column) => ({ ...column, present }))
}

const hex = (mac: string) => Uint8Array.from(Buffer.from(mac, 'hex'))
