import { type DeviceDetails, MAX_REPORTED, type ReportedNeighbor, type ReportedPart } from '@eyenet/shared/wire'
import type { SurveyIdentity, SurveyNeighbor, SurveyPart, SurveyResult } from '../survey/survey.ts'
import type { ReadingsPlan } from './plan-readings.ts'

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
    memory: atMost(plan.memory, pools),
    storage: atMost(plan.storage, pools),
    // What is read comes before what is only offered.
    sensors: atMost(
      [...plan.sensors].sort((a, b) => Number(b.enabled) - Number(a.enabled)),
      most.sensors,
    ),
    parts: atMost(result.inventory, most.parts).map(partOf),
    neighbors: atMost(result.neighbors, most.neighbors).map(neighborOf),
    addresses: atMost(result.addresses, most.addresses).map(({ ip, prefixLength, ifIndex }) => ({
      ip: ip.slice(0, 64),
      ...whole({ prefixLength, ifIndex }),
    })),
    vlans: atMost(result.vlans, most.vlans)
      .filter(({ id }) => Number.isInteger(id))
      .map(({ id, name }) => ({ id, name: name.slice(0, 255) })),
    bgpPeers: atMost(result.bgpPeers, peers).map(({ peer, remoteAs, state }) => ({
      peer: peer.slice(0, 64),
      remoteAs,
      ...texts({ state }, 32),
    })),
    ospfNeighbors: atMost(result.ospfNeighbors, peers).map(({ neighbor, routerId, state }) => ({
      neighbor: neighbor.slice(0, 64),
      routerId: routerId.slice(0, 64),
      state: state.slice(0, 32),
    })),
    supplies: atMost(plan.supplies, most.supplies),
  }
  return { ...details, truncated }
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
  const found: { [P in K]?: number } = {}
  for (const key in fields) {
    const number = fields[key]
    if (number !== undefined && Number.isInteger(number)) found[key] = number
  }
  return found
}
