import { bridgePortsOf, type MadePort, type Told } from '@eyenet/shared/made-network'
import { macOctets } from './mib-neighbors.ts'
import {
  type Column,
  counter32,
  gauge32,
  integer,
  objectId,
  octets,
  scalar,
  sortedRows,
  table,
  text,
  timeTicks,
} from './mib-view.ts'
import { oidOf } from './oid.ts'

const BRIDGE = '1.3.6.1.2.1.17'
const Q_BRIDGE = '1.3.6.1.2.1.17.7.1'
const TRANSPARENT = 2
const IEEE_8021D = 3
const LEARNED = 3
const PERMANENT = 2
const ENABLED = 1
const STATES: Readonly<Record<string, number>> = { disabled: 1, blocking: 2, forwarding: 5 }
const GIGABIT_COST = 4
const AGGREGATE = 161

function bridgePorts({ device }: Told): ReadonlyMap<string, { readonly number: number; readonly port: MadePort }> {
  return new Map(bridgePortsOf(device).map((port, at) => [port.name, { number: at + 1, port }]))
}

/** BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363): ports, spanning tree, VLANs and forwarding. Nothing for what is no bridge. */
export function bridgeColumns(told: Told): Column[] {
  if (!told.device.bridges) return []
  const ports = bridgePorts(told)
  const { rows, at } = sortedRows([...ports.values()].map((one) => ({ index: [one.number], value: one })))
  const mac = macOctets(told.device.chassisMac)
  return [
    scalar(
      `${BRIDGE}.1.1`,
      octets(() => mac),
    ),
    scalar(
      `${BRIDGE}.1.2`,
      integer(() => ports.size),
    ),
    scalar(
      `${BRIDGE}.1.3`,
      integer(() => TRANSPARENT),
    ),
    ...table(`${BRIDGE}.1.4.1`, rows, {
      1: integer((row) => at(row).number),
      2: integer((row) => at(row).port.ifIndex),
      3: objectId(() => oidOf('0.0')),
      4: counter32(() => 0),
      5: counter32(() => 0),
    }),
    ...treeColumns(told, ports),
    ...forwardingColumns(told, ports),
    ...vlanColumns(told),
  ]
}

type Ports = ReturnType<typeof bridgePorts>

function treeColumns({ links }: Told, ports: Ports): Column[] {
  const { bridge } = links
  if (bridge === undefined) return []
  const root = bridgeIdOctets(bridge.root)
  const rootPort = ports.get(bridge.rootPort ?? '')?.number ?? 0
  const states = bridge.ports.flatMap(({ port, state, designatedBridge, designatedPort = 0 }) => {
    const number = ports.get(port)?.number
    if (number === undefined) return []
    const designated = {
      bridge: bridgeIdOctets(designatedBridge),
      port: Uint8Array.from([designatedPort >> 8, designatedPort & 0xff]),
    }
    return [{ index: [number], value: { number, state: STATES[state ?? ''] ?? 1, designated } }]
  })
  const { rows, at } = sortedRows(states)
  const whole = (number: number, read: number) =>
    scalar(
      `${BRIDGE}.2.${number}`,
      integer(() => read),
    )
  return [
    whole(1, IEEE_8021D),
    whole(2, bridge.priority ?? 0x8000),
    scalar(
      `${BRIDGE}.2.3`,
      timeTicks(() => 8_640_000),
    ),
    scalar(
      `${BRIDGE}.2.4`,
      counter32(() => 3),
    ),
    scalar(
      `${BRIDGE}.2.5`,
      octets(() => root),
    ),
    whole(6, bridge.rootCost ?? 0),
    whole(7, rootPort),
    ...table(`${BRIDGE}.2.15.1`, rows, {
      1: integer((row) => at(row).number),
      2: integer(() => 128),
      3: integer((row) => at(row).state),
      4: integer(() => ENABLED),
      5: integer(() => GIGABIT_COST),
      8: octets((row) => at(row).designated.bridge),
      9: octets((row) => at(row).designated.port),
    }),
  ]
}

/** Two octets of priority, then the address. */
function bridgeIdOctets(id = ''): Uint8Array {
  const [priority = '', address = ''] = id.split('-')
  const value = Number.parseInt(priority, 16)
  return Uint8Array.from([value >> 8, value & 0xff, ...macOctets(address)])
}

/** dot1qTpFdbTable by VLAN and address; what belongs to no VLAN stands in dot1dTpFdbTable. */
function forwardingColumns({ links }: Told, ports: Ports): Column[] {
  const entries = (links.forwarding ?? []).flatMap(({ port, vlan, macs }) => {
    const value = ports.get(port)?.number
    const all = macs.match(/.{12}/g) ?? []
    return value === undefined ? [] : all.map((mac) => ({ vlan, mac: [...macOctets(mac)], value }))
  })
  const tagged = sortedRows(
    entries.filter(({ vlan }) => vlan > 0).map(({ vlan, mac, value }) => ({ index: [vlan, ...mac], value })),
  )
  const plain = sortedRows(
    entries.filter(({ vlan }) => vlan === 0).map(({ mac, value }) => ({ index: mac, value: { mac, port: value } })),
  )
  return [
    ...table(`${Q_BRIDGE}.2.2.1`, tagged.rows, { 2: integer(tagged.at), 3: integer(() => LEARNED) }),
    ...table(`${BRIDGE}.4.3.1`, plain.rows, {
      1: octets((row) => Uint8Array.from(plain.at(row).mac)),
      2: integer((row) => plain.at(row).port),
      3: integer(() => LEARNED),
    }),
  ]
}

function vlanColumns({ links }: Told): Column[] {
  const vlans = links.vlans ?? []
  const current = sortedRows(vlans.map(({ id }) => ({ index: [0, id], value: id })))
  const named = sortedRows(vlans.map(({ id, name }) => ({ index: [id], value: name })))
  return [
    ...table(`${Q_BRIDGE}.4.2.1`, current.rows, { 3: gauge32(current.at), 6: integer(() => PERMANENT) }),
    ...table(`${Q_BRIDGE}.4.3.1`, named.rows, { 1: text(named.at), 5: integer(() => 1) }),
  ]
}

/** IEEE8023-LAG-MIB dot3adAggPortTable and ifStackTable: which ports run in which bundle. */
export function bundleColumns({ device }: Told): Column[] {
  const numbers = new Map(device.ports.map((port) => [port.name, port.ifIndex]))
  const members = device.ports.flatMap((port) => {
    const bundle = numbers.get(port.bundle ?? '')
    return bundle === undefined ? [] : [{ bundle, port: port.ifIndex }]
  })
  if (!device.ports.some(({ ifType }) => ifType === AGGREGATE)) return []
  const attached = sortedRows(members.map(({ bundle, port }) => ({ index: [port], value: bundle })))
  const stack = sortedRows(members.map(({ bundle, port }) => ({ index: [bundle, port], value: ENABLED })))
  return [
    ...table('1.2.840.10006.300.43.1.2.1.1', attached.rows, { 12: integer(attached.at), 13: integer(attached.at) }),
    ...table('1.3.6.1.2.1.31.1.2.1', stack.rows, { 3: integer(stack.at) }),
  ]
}
