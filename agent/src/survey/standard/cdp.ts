import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface, SurveyNeighbor } from '../survey-result.ts'
import { ipOf, octetsOf, textOrHex } from '../value-text.ts'
import { readOptional } from './optional-entries.ts'

const CDP_CACHE_ENTRY = '1.3.6.1.4.1.9.9.23.1.2.1.1'
/** FDP of Foundry, Brocade and Ruckus has CDP's table under its own number, and hears CDP too. */
const FDP_CACHE_ENTRY = '1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1'
const EDP_NEIGHBOR_ENTRY = '1.3.6.1.4.1.1916.1.13.2.1'
export const CDP_TABLES = [CDP_CACHE_ENTRY, FDP_CACHE_ENTRY, EDP_NEIGHBOR_ENTRY]

/** Cisco's discovery protocol, which many others speak too. */
export async function readCdp(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyNeighbor[]> {
  const columns = { address: 4, version: 5, deviceId: 6, port: 7, platform: 8, sysName: 17 }
  const rows = await readOptional(reader, CDP_CACHE_ENTRY, columns)
  return rows.flatMap((row) => {
    const [ifIndex = 0] = row.arcs
    const name = textOrHex(row.cell('deviceId')) || row.text('sysName')
    if (name === '') return []
    return [
      {
        protocol: 'cdp',
        localIfIndex: ifIndex,
        ...localPort(ifIndex, interfaces),
        remoteSysName: name,
        remotePort: row.text('port'),
        ...defined({
          remoteSysDescr: row.text('version') || row.text('platform') || undefined,
          remotePart: modelOf(row.text('platform')),
          remoteAddress: ipOf(octetsOf(row.cell('address'))),
        }),
      },
    ]
  })
}

export async function readFdp(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyNeighbor[]> {
  const columns = { deviceId: 3, vendor: 4, port: 7, platform: 8, version: 6 }
  const rows = await readOptional(reader, FDP_CACHE_ENTRY, columns)
  return rows.flatMap((row) => {
    const [ifIndex = 0] = row.arcs
    if (row.text('deviceId') === '') return []
    return [
      {
        protocol: row.number('vendor') === 2 || /cdp/i.test(row.text('vendor')) ? 'cdp' : 'fdp',
        localIfIndex: ifIndex,
        ...localPort(ifIndex, interfaces),
        remoteSysName: row.text('deviceId'),
        remotePort: row.text('port'),
        ...defined({ remoteSysDescr: row.text('version') || undefined, remotePart: modelOf(row.text('platform')) }),
      },
    ]
  })
}

/** Extreme's discovery protocol: slot and port of the other end. */
export async function readEdp(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyNeighbor[]> {
  const rows = await readOptional(reader, EDP_NEIGHBOR_ENTRY, { name: 3, version: 4, slot: 5, port: 6 })
  return rows.flatMap((row) => {
    const [ifIndex = 0] = row.arcs
    if (row.text('name') === '') return []
    const slot = row.number('slot') ?? 0
    const remotePort = `${slot > 0 ? `${slot}:` : ''}${row.text('port')}`
    const local = { localIfIndex: ifIndex, ...localPort(ifIndex, interfaces) }
    return [{ protocol: 'edp', ...local, remoteSysName: row.text('name'), remotePort }]
  })
}

function modelOf(platform: string): { readonly model: string } | undefined {
  return platform === '' ? undefined : { model: platform }
}

function localPort(ifIndex: number, interfaces: readonly SurveyInterface[]): { readonly localPort?: string } {
  return defined({ localPort: interfaces.find((one) => one.ifIndex === ifIndex)?.name || undefined })
}
