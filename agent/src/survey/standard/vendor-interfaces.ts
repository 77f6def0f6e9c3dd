import { defined } from '../defined.ts'
import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface } from '../survey-result.ts'

/** A table of ports beside IF-MIB. `up` is the number that stands for up in the columns of state. */
type PortTable = {
  readonly enterprise: number
  readonly entry: string
  /** `last`: the last arc of the index is an ifIndex; `count`: ports have none and are counted from 1. */
  readonly numbering: 'last' | 'count'
  readonly up: number
  readonly columns: Readonly<Partial<Record<Field, number>>>
}
const FIELDS = {
  ...{ name: 0, alias: 0, admin: 0, oper: 0, speedMbps: 0 },
  ...{ inOctets: 0, outOctets: 0, inErrors: 0, outErrors: 0 },
}
type Field = keyof typeof FIELDS

const PORT_TABLES: readonly PortTable[] = [
  {
    // EXALINK-FUSION-MIB fusionPortTable
    ...{ enterprise: 43296, entry: '1.3.6.1.4.1.43296.3.4.1', numbering: 'count', up: 1 },
    columns: {
      // Its packet counters hold multicast too.
      ...{ name: 3, oper: 5, admin: 6, alias: 7, speedMbps: 8, inOctets: 10, inErrors: 11, outOctets: 13 },
    },
  },
  {
    // TIMETRA-VRTR-MIB vRtrIfTable: IP interfaces, which older releases leave out of IF-MIB
    ...{ enterprise: 6527, entry: '1.3.6.1.4.1.6527.3.1.2.3.4.1', numbering: 'last', up: 2 },
    columns: { name: 4, admin: 8, oper: 9, alias: 10 },
  },
  {
    // INTRUVERT-SENSOR-CONF: monitoring ports
    ...{ enterprise: 8962, entry: '1.3.6.1.4.1.8962.2.1.2.1.11.1.1', numbering: 'count', up: 1 },
    columns: { name: 1, admin: 3, oper: 4 },
  },
]

/** Ports that the device shows elsewhere than in IF-MIB. */
export async function readVendorInterfaces(
  reader: SurveyReader,
  known: readonly SurveyInterface[],
): Promise<readonly SurveyInterface[]> {
  const enterprises = await reader.enterprises()
  const taken = new Set(known.map(({ ifIndex }) => ifIndex))
  const found: SurveyInterface[] = []
  for (const table of PORT_TABLES) {
    if (!enterprises.includes(table.enterprise)) continue
    // Counted ports stand for a device without IF-MIB only: beside it their numbers would mean something else.
    if (table.numbering === 'count' && known.length > 0) continue
    for (const one of await readPorts(reader, table)) {
      if (taken.has(one.ifIndex)) continue
      taken.add(one.ifIndex)
      found.push(one)
    }
  }
  return found
}

async function readPorts(reader: SurveyReader, table: PortTable): Promise<readonly SurveyInterface[]> {
  const { name = 0 } = table.columns
  // A field without a column reads the name again, which costs nothing, and is left out below.
  const columns = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, name]))
  const rows = await readEntries(reader, table.entry, { ...FIELDS, ...columns, ...table.columns })
  return rows.flatMap((row, at) => {
    const number = (field: Field): number | undefined =>
      table.columns[field] === undefined ? undefined : row.number(field)
    const state = (field: 'admin' | 'oper'): string | undefined => {
      const value = number(field)
      return value === undefined ? undefined : value === table.up ? 'up' : 'down'
    }
    const ifIndex = table.numbering === 'count' ? at + 1 : row.arcs.at(-1)
    if (ifIndex === undefined || row.text('name') === '') return []
    const speedMbps = number('speedMbps')
    return [
      {
        ifIndex,
        name: row.text('name'),
        descr: row.text('name'),
        alias: table.columns.alias === undefined ? '' : row.text('alias'),
        ...defined({
          speedBps: speedMbps === undefined ? undefined : speedMbps * 1_000_000,
          adminStatus: state('admin'),
          operStatus: state('oper'),
          inOctets: number('inOctets'),
          outOctets: number('outOctets'),
          inErrors: number('inErrors'),
          outErrors: number('outErrors'),
        }),
      },
    ]
  })
}
