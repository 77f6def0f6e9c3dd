import type { SnmpValue, TableRow } from '../../snmp/snmp.ts'
import { converted, type Recipe } from '../recipe.ts'
import type { SurveySensor } from '../survey-result.ts'
import { numberOf, textOf } from '../value-text.ts'
import type { Candidate } from './classify-group.ts'
import type { Conversion, Evidence, FixedRule, RowTypeRule } from './column-rule.ts'
import { isOutOfOrder } from './limit-columns.ts'
import type { ObjectFact } from './object-fact.ts'
import { isAbsentAtZero, isPlausible, isSentinel, scaleByValues } from './plausible.ts'
import { measureOfLabel } from './row-type.ts'
import { sensorName } from './sensor-name.ts'
import { unitOf } from './units.ts'

/** Rows of one group as read: scalars are one row with index `0`. */
export type ReadRows = { readonly columns: readonly ObjectFact[]; readonly rows: readonly TableRow[] }

/** What names a row when the table has no text for it. */
export type RowNames = (index: string) => string | undefined

export type Finding = { readonly sensor: SurveySensor; readonly isSure: boolean; readonly fact: ObjectFact }

/** One measurement before it is named. */
type Reading = { kind: string; value: number; evidence: Evidence; isSure: boolean; how: Omit<Recipe, 'oid'> }

/** The columns that must be read for these candidates, each once. */
export function columnsFor(candidates: readonly Candidate[]): readonly ObjectFact[] {
  const wanted = new Set<ObjectFact>()
  for (const { fact, rule, nameColumn, limits, healthColumn } of candidates) {
    wanted.add(fact)
    for (const other of [nameColumn, limits?.low, limits?.high, healthColumn]) {
      if (other !== undefined) wanted.add(other)
    }
    if (rule.rule !== 'row type') continue
    for (const other of [rule.typeColumn, rule.unitColumn, rule.scaleColumn, rule.digitsColumn]) {
      if (other !== undefined) wanted.add(other)
    }
  }
  return [...wanted]
}

/** The sensors in rows that were read: scaled, named, without what cannot be a reading. */
export function sensorsIn(candidates: readonly Candidate[], read: ReadRows, names: RowNames): readonly Finding[] {
  const places = new Map(read.columns.map((fact, place) => [fact, place]))
  const cell = (row: TableRow, fact: ObjectFact | undefined): SnmpValue | undefined =>
    fact === undefined ? undefined : row.values[places.get(fact) ?? -1]
  const isDead = deadRows(candidates, read, cell)
  return candidates.flatMap((candidate) => {
    const measure = measurer(candidate, read, cell)
    return read.rows.flatMap((row): readonly Finding[] => {
      if (candidate.rule.rule !== 'state' && isDead(row)) return []
      const value = cell(row, candidate.fact)
      const raw = isNumber(value) ? numberOf(value) : undefined
      const reading = raw === undefined ? undefined : measure(row, raw, isWritten(value))
      if (reading === undefined || isBroken(candidate, row, cell)) return []
      const rowName = textOf(cell(row, candidate.nameColumn)) || names(row.index)
      const limits = limitsOf(candidate, { row, raw: raw ?? 0, value: reading.value, cell })
      return [finding(candidate, { row, reading, rowName, limits, isAlone: candidates.length === 1 })]
    })
  })
}

function isBroken({ healthColumn }: Candidate, row: TableRow, cell: Cell): boolean {
  return healthColumn !== undefined && isOutOfOrder(healthColumn, numberOf(cell(row, healthColumn)))
}

type Measured = { row: TableRow; raw: number; value: number; cell: Cell }

/** Limits in the scale that the reading has; what is no limit (zero, a number for "none") is left out. */
function limitsOf({ rule, limits }: Candidate, { row, raw, value, cell }: Measured): Limits {
  if (limits === undefined || rule.rule !== 'fixed' || rule.conversion !== 'linear' || raw === 0) return {}
  const told = (column: ObjectFact | undefined): number | undefined => {
    const limit = numberOf(cell(row, column))
    if (limit === undefined || limit === 0 || isSentinel(limit)) return undefined
    const scaled = Number(((limit * value) / raw).toPrecision(12))
    return isPlausible(rule.kind, scaled) ? scaled : undefined
  }
  const low = told(limits.low)
  const high = told(limits.high)
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
}

/** Rows of an empty cage or an absent module: of several measures, none but a power level shows anything. */
function deadRows(candidates: readonly Candidate[], read: ReadRows, cell: Cell): (row: TableRow) => boolean {
  const measures = candidates.filter(({ rule }) => rule.rule === 'fixed' && rule.kind !== 'dbm')
  if (measures.length < 2 || read.columns[0]?.kind !== 'column') return () => false
  const dead = new Set<TableRow>()
  for (const row of read.rows) {
    const values = measures.flatMap(({ fact }) => numberOf(cell(row, fact)) ?? [])
    if (values.every((value) => value <= 0 || isSentinel(value))) dead.add(row)
  }
  return (row) => dead.has(row)
}

type Limits = Pick<SurveySensor, 'low' | 'high'>
type Named = { row: TableRow; reading: Reading; rowName: string | undefined; limits: Limits; isAlone: boolean }

function finding({ fact }: Candidate, { row, reading, rowName, limits, isAlone }: Named): Finding {
  const { kind, value, evidence, isSure, how } = reading
  const unit = unitOf(kind)
  const sensor: SurveySensor = {
    kind,
    name: sensorName({ fact, kind, rowName, index: row.index, isAlone }),
    value,
    ...(unit !== undefined && { unit }),
    oid: `${fact.oid}.${row.index}`,
    recipe: { oid: `${fact.oid}.${row.index}`, ...how },
    object: fact.oid,
    ...(kind === 'state' && fact.labels.length > 0 && { states: Object.fromEntries(fact.labels) }),
    ...limits,
    evidence,
  }
  return { sensor, isSure, fact }
}

/** A table of states with more rows than this is no list of fans, supplies and modules. */
const MOST_STATE_ROWS = 48
/** The same where the name does not say that it is about hardware. */
const MOST_DOUBTFUL_ROWS = 24
const MOST_PLAIN_STATE = 32

type Cell = (row: TableRow, fact: ObjectFact | undefined) => SnmpValue | undefined
/** `isWritten`: the number came as text with its point, so that no scale of the MIB applies to it. */
type Measure = (row: TableRow, raw: number, isWritten: boolean) => Reading | undefined

function measurer({ fact, rule }: Candidate, read: ReadRows, cell: Cell): Measure {
  if (rule.rule === 'state') {
    const known = new Set(fact.labels.map(([value]) => value))
    const { evidence } = rule
    const most = rule.isSure ? MOST_STATE_ROWS : MOST_DOUBTFUL_ROWS
    const isSure = rule.isSetting !== true && read.rows.length <= most
    const isKnown = (raw: number): boolean => (known.size > 0 ? known.has(raw) : raw >= 0 && raw <= MOST_PLAIN_STATE)
    return (_row, raw) =>
      isKnown(raw) ? { kind: 'state', value: raw, evidence, isSure, how: { scale: 1 } } : undefined
  }
  if (rule.rule === 'fixed') return fixedMeasurer(fact, rule, valuesOf(fact, read, cell))
  const fallback = rule.fallback && fixedMeasurer(fact, rule.fallback, valuesOf(fact, read, cell))
  return (row, raw, isWritten) => byRowType(rule, { row, raw, cell }) ?? fallback?.(row, raw, isWritten)
}

/** Text is a reading only where it is one number, with a unit behind it or not: no address, date or version. */
function isNumber(value: SnmpValue | undefined): boolean {
  return value?.kind !== 'octets' || /^[\s"]{0,8}[+-]?\d{1,20}(?:[.,]\d{1,15})?(?![\d.,:/-])/.test(textOf(value))
}

function isWritten(value: SnmpValue | undefined): boolean {
  return value?.kind === 'octets' && /\d\.\d/.test(textOf(value))
}

function valuesOf(fact: ObjectFact, read: ReadRows, cell: Cell): readonly number[] {
  return read.rows.flatMap((row) => numberOf(cell(row, fact)) ?? [])
}

function fixedMeasurer(fact: ObjectFact, rule: FixedRule, values: readonly number[]): Measure {
  const { kind, conversion, evidence, isSure } = rule
  const isStated = evidence === 'unit stated by MIB'
  const isDescribed = evidence === 'unit from description' && rule.isScaleKnown
  const isKnown = conversion !== 'linear' || (rule.isScaleKnown && !isDescribed)
  const scale = isKnown ? rule.scale : scaleByValues({ kind, scale: rule.scale, name: fact.name, isDescribed }, values)
  return (_row, raw, isWritten) => {
    const value = isSentinel(raw) ? undefined : convert(raw, isWritten && !isStated ? 1 : scale, conversion)
    const how = { scale, conversion: FORMULAS[conversion], writtenScale: isStated ? scale : 1 }
    return value === undefined ? undefined : checked({ kind, value, evidence, isSure, how }, mayBeAbsent(fact))
  }
}

/** RFC 1628 has only rows of lines that there are: a zero there is a reading. */
function mayBeAbsent({ kind, oid }: ObjectFact): boolean {
  return kind === 'column' && !oid.startsWith('1.3.6.1.2.1.33.')
}

function checked(reading: Reading, isColumn = true): Reading | undefined {
  if (!isPlausible(reading.kind, reading.value)) return undefined
  if (reading.value === 0 && isColumn && isAbsentAtZero(reading.kind)) return { ...reading, isSure: false }
  return reading
}

const FORMULAS = { linear: 'linear', fahrenheit: 'F', milliwatt: 'mW' } as const satisfies Record<Conversion, string>

/** Rounded to what a double says, so that 0.1 times 3 is 0.3. */
export function convert(raw: number, scale: number, conversion: Conversion): number | undefined {
  return converted(Number((raw * scale).toPrecision(12)), FORMULAS[conversion])
}

const SCALE_EXPONENTS: Readonly<Record<string, number>> = {
  yocto: -24,
  zepto: -21,
  atto: -18,
  femto: -15,
  pico: -12,
  nano: -9,
  micro: -6,
  milli: -3,
  centi: -2,
  deci: -1,
  units: 0,
  deca: 1,
  hecto: 2,
  kilo: 3,
  mega: 6,
  giga: 9,
}
const MOST_DIGITS = 9

function byRowType(rule: RowTypeRule, at: { row: TableRow; raw: number; cell: Cell }): Reading | undefined {
  const { row, raw, cell } = at
  const label = labelOf(rule.typeColumn, cell(row, rule.typeColumn))
  const measured = measureOfLabel(label) ?? measureOfLabel(textOf(cell(row, rule.unitColumn)))
  if (measured === undefined || isSentinel(raw)) return undefined
  const unit = rule.unitColumn && measureOfLabel(textOf(cell(row, rule.unitColumn)))
  const scaleLabel = labelOf(rule.scaleColumn, cell(row, rule.scaleColumn))
  const digits = numberOf(cell(row, rule.digitsColumn)) ?? 0
  const power = (SCALE_EXPONENTS[scaleLabel] ?? 0) - (Math.abs(digits) <= MOST_DIGITS ? digits : 0)
  const scale = rule.scale * (unit?.kind === measured.kind ? unit.scale : measured.scale) * 10 ** power
  const conversion = measured.isFahrenheit || unit?.isFahrenheit === true ? 'fahrenheit' : 'linear'
  const value = convert(raw, scale, conversion)
  if (value === undefined) return undefined
  const how = { scale, conversion: FORMULAS[conversion] }
  // A supply that gives nothing at the moment says so; an absent one has no row.
  return checked({ kind: measured.kind, value, evidence: 'type column', isSure: true, how }, measured.kind !== 'power')
}

function labelOf(fact: ObjectFact | undefined, value: SnmpValue | undefined): string {
  const number = numberOf(value)
  return fact?.labels.find(([known]) => known === number)?.[1] ?? ''
}
