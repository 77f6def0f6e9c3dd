import { defined } from '../defined.ts'
import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface } from '../survey-result.ts'
import { LOWER_TABLES, readLower } from './lower-interfaces.ts'
import { readOptional } from './optional-entries.ts'
import { readVendorInterfaces } from './vendor-interfaces.ts'

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IF_X_ENTRY = '1.3.6.1.2.1.31.1.1.1'
const DOT3_STATS_ENTRY = '1.3.6.1.2.1.10.7.2.1'
export const INTERFACE_TABLES = [...LOWER_TABLES, DOT3_STATS_ENTRY]

const IF_COLUMNS = {
  descr: 2,
  type: 3,
  mtu: 4,
  speed: 5,
  mac: 6,
  admin: 7,
  oper: 8,
  inOctets: 10,
  inUcastPkts: 11,
  inDiscards: 13,
  inErrors: 14,
  outOctets: 16,
  outUcastPkts: 17,
  outDiscards: 19,
  outErrors: 20,
}
const IF_X_COLUMNS = {
  name: 1,
  inOctets: 6,
  inUcastPkts: 7,
  outOctets: 10,
  outUcastPkts: 11,
  highSpeed: 15,
  alias: 18,
}
type IfRow = EntryRow<keyof typeof IF_COLUMNS>
type IfXRow = EntryRow<keyof typeof IF_X_COLUMNS>

const ADMIN = ['', 'up', 'down', 'testing']
const OPER = ['', 'up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown']

const DUPLEX = [undefined, 'unknown', 'half', 'full'] as const

/** IF-MIB: every row that ifTable or ifXTable has; the numbers of either may have gaps. */
export async function readInterfaces(reader: SurveyReader): Promise<readonly SurveyInterface[]> {
  const plain = new Map((await readEntries(reader, IF_ENTRY, IF_COLUMNS)).map((row) => [row.index, row]))
  const extended = new Map((await readEntries(reader, IF_X_ENTRY, IF_X_COLUMNS)).map((row) => [row.index, row]))
  const lower = await readLower(reader)
  const duplex = await readDuplex(reader)
  const found: SurveyInterface[] = []
  for (const index of new Set([...plain.keys(), ...extended.keys()])) {
    if (!/^\d{1,10}$/.test(index)) continue
    const below = lower.get(Number(index))
    const one = interfaceOf(Number(index), plain.get(index), extended.get(index))
    found.push({ ...one, ...defined({ duplex: duplex.get(index), lower: below && [...below] }) })
  }
  return [...found, ...(await readVendorInterfaces(reader, found))]
}

function interfaceOf(ifIndex: number, row: IfRow | undefined, x: IfXRow | undefined): SurveyInterface {
  const descr = row?.text('descr') ?? ''
  return {
    ifIndex,
    name: x?.text('name') || descr,
    descr,
    alias: x?.text('alias') ?? '',
    ...defined({
      type: row?.number('type'),
      mtu: row?.number('mtu'),
      speedBps: speedOf(row?.number('speed'), x?.number('highSpeed')),
      mac: row?.mac('mac'),
      adminStatus: ADMIN[row?.number('admin') ?? 0] || undefined,
      operStatus: OPER[row?.number('oper') ?? 0] || undefined,
      inOctets: wider(x?.number('inOctets'), row?.number('inOctets')),
      outOctets: wider(x?.number('outOctets'), row?.number('outOctets')),
      inUcastPkts: wider(x?.number('inUcastPkts'), row?.number('inUcastPkts')),
      outUcastPkts: wider(x?.number('outUcastPkts'), row?.number('outUcastPkts')),
      inErrors: row?.number('inErrors'),
      outErrors: row?.number('outErrors'),
      inDiscards: row?.number('inDiscards'),
      outDiscards: row?.number('outDiscards'),
    }),
  }
}

/** The 64-bit counter, unless it stands at 0 while the 32-bit one moves: some agents have it without filling it. */
function wider(counter64: number | undefined, counter32: number | undefined): number | undefined {
  return counter64 ? counter64 : (counter32 ?? counter64)
}

/** ifHighSpeed in Mbit/s where it says something: ifSpeed ends at 4.29 Gbit/s. */
function speedOf(speed: number | undefined, highSpeed: number | undefined): number | undefined {
  return highSpeed ? highSpeed * 1_000_000 : speed
}

/** EtherLike-MIB dot3StatsDuplexStatus. */
async function readDuplex(reader: SurveyReader): Promise<ReadonlyMap<string, 'unknown' | 'half' | 'full'>> {
  const found = new Map<string, 'unknown' | 'half' | 'full'>()
  for (const row of await readOptional(reader, DOT3_STATS_ENTRY, { duplex: 19 })) {
    const duplex = DUPLEX[row.number('duplex') ?? 0]
    if (duplex !== undefined) found.set(row.index, duplex)
  }
  return found
}
