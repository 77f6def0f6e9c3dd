import { defined } from './defined.ts'
import type { SurveyReader } from './reader.ts'
import { ADDRESS_TABLES, readAddresses } from './standard/addresses.ts'
import { BRIDGE_TABLES, readBridge } from './standard/bridge.ts'
import { bundlesOf } from './standard/bundles.ts'
import { CDP_TABLES } from './standard/cdp.ts'
import { readArp, readForwarding, readForwardingOf, STATION_TABLES } from './standard/link-tables.ts'
import { LLDP_TABLES } from './standard/lldp.ts'
import { LOWER_TABLES, readLower } from './standard/lower-interfaces.ts'
import { readNeighbors } from './standard/neighbors.ts'
import { tablesThere } from './standard/optional-entries.ts'
import { readOwnIdentifiers } from './standard/own-identifiers.ts'
import { ROUTING_TABLES, readBgpPeers, readOspfNeighbors } from './standard/routing.ts'
import { readVlans, VLAN_TABLES } from './standard/vlans.ts'
import type {
  SurveyAddress,
  SurveyArpEntry,
  SurveyBgpPeer,
  SurveyBridge,
  SurveyBundle,
  SurveyForwardingEntry,
  SurveyInterface,
  SurveyNeighbor,
  SurveyOspfNeighbor,
  SurveyVlan,
} from './survey-result.ts'

/** What a device tells of its links. A part that could not be read whole is left out; a bridge where there is none is null. */
export type LinkSurvey = {
  readonly identifiers?: readonly string[]
  readonly neighbors?: readonly SurveyNeighbor[]
  readonly bridge?: SurveyBridge | null
  readonly bundles?: readonly SurveyBundle[]
  readonly forwarding?: readonly SurveyForwardingEntry[]
  readonly arp?: readonly SurveyArpEntry[]
  readonly addresses?: readonly SurveyAddress[]
  readonly vlans?: readonly SurveyVlan[]
  readonly routing?: { readonly bgp: readonly SurveyBgpPeer[]; readonly ospf: readonly SurveyOspfNeighbor[] }
  /** Parts that have more rows than are read. */
  readonly cut: readonly LinkPart[]
}
export type LinkPart = Exclude<keyof LinkSurvey, 'cut'>

export type LinkWish = {
  readonly interfaces: readonly SurveyInterface[]
  /** `near`: who is heard at which port, and how the ports stand. `all`: who is farther away too. */
  readonly depth: 'near' | 'all'
  /** Whether the tables of stations are wanted; they may be long. */
  readonly stations: boolean
  /** How to read the device as it is in one VLAN, where it keeps a forwarding table for each. */
  readonly inVlan?: ((vlan: number) => SurveyReader | undefined) | undefined
}

/** Switches that keep a forwarding table per VLAN are asked for so many. */
const MAX_VLAN_CONTEXTS = 256
/** Each costs all the tries of a question. */
export const MAX_SILENT_CONTEXTS = 2
/** VLANs of Token Ring and FDDI that every Catalyst has, and that carry nothing. */
const isLegacyVlan = (id: number): boolean => id >= 1_002 && id <= 1_005

const NEAR_TABLES = [...LLDP_TABLES, ...CDP_TABLES, ...BRIDGE_TABLES, ...LOWER_TABLES]
const ALL_TABLES = [...NEAR_TABLES, ...STATION_TABLES, ...ADDRESS_TABLES, ...VLAN_TABLES, ...ROUTING_TABLES]

/** Reads the tables that say who is connected to whom. A device that has none of them is asked two or three questions. */
export async function readLinks(reader: SurveyReader, wish: LinkWish): Promise<LinkSurvey> {
  await tablesThere(reader, wish.depth === 'near' ? NEAR_TABLES : ALL_TABLES)
  if (reader.unread > 0) return { cut: [] }
  const { interfaces } = wish
  const parts = new Parts(reader)
  const near = {
    neighbors: await parts.whole('neighbors', () => readNeighbors(reader, interfaces)),
    bridge: await parts.whole('bridge', async () => (await readBridge(reader)) ?? null),
    bundles: await parts.whole('bundles', async () => bundlesOf(interfaces, await readLower(reader))),
  }
  // The ports of a bridge that could not be read would be missing in its forwarding table.
  const stations = wish.stations && near.bridge !== undefined ? await readStations(parts, wish) : {}
  const far = wish.depth === 'near' ? {} : await readFar(parts, interfaces)
  return { ...defined({ ...near, ...stations, ...far }), cut: parts.cut }
}

async function readStations(parts: Parts, wish: LinkWish): Promise<Partial<LinkSurvey>> {
  const { reader } = parts
  return defined({
    forwarding: await parts.whole('forwarding', async () => {
      const found = await readForwarding(reader)
      const isByVlan = found.some(({ vlan }) => vlan !== undefined)
      return isByVlan || wish.inVlan === undefined ? found : [...found, ...(await readByVlan(reader, wish))]
    }),
    arp: await parts.whole('arp', () => readArp(reader)),
  })
}

async function readFar(parts: Parts, interfaces: readonly SurveyInterface[]): Promise<Partial<LinkSurvey>> {
  const { reader } = parts
  return defined({
    identifiers: await parts.whole('identifiers', () => readOwnIdentifiers(reader)),
    addresses: await parts.whole('addresses', () => readAddresses(reader)),
    vlans: await parts.whole('vlans', () => readVlans(reader, interfaces)),
    routing: await parts.whole('routing', async () => ({
      bgp: await readBgpPeers(reader),
      ospf: await readOspfNeighbors(reader),
    })),
  })
}

/** The forwarding tables of the VLANs one by one; ends where the device does not answer for some of them. */
async function readByVlan(reader: SurveyReader, { interfaces, inVlan }: LinkWish): Promise<SurveyForwardingEntry[]> {
  const found: SurveyForwardingEntry[] = []
  let silent = 0
  const vlans = (await readVlans(reader, interfaces)).filter(({ id }) => !isLegacyVlan(id))
  for (const { id } of vlans.slice(0, MAX_VLAN_CONTEXTS)) {
    const inContext = inVlan?.(id)
    if (inContext === undefined) continue
    found.push(...(await readForwardingOf(id, inContext)))
    if (inContext.failure !== null && ++silent >= MAX_SILENT_CONTEXTS) break
  }
  return found
}

/** Reads parts, and leaves out what met silence half way: half a table would make links vanish. */
class Parts {
  readonly reader: SurveyReader
  readonly cut: LinkPart[] = []

  constructor(reader: SurveyReader) {
    this.reader = reader
  }

  /** Undefined where it is not whole. */
  async whole<T>(part: LinkPart, read: () => Promise<T>): Promise<T | undefined> {
    const { unread, cut } = this.reader
    const value = await read()
    if (this.reader.unread > unread) return undefined
    if (this.reader.cut > cut) this.cut.push(part)
    return value
  }
}
