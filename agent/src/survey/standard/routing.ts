import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyBgpPeer, SurveyOspfNeighbor } from '../survey-result.ts'
import { ipOf, octetsOf, textOf } from '../value-text.ts'
import { readOptional, tablesThere } from './optional-entries.ts'
import { PEER_TABLES, type PeerTable } from './peer-tables.ts'

const BGP_PEER_ENTRY = '1.3.6.1.2.1.15.3.1'
const OSPF_NBR_ENTRY = '1.3.6.1.2.1.14.10.1'
const OSPFV3_NBR_ENTRY = '1.3.6.1.2.1.191.1.9.1'
const BGP_STATES = ['', 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established']
const OSPF_STATES = ['', 'down', 'attempt', 'init', 'twoWay', 'exchangeStart', 'exchange', 'loading', 'full']
const STOPPED = 1
const ESTABLISHED = 6

export const ROUTING_TABLES = [
  ...[BGP_PEER_ENTRY, OSPF_NBR_ENTRY, OSPFV3_NBR_ENTRY],
  ...PEER_TABLES.map(({ entry }) => entry),
]

/** BGP4-MIB, and the tables of vendors where they have more. */
export async function readBgpPeers(reader: SurveyReader): Promise<readonly SurveyBgpPeer[]> {
  const found = new Map<string, SurveyBgpPeer>()
  const columns = { state: 2, admin: 3, remoteAs: 9, since: 16 }
  for (const row of await readOptional(reader, BGP_PEER_ENTRY, columns)) {
    const peer = row.arcs.length === 4 ? ipOf(row.arcs) : undefined
    const remoteAs = row.number('remoteAs')
    if (peer === undefined || remoteAs === undefined) continue
    const state = row.number('state') ?? 0
    const admin = row.number('admin')
    found.set(peer, {
      peer,
      remoteAs: remoteAs >>> 0,
      ...defined({
        state: BGP_STATES[state],
        isEnabled: admin === undefined ? undefined : admin !== STOPPED,
        establishedSeconds: state === ESTABLISHED ? row.number('since') : undefined,
      }),
    })
  }
  const there = await tablesThere(reader, ROUTING_TABLES)
  for (const table of PEER_TABLES.filter(({ entry }) => there.has(entry))) {
    for (const one of await readPeerTable(reader, table)) if (!found.has(one.peer)) found.set(one.peer, one)
  }
  return [...found.values()]
}

async function readPeerTable(reader: SurveyReader, table: PeerTable): Promise<readonly SurveyBgpPeer[]> {
  const { entry, state, remoteAs, peer } = table
  // A table with the address in its index reads the AS number twice, which costs nothing.
  const address = peer.kind === 'column' ? peer.column : remoteAs
  const rows = await readOptional(reader, entry, { state: state ?? remoteAs, remoteAs, address })
  return rows.flatMap((row) => {
    const ip = peer.kind === 'column' ? ipIn(row.cell('address')) : ipOfIndex(row.arcs, peer)
    const as = row.number('remoteAs')
    if (ip === undefined || as === undefined) return []
    const told = state === undefined ? undefined : BGP_STATES[row.number('state') ?? 0]
    return [{ peer: ip, remoteAs: as >>> 0, ...defined({ state: told }) }]
  })
}

/** Octets, or an address written as text. */
function ipIn(value: Parameters<typeof octetsOf>[0]): string | undefined {
  const text = textOf(value)
  return ipOf(octetsOf(value)) ?? (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text : undefined)
}

/** `typed`: InetAddressType, length, octets; `plain`: octets alone. */
function ipOfIndex(arcs: readonly number[], peer: Exclude<PeerTable['peer'], { kind: 'column' }>): string | undefined {
  const rest = arcs.slice(peer.before)
  const octets = peer.kind === 'typed' ? rest.slice(2, 2 + (rest[1] ?? 0)) : rest.slice(0, peer.octets)
  const wanted = peer.kind === 'typed' ? rest[1] : peer.octets
  return octets.length === wanted && octets.every((octet) => octet >= 0 && octet <= 255) ? ipOf(octets) : undefined
}

/** OSPF-MIB and OSPFV3-MIB: neighbours by address, or by router where the device does not tell the address. */
export async function readOspfNeighbors(reader: SurveyReader): Promise<readonly SurveyOspfNeighbor[]> {
  const v2 = await readOptional(reader, OSPF_NBR_ENTRY, { routerId: 3, state: 6 })
  const v3 = await readOptional(reader, OSPFV3_NBR_ENTRY, { address: 5, state: 8 })
  return [
    ...v2.flatMap((row) => {
      const neighbor = ipOf(row.arcs.slice(0, 4))
      if (neighbor === undefined) return []
      return [{ neighbor, routerId: row.text('routerId'), state: OSPF_STATES[row.number('state') ?? 0] ?? '' }]
    }),
    ...v3.map((row) => {
      const routerId = numberAsIp(row.arcs[2] ?? 0)
      const neighbor = ipOf(octetsOf(row.cell('address'))) ?? routerId
      return { neighbor, routerId, state: OSPF_STATES[row.number('state') ?? 0] ?? '' }
    }),
  ]
}

/** OSPFv3 keeps router identifiers as numbers. */
function numberAsIp(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
}
