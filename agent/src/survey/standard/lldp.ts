import type { SnmpValue } from '../../snmp/snmp.ts'
import { defined } from '../defined.ts'
import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface, SurveyNeighbor, SurveyRemotePart } from '../survey-result.ts'
import { colonHex, ipOf, octetsOf, textOf, textOrHex } from '../value-text.ts'
import { readOptional } from './optional-entries.ts'

/** LLDP-MIB (2005) and LLDP-V2-MIB (2009): the index of a remote row holds one more number in the latter. */
const GENERATIONS = [
  { root: '1.0.8802.1.1.2', localPortEntry: '1.3.7.1', remoteEntry: '1.4.1.1', manAddrEntry: '1.4.2.1', isV2: false },
  {
    root: '1.3.111.2.802.1.1.13',
    localPortEntry: '1.3.7.1',
    remoteEntry: '1.4.1.1',
    manAddrEntry: '1.4.2.1',
    isV2: true,
  },
] as const
const REMOTE = {
  ...{ chassisType: 4, chassisId: 5, portType: 6, portId: 7, portDescr: 8, sysName: 9, sysDescr: 10 },
  capabilities: 12,
}
const REMOTE_V2 = {
  ...{ chassisType: 5, chassisId: 6, portType: 7, portId: 8, portDescr: 9, sysName: 10, sysDescr: 11 },
  capabilities: 13,
}
/** LLDP-EXT-MED-MIB lldpXMedRemInventoryTable, by the index of the remote row. */
const MED_INVENTORY_ENTRY = '1.0.8802.1.1.2.1.5.4795.1.3.3.1'
const MED_COLUMNS = { hardware: 1, firmware: 2, software: 3, serial: 4, manufacturer: 5, model: 6, assetId: 7 }
export const LLDP_TABLES = [
  ...GENERATIONS.map(({ root, remoteEntry }) => `${root}.${remoteEntry}`),
  MED_INVENTORY_ENTRY,
]
/** LldpSystemCapabilitiesMap. */
const CAPABILITIES = [
  ...['other', 'repeater', 'bridge', 'wlanAccessPoint', 'router', 'telephone', 'docsisCableDevice', 'stationOnly'],
  ...['cVlanComponent', 'sVlanComponent', 'twoPortMacRelay'],
]
type RemoteRow = EntryRow<keyof typeof REMOTE>
const LOCAL = { idType: 2, id: 3, descr: 4 }

/** LldpChassisIdSubtype and LldpPortIdSubtype: their numbers differ. */
const CHASSIS = { mac: 4, address: 5 }
const PORT = { mac: 3, address: 4 }

/** What the device hears by LLDP. */
export async function readLldp(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyNeighbor[]> {
  const found: SurveyNeighbor[] = []
  for (const { root, localPortEntry, remoteEntry, manAddrEntry, isV2 } of GENERATIONS) {
    const remote = await readOptional(reader, `${root}.${remoteEntry}`, isV2 ? REMOTE_V2 : REMOTE)
    if (remote.length === 0) continue
    const parts = isV2 ? new Map<string, SurveyRemotePart>() : await readMedInventory(reader)
    const ports = isV2 ? new Map<number, LocalPort>() : await readLocalPorts(reader, `${root}.${localPortEntry}`)
    const addresses = await readManagementAddresses(reader, `${root}.${manAddrEntry}`)
    for (const row of remote) {
      const [, portNumber = 0, third] = row.arcs
      if (third === undefined) continue
      const neighbor = { ...localOf(portNumber, ports.get(portNumber), interfaces), ...remoteOf(row) }
      const remoteAddress = addresses.get(row.index)
      found.push({ protocol: 'lldp', ...neighbor, ...defined({ remoteAddress, remotePart: parts.get(row.index) }) })
    }
  }
  return found
}

type LocalPort = { readonly id: string; readonly descr: string; readonly mac: string }

async function readLocalPorts(reader: SurveyReader, entry: string): Promise<ReadonlyMap<number, LocalPort>> {
  const rows = await readEntries(reader, entry, LOCAL)
  return new Map(
    rows.map((row) => {
      const isMac = row.number('idType') === PORT.mac
      return [
        row.arcs[0] ?? 0,
        {
          id: textOrHex(row.cell('id')),
          descr: row.text('descr'),
          mac: isMac ? colonHex(octetsOf(row.cell('id'))) : '',
        },
      ]
    }),
  )
}

type LocalEnd = { readonly localIfIndex?: number; readonly localPort?: string }

/**
 * LLDP counts ports by itself: its number is often, but not always, the ifIndex. The name that the local port table
 * gives is trusted first, then the number where an interface has it.
 */
function localOf(number: number, port: LocalPort | undefined, interfaces: readonly SurveyInterface[]): LocalEnd {
  const named = port === undefined ? undefined : interfaceOf(port, number, interfaces)
  const found = named ?? interfaces.find(({ ifIndex }) => ifIndex === number)
  const localPort = found?.name || port?.id || port?.descr
  return defined({ localIfIndex: found?.ifIndex, localPort: localPort || undefined })
}

function interfaceOf(
  { id, descr, mac }: LocalPort,
  number: number,
  interfaces: readonly SurveyInterface[],
): SurveyInterface | undefined {
  const named = (text: string): SurveyInterface | undefined => {
    if (text === '') return undefined
    const all = interfaces.filter((one) => one.name === text || one.descr === text || one.alias === text)
    return all.find(({ ifIndex }) => ifIndex === number) ?? all[0]
  }
  const byMac = mac === '' ? [] : interfaces.filter((one) => one.mac === mac)
  const byIndex = /^\d{1,10}$/.test(id) ? interfaces.find(({ ifIndex }) => ifIndex === Number(id)) : undefined
  return named(id) ?? named(descr) ?? byMac.find(({ ifIndex }) => ifIndex === number) ?? only(byMac) ?? byIndex
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined
}

type RemoteEnd = Omit<SurveyNeighbor, 'protocol' | 'localIfIndex' | 'localPort'>

function remoteOf(row: RemoteRow): RemoteEnd {
  const chassis = identifier(row.cell('chassisId'), row.number('chassisType'), CHASSIS)
  return {
    remoteSysName: row.text('sysName'),
    remotePort: identifier(row.cell('portId'), row.number('portType'), PORT),
    ...defined({
      remotePortDescr: row.text('portDescr') || undefined,
      remoteChassisId: chassis || undefined,
      remoteSysDescr: row.text('sysDescr') || undefined,
      remoteCapabilities: capabilitiesOf(octetsOf(row.cell('capabilities'))),
    }),
  }
}

/** What is enabled, the first bit first; undefined where the device says nothing. */
export function capabilitiesOf(octets: Uint8Array): readonly string[] | undefined {
  const found = CAPABILITIES.filter((_, at) => ((octets[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0)
  return found.length > 0 ? found : undefined
}

async function readMedInventory(reader: SurveyReader): Promise<ReadonlyMap<string, SurveyRemotePart>> {
  const rows = await readOptional(reader, MED_INVENTORY_ENTRY, MED_COLUMNS)
  const found = new Map<string, SurveyRemotePart>()
  for (const row of rows) {
    const part: SurveyRemotePart = defined({
      manufacturer: row.text('manufacturer') || undefined,
      model: row.text('model') || undefined,
      serial: row.text('serial') || undefined,
      hardware: row.text('hardware') || undefined,
      firmware: row.text('firmware') || undefined,
      software: row.text('software') || undefined,
      assetId: row.text('assetId') || undefined,
    })
    if (Object.keys(part).length > 0) found.set(row.index, part)
  }
  return found
}

/** An identifier whose subtype says how to read its octets. */
function identifier(
  value: SnmpValue | undefined,
  subtype: number | undefined,
  kinds: { readonly mac: number; readonly address: number },
): string {
  const octets = octetsOf(value)
  if (subtype === kinds.mac && octets.length === 6) return colonHex(octets)
  // The first octet of a network address is its IANA address family.
  if (subtype === kinds.address && octets.length > 4) return ipOf(octets.subarray(1)) ?? textOrHex(value)
  return subtype === kinds.mac ? textOf(value) : textOrHex(value)
}

/** The first management address of each neighbour, by its row's index. */
async function readManagementAddresses(reader: SurveyReader, entry: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { index } of await reader.table([`${entry}.3`])) {
    const arcs = index.split('.').map(Number)
    for (const head of [3, 4]) {
      const length = arcs[head + 1] ?? -1
      const ip = arcs.length === head + 2 + length ? ipOf(arcs.slice(head + 2)) : undefined
      const row = arcs.slice(0, head).join('.')
      if (ip !== undefined && !found.has(row)) found.set(row, ip)
    }
  }
  return found
}
