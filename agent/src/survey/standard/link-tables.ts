import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyArpEntry, SurveyForwardingEntry } from '../survey-result.ts'
import { colonHex, ipOf, textOf } from '../value-text.ts'
import { readBridgePorts } from './bridge.ts'
import { tablesThere } from './optional-entries.ts'

const NET_TO_PHYSICAL_ENTRY = '1.3.6.1.2.1.4.35.1'
const NET_TO_MEDIA_ENTRY = '1.3.6.1.2.1.4.22.1'
const Q_FDB_ENTRY = '1.3.6.1.2.1.17.7.1.2.2.1'
const D_FDB_ENTRY = '1.3.6.1.2.1.17.4.3.1'
/** dot1qVlanFdbId, by time mark and VLAN: which forwarding database a VLAN learns into. */
const Q_VLAN_FDB_ID = '1.3.6.1.2.1.17.7.1.4.2.1.3'
export const STATION_TABLES = [NET_TO_PHYSICAL_ENTRY, NET_TO_MEDIA_ENTRY, Q_FDB_ENTRY, D_FDB_ENTRY]
const ARP_TYPES = [undefined, 'other', undefined, 'dynamic', 'static', 'local'] as const
const INVALID = 2
const FDB_STATUSES = ['', 'other', 'invalid', 'learned', 'self', 'mgmt']

/** Who has which address: both generations of the IP MIB, IPv6 neighbours too. As many as the reader reads of a table. */
export async function readArp(reader: SurveyReader): Promise<readonly SurveyArpEntry[]> {
  const there = await tablesThere(reader, [NET_TO_PHYSICAL_ENTRY, NET_TO_MEDIA_ENTRY])
  const found = new Map<string, SurveyArpEntry>()
  const add = (ifIndex: number | undefined, octets: readonly number[], row: EntryRow<'mac' | 'type'>): void => {
    const ip = octets.every((octet) => octet >= 0 && octet <= 255) ? ipOf(octets) : undefined
    const mac = row.mac('mac')
    const number = row.number('type') ?? 0
    if (ip === undefined || mac === undefined || ifIndex === undefined || number === INVALID) return
    const type = ARP_TYPES[number]
    found.set(`${ifIndex} ${ip}`, { ip, mac, ifIndex, ...(type !== undefined && { type }) })
  }
  if (there.has(NET_TO_PHYSICAL_ENTRY)) {
    for (const row of await readEntries(reader, NET_TO_PHYSICAL_ENTRY, { mac: 4, type: 6 })) {
      add(row.arcs[0], row.arcs.slice(3, 3 + (row.arcs[2] ?? 0)), row)
    }
  }
  if (there.has(NET_TO_MEDIA_ENTRY)) {
    for (const row of await readEntries(reader, NET_TO_MEDIA_ENTRY, { mac: 2, type: 4 })) {
      add(row.arcs[0], row.arcs.slice(1), row)
    }
  }
  return [...found.values()]
}

/** Q-BRIDGE's forwarding table, or BRIDGE-MIB's where the switch has no VLANs. */
export async function readForwarding(reader: SurveyReader): Promise<readonly SurveyForwardingEntry[]> {
  const there = await tablesThere(reader, [Q_FDB_ENTRY, D_FDB_ENTRY])
  if (there.size === 0) return []
  const found: SurveyForwardingEntry[] = []
  const add = adderTo(found, await readBridgePorts(reader))
  if (there.has(Q_FDB_ENTRY)) {
    const vlans = await readVlanOfDatabase(reader)
    for (const row of await readEntries(reader, Q_FDB_ENTRY, { port: 2, status: 3 })) {
      const [database = 0, ...octets] = row.arcs
      add(octets, vlans.get(database) ?? database, row)
    }
  }
  if (found.length === 0 && there.has(D_FDB_ENTRY)) {
    for (const row of await readEntries(reader, D_FDB_ENTRY, { port: 2, status: 3 })) add(row.arcs, undefined, row)
  }
  return found
}

/** BRIDGE-MIB's forwarding table of one VLAN, in whose context the reader asks. It asks for nothing else first. */
export async function readForwardingOf(vlan: number, reader: SurveyReader): Promise<readonly SurveyForwardingEntry[]> {
  const rows = await readEntries(reader, D_FDB_ENTRY, { port: 2, status: 3 })
  if (rows.length === 0) return []
  const found: SurveyForwardingEntry[] = []
  const add = adderTo(found, await readBridgePorts(reader))
  for (const row of rows) add(row.arcs, vlan, row)
  return found
}

type AddEntry = (octets: readonly number[], vlan: number | undefined, row: EntryRow<'port' | 'status'>) => void

function adderTo(found: SurveyForwardingEntry[], ports: ReadonlyMap<number, number>): AddEntry {
  return (octets, vlan, row) => {
    const status = FDB_STATUSES[row.number('status') ?? 0] ?? ''
    if (octets.length !== 6 || octets.some((octet) => octet > 255) || status === 'invalid' || status === '') return
    const port = row.number('port') ?? 0
    // A bridge without a table of ports counts them as its interfaces.
    const ifIndex = ports.get(port) ?? (ports.size === 0 && port > 0 ? port : undefined)
    const mac = colonHex(Uint8Array.from(octets))
    found.push({ mac, ...(vlan !== undefined && { vlan }), ...(ifIndex !== undefined && { ifIndex }), status })
  }
}

/** A database that several VLANs share stands for the first of them. */
async function readVlanOfDatabase(reader: SurveyReader): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (const { index, values } of await reader.table([Q_VLAN_FDB_ID])) {
    const database = Number(textOf(values[0]))
    const vlan = Number(index.split('.').at(-1))
    if (database > 0 && vlan > 0 && !found.has(database)) found.set(database, vlan)
  }
  return found
}
