import {
  type DeviceDetails,
  MAX_REPORTED,
  type ReportedNeighbor,
  type ReportedPart,
  type ReportedPool,
  type ReportedSensor,
} from '@eyenet/shared/wire'
import type { SurveyIdentity, SurveyNeighbor, SurveyPart, SurveyResult } from '../survey/survey.ts'
import type { ReadingsPlan } from './plan-readings.ts'
import { keptWithin } from './within-bytes.ts'

/** JSON of one device's details: with the interfaces they share a packet of 1 MiB, and random text does not deflate. */
export const MAX_DETAILS_BYTES = 300_000

/** Devices with the same family share what people choose about sensors. */
export function familyOf({ vendor, os, sysObjectId }: SurveyIdentity): string {
  const name = vendor !== undefined && os !== undefined ? `${vendor} ${os}` : (sysObjectId ?? vendor ?? 'unknown')
  return name.slice(0, 300)
}

/** What a survey found, as it is told to the server: bounded, and `truncated` where something was left out. */
export function detailsOf(result: SurveyResult, plan: ReadingsPlan): DeviceDetails {
  let truncated = false
  const atMost = <T>(items: readonly T[], most: number): T[] => {
    truncated ||= items.length > most
    return items.slice(0, most)
  }
  const { pools, peers, ...most } = MAX_REPORTED
  const details = {
    family: familyOf(result.device),
    processors: atMost(plan.processors, pools),
    memory: atMost(plan.memory, pools).map(poolOf),
    storage: atMost(plan.storage, pools).map(poolOf),
    // What is read comes before what is only offered.
    sensors: atMost(
      [...plan.sensors].sort((a, b) => Number(b.enabled) - Number(a.enabled)),
      most.sensors,
    ).map(sensorOf),
    parts: atMost(result.inventory, most.parts)
      .filter(({ index }) => Number.isSafeInteger(index))
      .map(partOf),
    neighbors: atMost(result.neighbors, most.neighbors).map(neighborOf),
    addresses: atMost(result.addresses, most.addresses).map(({ ip, prefixLength, ifIndex }) => ({
      ip: ip.slice(0, 64),
      ...whole({ prefixLength, ifIndex }),
    })),
    vlans: atMost(result.vlans, most.vlans)
      .filter(({ id }) => Number.isSafeInteger(id))
      .map(({ id, name }) => ({ id, name: name.slice(0, 255) })),
    bgpPeers: atMost(result.bgpPeers, peers)
      .filter(({ remoteAs }) => Number.isFinite(remoteAs))
      .map(({ peer, remoteAs, state }) => ({ peer: peer.slice(0, 64), remoteAs, ...texts({ state }, 32) })),
    ospfNeighbors: atMost(result.ospfNeighbors, peers).map(({ neighbor, routerId, state }) => ({
      neighbor: neighbor.slice(0, 64),
      routerId: routerId.slice(0, 64),
      state: state.slice(0, 32),
    })),
    supplies: atMost(plan.supplies, most.supplies),
  }
  return withinBytes({ ...details, truncated })
}

/** Cuts the longest lists where all together are too much for one message. */
function withinBytes(details: DeviceDetails): DeviceDetails {
  if (Buffer.byteLength(JSON.stringify(details)) <= MAX_DETAILS_BYTES) return details
  const { processors, memory, storage, sensors, parts, neighbors, addresses, vlans, supplies } = details
  const { bgpPeers, ospfNeighbors } = details
  const all = [processors, memory, storage, sensors, parts, neighbors, addresses, vlans, supplies]
  // A list's brackets and name, the family and the rest.
  const [cpus, ...rest] = keptWithin([...all, bgpPeers, ospfNeighbors], MAX_DETAILS_BYTES - 2_000)
  const [inMemory, onDisk, read, built, near, known, vlan, supply, bgp, ospf] = rest
  return {
    ...details,
    processors: processors.slice(0, cpus),
    memory: memory.slice(0, inMemory),
    storage: storage.slice(0, onDisk),
    sensors: sensors.slice(0, read),
    parts: parts.slice(0, built),
    neighbors: neighbors.slice(0, near),
    addresses: addresses.slice(0, known),
    vlans: vlans.slice(0, vlan),
    supplies: supplies.slice(0, supply),
    bgpPeers: bgpPeers.slice(0, bgp),
    ospfNeighbors: ospfNeighbors.slice(0, ospf),
    truncated: true,
  }
}

/** A device's text may read as a number beyond all: JSON has no word for it. */
function poolOf({ pool, totalBytes, evidence }: ReportedPool): ReportedPool {
  return { pool, evidence, ...finite({ totalBytes }) }
}

function sensorOf({ value, low, high, ...sensor }: ReportedSensor): ReportedSensor {
  return { ...sensor, ...finite({ value, low, high }) }
}

function partOf({ index, class: kind, name, descr, model, serial, version, containedIn }: SurveyPart): ReportedPart {
  return {
    index,
    class: kind.slice(0, 32),
    name: name.slice(0, 255),
    ...texts({ descr }, 500),
    ...texts({ model, serial, version }, 255),
    ...whole({ containedIn }),
  }
}

function neighborOf(one: SurveyNeighbor): ReportedNeighbor {
  const { protocol, remoteSysName, remotePort, localIfIndex, localPort, remotePortDescr } = one
  return {
    protocol: protocol.slice(0, 16),
    remoteSysName: remoteSysName.slice(0, 255),
    remotePort: remotePort.slice(0, 255),
    ...whole({ localIfIndex }),
    ...texts({ localPort, remotePortDescr, remoteChassisId: one.remoteChassisId }, 255),
    ...texts({ remoteAddress: one.remoteAddress }, 64),
  }
}

/** Texts that are there, cut. */
function texts<K extends string>(fields: Readonly<Record<K, string | undefined>>, most: number): { [P in K]?: string } {
  const found: { [P in K]?: string } = {}
  for (const key in fields) {
    const text = fields[key]
    if (text !== undefined && text !== '') found[key] = text.slice(0, most)
  }
  return found
}

/** Numbers that are there and whole. */
function whole<K extends string>(fields: Readonly<Record<K, number | undefined>>): { [P in K]?: number } {
  return numbers(fields, Number.isSafeInteger)
}

function finite<K extends string>(fields: Readonly<Record<K, number | undefined>>): { [P in K]?: number } {
  return numbers(fields, Number.isFinite)
}

function numbers<K extends string>(
  fields: Readonly<Record<K, number | undefined>>,
  isFit: (number: number) => boolean,
): { [P in K]?: number } {
  const found: { [P in K]?: number } = {}
  for (const key in fields) {
    const number = fields[key]
    if (number !== undefined && isFit(number)) found[key] = number
  }
  return found
}
