import { defined } from '../defined.ts'
import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyBgpPeer, SurveyOspfNeighbor } from '../survey-result.ts'
import { ipOf, octetsOf } from '../value-text.ts'

const BGP_PEER_ENTRY = '1.3.6.1.2.1.15.3.1'
const OSPF_NBR_ENTRY = '1.3.6.1.2.1.14.10.1'
const BGP_STATES = ['', 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established']
const OSPF_STATES = ['', 'down', 'attempt', 'init', 'twoWay', 'exchangeStart', 'exchange', 'loading', 'full']

type PeerTable = {
  readonly entry: string
  readonly state: number
  readonly remoteAs: number
  /** A column that holds the address as octets; without it the address stands in the index. */
  readonly address?: number
  /** Arcs of the index before the address type and length. */
  readonly before?: number
}

/** Vendors' tables that know IPv6 peers too: Cisco, Juniper, Arista, Huawei, Dell, Cumulus and others by BGP4-V2. */
const PEER_TABLES: readonly PeerTable[] = [
  { entry: '1.3.6.1.4.1.9.9.187.1.2.5.1', state: 3, remoteAs: 11 },
  { entry: '1.3.6.1.4.1.2636.5.1.1.2.1.1.1', state: 2, remoteAs: 13, address: 11 },
  { entry: '1.3.6.1.4.1.30065.4.1.1.2.1', state: 13, remoteAs: 10, before: 1 },
  { entry: '1.3.6.1.4.1.2011.5.25.177.1.1.2.1', state: 5, remoteAs: 2, address: 4 },
  { entry: '1.3.6.1.4.1.6027.20.1.2.3.1.1', state: 8, remoteAs: 14, before: 2 },
  { entry: '1.3.6.1.4.1.7262.1', state: 13, remoteAs: 10, before: 1 },
]

/** BGP4-MIB, and the tables of vendors where they have more. */
export async function readBgpPeers(reader: SurveyReader): Promise<readonly SurveyBgpPeer[]> {
  const found = new Map<string, SurveyBgpPeer>()
  const columns = { state: 2, remote: 7, remoteAs: 9 }
  for (const row of await readEntries(reader, BGP_PEER_ENTRY, columns)) {
    const peer = row.arcs.length === 4 ? ipOf(row.arcs) : undefined
    const remoteAs = row.number('remoteAs')
    if (peer === undefined || remoteAs === undefined) continue
    found.set(peer, { peer, remoteAs: remoteAs >>> 0, ...defined({ state: BGP_STATES[row.number('state') ?? 0] }) })
  }
  const present = await reader.present(PEER_TABLES.map(({ entry }) => entry))
  for (const table of PEER_TABLES.filter(({ entry }) => present.has(entry))) {
    for (const one of await readPeerTable(reader, table)) if (!found.has(one.peer)) found.set(one.peer, one)
  }
  return [...found.values()]
}

async function readPeerTable(reader: SurveyReader, table: PeerTable): Promise<readonly SurveyBgpPeer[]> {
  const { entry, state, remoteAs, address } = table
  // A table without an address column reads the number of the peer twice, which costs nothing.
  const columns = { state, remoteAs, address: address ?? remoteAs }
  const rows = await readEntries(reader, entry, columns)
  return rows.flatMap((row) => {
    const peer =
      address === undefined ? ipOfIndex(row.arcs.slice(table.before ?? 0)) : ipOf(octetsOf(row.cell('address')))
    const as = row.number('remoteAs')
    if (peer === undefined || as === undefined) return []
    return [{ peer, remoteAs: as >>> 0, ...defined({ state: BGP_STATES[row.number('state') ?? 0] }) }]
  })
}

/** InetAddressType, length, octets. */
function ipOfIndex([, length = 0, ...octets]: readonly number[]): string | undefined {
  return octets.length >= length ? ipOf(octets.slice(0, length)) : undefined
}

/** OSPF-MIB: neighbours by address. */
export async function readOspfNeighbors(reader: SurveyReader): Promise<readonly SurveyOspfNeighbor[]> {
  const rows = await readEntries(reader, OSPF_NBR_ENTRY, { routerId: 3, state: 6 })
  return rows.flatMap((row) => {
    const neighbor = ipOf(row.arcs.slice(0, 4))
    if (neighbor === undefined) return []
    return [{ neighbor, routerId: row.text('routerId'), state: OSPF_STATES[row.number('state') ?? 0] ?? '' }]
  })
}
