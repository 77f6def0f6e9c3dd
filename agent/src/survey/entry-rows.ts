import type { SnmpValue } from '../snmp/snmp.ts'
import type { SurveyReader } from './reader.ts'
import { macOf, numberOf, textOf } from './value-text.ts'

/** One row of a table, its cells by the names that the reader of the table gave them. */
export type EntryRow<Name extends string> = {
  /** The part of the OID behind the column. */
  readonly index: string
  /** The index as numbers. */
  readonly arcs: readonly number[]
  cell(name: Name): SnmpValue | undefined
  text(name: Name): string
  number(name: Name): number | undefined
  mac(name: Name): string | undefined
  /** The OID of a cell, for polling it again. */
  oid(name: Name): string
}

/** Reads named columns of the conceptual row `entry`. Rows in the order of the device. */
export async function readEntries<Name extends string>(
  reader: SurveyReader,
  entry: string,
  columns: Readonly<Record<Name, number>>,
): Promise<readonly EntryRow<Name>[]> {
  const names = namesOf(columns)
  const rows = await reader.table(names.map((name) => `${entry}.${columns[name]}`))
  const places = new Map(names.map((name, place) => [name, place]))
  return rows.map(({ index, values }) => {
    const cell = (name: Name): SnmpValue | undefined => values[places.get(name) ?? -1]
    return {
      index,
      arcs: index.split('.').map(Number),
      cell,
      text: (name) => textOf(cell(name)),
      number: (name) => numberOf(cell(name)),
      mac: (name) => macOf(cell(name)),
      oid: (name) => `${entry}.${columns[name]}.${index}`,
    }
  })
}

function namesOf<Name extends string>(columns: Readonly<Record<Name, number>>): Name[] {
  const names: Name[] = []
  for (const name in columns) names.push(name)
  return names
}
