import type { Told } from '@eyenet/shared/made-network'
import { type Column, integer, objectId, octets, sortedRows, table, text } from './mib-view.ts'
import { oidOf } from './oid.ts'

const REMOTE = '1.0.8802.1.1.2.1.4'
const CHASSIS_MAC = 4
const PORT_MAC = 3
const PORT_NAME = 5
const PORT_LOCAL = 7
const IPV4 = 1
const IF_INDEX = 2
/** LldpSystemCapabilitiesMap, most significant bit first. */
const CAPABILITIES = ['other', 'repeater', 'bridge', 'wlanAccessPoint', 'router', 'telephone', 'docsis', 'stationOnly']

type Neighbor = NonNullable<Told['links']['neighbors']>[number]

/** lldpRemTable, indexed by time mark, local port and a number; lldpRemManAddrTable, by the address too. */
export function neighborColumns(told: Told): Column[] {
  const numbers = new Map(told.device.ports.map((port) => [port.name, port.ifIndex]))
  const counts = new Map<number, number>()
  const heard = (told.links.neighbors ?? []).map((neighbor) => {
    const port = numbers.get(neighbor.port ?? '') ?? 0
    const count = (counts.get(port) ?? 0) + 1
    counts.set(port, count)
    return { index: [0, port, count], value: neighbor }
  })
  const { rows, at } = sortedRows(heard)
  const addressed = sortedRows(
    heard.flatMap(({ index, value }) => {
      const octetsOfAddress = (value.remoteAddress ?? '').split('.').map(Number)
      return octetsOfAddress.length === 4 ? [{ index: [...index, IPV4, 4, ...octetsOfAddress], value }] : []
    }),
  )
  return [
    ...table(`${REMOTE}.1.1`, rows, {
      4: integer(() => CHASSIS_MAC),
      5: octets((row) => macOctets(at(row).remoteChassisId ?? '')),
      6: integer((row) => portIdType(at(row))),
      7: octets((row) => portId(at(row))),
      8: text((row) => at(row).remotePortDescr ?? ''),
      9: text((row) => at(row).remoteSysName),
      10: text((row) => at(row).remoteSysDescr ?? ''),
      11: octets((row) => capabilities(at(row))),
      12: octets((row) => capabilities(at(row))),
    }),
    ...table(`${REMOTE}.2.1`, addressed.rows, {
      3: integer(() => IF_INDEX),
      4: integer(() => 1),
      5: objectId(() => oidOf('0.0')),
    }),
  ]
}

/** The octets of an address written in hex with colons. */
export const macOctets = (mac: string) => Uint8Array.from(Buffer.from(mac.replaceAll(':', ''), 'hex'))

const isMac = (value: string) => /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(value)

function portIdType({ remotePort }: Neighbor): number {
  if (isMac(remotePort)) return PORT_MAC
  return /^\d+$/.test(remotePort) ? PORT_LOCAL : PORT_NAME
}

const portId = ({ remotePort }: Neighbor) =>
  isMac(remotePort) ? macOctets(remotePort) : Uint8Array.from(Buffer.from(remotePort, 'utf8'))

const capabilities = ({ capabilities: told = [] }: Neighbor) =>
  Uint8Array.of(
    told.reduce((bits, name) => bits | (CAPABILITIES.includes(name) ? 0x80 >> CAPABILITIES.indexOf(name) : 0), 0),
    0,
  )
