import type { Told } from '@eyenet/shared/made-network'
import { macOctets } from './mib-neighbors.ts'
import { type Column, integer, ipAddress, octets, sortedRows, table } from './mib-view.ts'

const IP = '1.3.6.1.2.1.4'
const BGP_PEER_ENTRY = '1.3.6.1.2.1.15.3.1'
const OSPF_NBR_ENTRY = '1.3.6.1.2.1.14.10.1'
const DYNAMIC = 3
const ESTABLISHED = 6
const FULL = 8
const ENABLED = 2
const REASSEMBLY = 65_535

const arcsOf = (ip: string): number[] => ip.split('.').map(Number)
const octetsOf = (ip: string): Uint8Array => Uint8Array.from(arcsOf(ip))

/** ipAddrTable and ipNetToMediaTable (RFC 1213), with the address at which the device is asked. */
export function addressColumns(told: Told, asked: { readonly address: string; readonly ifIndex: number }): Column[] {
  const numbers = new Map(told.device.ports.map((port) => [port.name, port.ifIndex]))
  const numberOf = (port: string | undefined) => numbers.get(port ?? '') ?? asked.ifIndex
  const own = (told.links.addresses ?? []).map(({ ip, prefixLength = 32, port }) => ({
    index: arcsOf(ip),
    value: { ip, prefixLength, ifIndex: numberOf(port) },
  }))
  const isKnown = own.some(({ value }) => value.ip === asked.address)
  const first = { ip: asked.address, prefixLength: 32, ifIndex: asked.ifIndex }
  const addresses = sortedRows(isKnown ? own : [...own, { index: arcsOf(asked.address), value: first }])
  const arp = sortedRows(
    (told.links.arp ?? []).map((entry) => ({ index: [numberOf(entry.port), ...arcsOf(entry.ip)], value: entry })),
  )
  return [
    ...table(`${IP}.20.1`, addresses.rows, {
      1: ipAddress((row) => octetsOf(addresses.at(row).ip)),
      2: integer((row) => addresses.at(row).ifIndex),
      3: ipAddress((row) => maskOf(addresses.at(row).prefixLength)),
      4: integer(() => 1),
      5: integer(() => REASSEMBLY),
    }),
    ...table(`${IP}.22.1`, arp.rows, {
      1: integer((row) => numberOf(arp.at(row).port)),
      2: octets((row) => macOctets(arp.at(row).mac)),
      3: ipAddress((row) => octetsOf(arp.at(row).ip)),
      4: integer(() => DYNAMIC),
    }),
  ]
}

function maskOf(prefixLength: number): Uint8Array {
  const mask = prefixLength === 0 ? 0 : (0xffff_ffff << (32 - prefixLength)) >>> 0
  return Uint8Array.from([24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff))
}

/** bgpPeerTable (RFC 4273) and ospfNbrTable (RFC 4750). */
export function routingColumns(told: Told): Column[] {
  const { bgp = [], ospf = [] } = told.links.routing ?? {}
  const peers = sortedRows(bgp.map((one) => ({ index: arcsOf(one.peer), value: one })))
  const neighbors = sortedRows(ospf.map((one) => ({ index: [...arcsOf(one.neighbor), 0], value: one })))
  return [
    ...table(BGP_PEER_ENTRY, peers.rows, {
      2: integer(() => ESTABLISHED),
      3: integer(() => ENABLED),
      7: ipAddress((row) => octetsOf(peers.at(row).peer)),
      9: integer((row) => peers.at(row).remoteAs),
      16: integer(() => 86_400),
    }),
    ...table(OSPF_NBR_ENTRY, neighbors.rows, {
      1: ipAddress((row) => octetsOf(neighbors.at(row).neighbor)),
      2: integer(() => 0),
      3: ipAddress((row) => octetsOf(neighbors.at(row).routerId)),
      6: integer(() => FULL),
    }),
  ]
}
