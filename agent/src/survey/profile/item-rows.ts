import type { SnmpValue } from '../../snmp/snmp.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveySoFar } from '../survey-source.ts'
import { numberOf, textOf } from '../value-text.ts'
import type { RowItem } from './profile-schema.ts'
import { listOf } from './profile-set.ts'

/** One row that a profile's item speaks of: its cells by column number, and its name. */
export type ItemRow = {
  readonly index: string
  readonly name: string
  cell(column: number): SnmpValue | undefined
}

/** More rows than this of one table are left unread. */
const MAX_ROWS = 2_000
const PLACEHOLDER = /\{([a-z]+|\d+)(?:\.(\d+))?\}/g

/** The rows of an item's table that its conditions hold for. */
export async function itemRows(
  item: RowItem & { readonly table: string },
  columns: readonly number[],
  context: { readonly reader: SurveyReader; readonly soFar: SurveySoFar },
): Promise<readonly ItemRow[]> {
  const { reader, soFar } = context
  if (!(await reader.present([item.table])).has(item.table)) return []
  const template = typeof item.name === 'object' ? `{${item.name.column}}` : (item.name ?? '{index}')
  const wanted = [...new Set([...columns, ...columnsIn(template), ...conditionColumns(item)])]
  const rows = await reader.table(
    wanted.map((column) => `${item.table}.${column}`),
    MAX_ROWS,
  )
  const joins = await readJoins(item, reader)
  const names = { interfaces: interfaceNames(soFar), parts: partNames(soFar), joins }
  return rows.flatMap(({ index, values }): readonly ItemRow[] => {
    const cell = (column: number): SnmpValue | undefined => values[wanted.indexOf(column)]
    if (!conditionsHold(item, index, cell)) return []
    return [{ index, cell, name: filled(template, { index, cell, names }) }]
  })
}

type Cell = (column: number) => SnmpValue | undefined
type Names = {
  readonly interfaces: ReadonlyMap<number, string>
  readonly parts: ReadonlyMap<number, string>
  readonly joins: ReadonlyMap<string, (index: readonly string[]) => string>
}

/** The template with its placeholders filled in; words that stay empty leave no double blanks. */
function filled(template: string, at: { index: string; cell: Cell; names: Names }): string {
  const { index, cell, names } = at
  const arcs = index.split('.')
  const text = template.replace(PLACEHOLDER, (_all, word: string, place: string | undefined) => {
    const arc = arcs[Number(place ?? 1) - 1] ?? ''
    if (/^\d+$/.test(word)) return textOf(cell(Number(word)))
    if (word === 'index') return place === undefined ? index : arc
    if (word === 'if') return names.interfaces.get(Number(arc)) ?? arc
    if (word === 'part') return names.parts.get(Number(arc)) ?? arc
    return names.joins.get(word)?.(arcs) ?? ''
  })
  return text.replace(/\s+/g, ' ').trim() || index
}

function columnsIn(template: string): readonly number[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, word = '']) => (/^\d+$/.test(word) ? [Number(word)] : []))
}

function conditionColumns({ where, except }: RowItem): readonly number[] {
  return [...Object.keys(where ?? {}), ...Object.keys(except ?? {})].filter((key) => /^\d+$/.test(key)).map(Number)
}

function conditionsHold({ where, except }: RowItem, index: string, cell: Cell): boolean {
  const isOne = (column: string, allowed: Allowed): boolean => {
    const part = /^index\.(\d+)$/.exec(column)?.[1]
    if (part !== undefined) return listOf(allowed).some((one) => String(one) === index.split('.')[Number(part) - 1])
    const value = cell(Number(column))
    return listOf(allowed).some((one) => (typeof one === 'number' ? numberOf(value) === one : textOf(value) === one))
  }
  return (
    Object.entries(where ?? {}).every(([column, allowed]) => isOne(column, allowed)) &&
    !Object.entries(except ?? {}).some(([column, denied]) => isOne(column, denied))
  )
}

type Allowed = number | string | readonly (number | string)[]

async function readJoins(item: RowItem, reader: SurveyReader): Promise<Names['joins']> {
  const joins = new Map<string, (index: readonly string[]) => string>()
  for (const [word, { column, index }] of Object.entries(item.join ?? {})) {
    const rows = await reader.table([column], MAX_ROWS)
    const texts = new Map(rows.map((row) => [row.index, textOf(row.values[0])]))
    joins.set(word, (arcs) => texts.get((index?.map((place) => arcs[place - 1] ?? '') ?? arcs).join('.')) ?? '')
  }
  return joins
}

function interfaceNames({ interfaces }: SurveySoFar): ReadonlyMap<number, string> {
  return new Map(interfaces.map(({ ifIndex, name, descr }) => [ifIndex, name || descr]))
}

function partNames({ inventory }: SurveySoFar): ReadonlyMap<number, string> {
  return new Map(inventory.map(({ index, name, descr }) => [index, name || (descr ?? '')]))
}
