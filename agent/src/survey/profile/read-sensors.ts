import type { SnmpValue } from '../../snmp/snmp.ts'
import type { SurveyReader } from '../reader.ts'
import { type Recipe, readingOf } from '../recipe.ts'
import { isPlausible, isSentinel, unitOf } from '../sensors/sensors.ts'
import type { SurveySensor } from '../survey-result.ts'
import type { SurveySoFar } from '../survey-source.ts'
import { numberOf, textOf } from '../value-text.ts'
import { type ItemRow, itemRows } from './item-rows.ts'
import type { SensorItem } from './profile-schema.ts'
import { parseReadingText, type ReadingText } from './reading-text.ts'
import { rowKindOf } from './row-kind.ts'

export type ProfileContext = {
  readonly reader: SurveyReader
  readonly soFar: SurveySoFar
  /** `profile mikrotik-routeros`. */
  readonly evidence: string
  /** Words for the values of a column, by the MIB. */
  readonly labelsOf: LabelsOf
}
export type LabelsOf = (oid: string) => Promise<ReadonlyMap<number, string> | undefined>

/** The sensors that one item of a profile finds on the device. */
export async function readSensorItem(item: SensorItem, context: ProfileContext): Promise<readonly SurveySensor[]> {
  const fromScalars = await readScalars(item, context)
  const { table } = item
  if (table === undefined) return fromScalars
  const readings = columnReadings(item)
  const columns = [...readings.keys(), ...extraColumns(item)]
  const rows = await itemRows({ ...item, table }, columns, context)
  const digits = await foreignDigits(item, context)
  const rowKind = rowKindOf(item)
  const found: SurveySensor[] = [...fromScalars]
  for (const [column, reading] of readings) {
    const oid = `${table}.${column}`
    const states = await statesOf(item, oid, context)
    for (const row of rows) {
      const told = reading ?? rowKind(row)
      if (told === undefined) continue
      const scaled = { ...told, scale: told.scale / 10 ** (digits.get(row.index) ?? 0) }
      const raw = rawOf(item, row.cell(column))
      const sensor = sensorOf({ item, told: scaled, raw, row, oid: `${oid}.${row.index}` })
      if (sensor !== undefined) found.push({ ...sensor, ...stateWords(told.kind, states), evidence: context.evidence })
    }
  }
  return found
}

/** Digits behind the point that stand in another table, by index. */
async function foreignDigits({ digits }: SensorItem, { reader }: ProfileContext): Promise<ReadonlyMap<string, number>> {
  if (digits === undefined || !('oid' in digits)) return new Map()
  const rows = await reader.table([digits.oid])
  return new Map(rows.flatMap(({ index, values: [value] }) => pairOf(index, numberOf(value))))
}

function pairOf(index: string, digits: number | undefined): readonly (readonly [string, number])[] {
  return digits === undefined || Math.abs(digits) > MOST_POWER ? [] : [[index, digits]]
}

async function readScalars(item: SensorItem, context: ProfileContext): Promise<readonly SurveySensor[]> {
  const wanted = Object.entries(item.scalars ?? {})
  const got = await context.reader.scalars(wanted.map(([oid]) => oid))
  const found: SurveySensor[] = []
  for (const [oid, text] of wanted) {
    const told = parseReadingText(text)
    const sensor = sensorOf({ item, told, raw: rawOf(item, got.get(oid)), row: undefined, oid })
    if (sensor === undefined) continue
    const states = told.kind === 'state' ? await statesOf(item, oid.replace(/\.\d+$/, ''), context) : undefined
    found.push({ ...sensor, ...stateWords(told.kind, states), evidence: context.evidence })
  }
  return found
}

/** Column to what it measures; undefined where the row says it. */
function columnReadings(item: SensorItem): ReadonlyMap<number, ReadingText | undefined> {
  const readings = new Map<number, ReadingText | undefined>()
  for (const [column, text] of Object.entries(item.columns ?? {})) {
    readings.set(Number(column), parseReadingText(text))
  }
  const { value, kind } = item
  if (value !== undefined) readings.set(value.column, typeof kind === 'string' ? parseReadingText(kind) : undefined)
  return readings
}

function extraColumns({ kind, exponent, digits, divisor, factor, low, high }: SensorItem): readonly number[] {
  const sources = [typeof kind === 'object' ? kind : undefined, exponent, digits, divisor, factor, low, high]
  return sources.flatMap((source) => (typeof source === 'object' && 'column' in source ? [source.column] : []))
}

/** The number of a value, or what the profile has for its words. */
function rawOf({ values }: SensorItem, value: SnmpValue | undefined): number | undefined {
  return values === undefined ? numberOf(value) : (values[textOf(value)] ?? numberOf(value))
}

type Measured = { item: SensorItem; told: ReadingText; raw: number | undefined; row: ItemRow | undefined; oid: string }

function sensorOf({ item, told, raw, row, oid }: Measured): Omit<SurveySensor, 'evidence'> | undefined {
  if (raw === undefined || item.skip?.includes(raw) === true) return undefined
  const isCounted = told.kind === 'state' || told.kind === 'count'
  if (!isCounted && item.skip === undefined && isSentinel(raw)) return undefined
  const scale = told.scale * rowScale(item, row)
  const recipe = recipeOf(item, { told, scale, oid })
  const value = readingOf(recipe, raw)
  if (value === undefined || !isPlausible(told.kind, value)) return undefined
  const unit = unitOf(told.kind)
  const label = told.label || (row === undefined ? told.kind : '')
  const low = limitOf(item.low, row, scale)
  const high = limitOf(item.high, row, scale)
  return {
    kind: told.kind,
    name: `${row?.name ?? ''} ${label}`.trim(),
    value,
    oid,
    recipe,
    object: row === undefined ? oid : oid.slice(0, -row.index.length - 1),
    ...(unit !== undefined && { unit }),
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
  }
}

function recipeOf(
  { values, skip }: SensorItem,
  { told, scale, oid }: { told: ReadingText; scale: number; oid: string },
): Recipe {
  const conversion = told.conversion
  return { oid, scale, conversion, ...(values !== undefined && { words: values }), ...(skip !== undefined && { skip }) }
}

const MOST_POWER = 24

function rowScale({ divisor = 1, exponent, digits, factor }: SensorItem, row: ItemRow | undefined): number {
  let power = 0
  const by = factor === undefined ? 1 : (numberOf(row?.cell(factor.column)) ?? 1)
  const size = by === 0 ? 1 : by < 0 ? -1 / by : by
  if (row !== undefined && exponent !== undefined) {
    const raw = numberOf(row.cell(exponent.column)) ?? 0
    power += exponent.map === undefined ? raw : (exponent.map[String(raw)] ?? 0)
  }
  if (row !== undefined && digits !== undefined && 'column' in digits) power -= numberOf(row.cell(digits.column)) ?? 0
  const parts = typeof divisor === 'number' ? divisor : numberOf(row?.cell(divisor.column)) || 1
  return Math.abs(power) > MOST_POWER ? Number.NaN : (size * 10 ** power) / parts
}

function limitOf(limit: SensorItem['low'], row: ItemRow | undefined, scale: number): number | undefined {
  if (typeof limit === 'number' || limit === undefined) return limit
  const raw = numberOf(row?.cell(limit.column))
  return raw === undefined || isSentinel(raw) ? undefined : Number((raw * scale).toPrecision(12))
}

function stateWords(kind: string, states: Readonly<Record<number, string>> | undefined) {
  return kind === 'state' && states !== undefined ? { states } : {}
}

async function statesOf(item: SensorItem, oid: string, { labelsOf }: ProfileContext) {
  if (item.states === undefined && item.values !== undefined) {
    return Object.fromEntries(Object.entries(item.values).map(([word, value]) => [value, word]))
  }
  if (item.states !== undefined) {
    return Object.fromEntries(Object.entries(item.states).map(([value, word]) => [Number(value), word]))
  }
  const labels = await labelsOf(oid)
  return labels === undefined ? undefined : Object.fromEntries(labels)
}
