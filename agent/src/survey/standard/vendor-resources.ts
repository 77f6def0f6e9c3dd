import type { SnmpValue } from '../../snmp/snmp.ts'
import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import { percentIn, type Recipe } from '../recipe.ts'
import type { SurveyPart, SurveyPool, SurveyProcessor } from '../survey-result.ts'
import { numberOf, textOf } from '../value-text.ts'
import { type Place, parseResourceLine, type ResourceLine } from './resource-line.ts'
import { MEMORY_TABLES, PROCESSOR_TABLES, STORAGE_TABLES } from './vendor-tables.ts'

const EVIDENCE = 'vendor table'
const PROCESSORS = linesOf(PROCESSOR_TABLES)
const MEMORY = linesOf(MEMORY_TABLES)
const STORAGE = linesOf(STORAGE_TABLES)
/** A device with more boards than this lists them elsewhere. */
const MOST_ROWS = 512

/** What tells which lines apply, and how rows are named. */
export type VendorContext = { readonly sysObjectId: string; readonly inventory: readonly SurveyPart[] }

/** The load of processors out of vendors' own tables. */
export async function readVendorProcessors(
  reader: SurveyReader,
  context: VendorContext,
): Promise<readonly SurveyProcessor[]> {
  return readLines(reader, { lines: PROCESSORS, context }, (row, line) => {
    const value = row.value('value')
    if (value === undefined) return undefined
    const usage = line.idle ? 100 - value / line.divisor : value / line.divisor
    if (!(usage >= 0 && usage <= 100) || (line.busy && usage === 0)) return undefined
    const recipe = { oid: row.oid, scale: (line.idle ? -1 : 1) / line.divisor, ...(line.idle && { offset: 100 }) }
    return { name: row.name || 'Processor', usagePercent: rounded(usage), oid: row.oid, recipe, evidence: EVIDENCE }
  })
}

export async function readVendorMemory(reader: SurveyReader, context: VendorContext): Promise<readonly SurveyPool[]> {
  return readLines(reader, { lines: MEMORY, context }, (row, line) => poolOf(row, line, 'Memory'))
}

export async function readVendorStorage(reader: SurveyReader, context: VendorContext): Promise<readonly SurveyPool[]> {
  return readLines(reader, { lines: STORAGE, context }, (row, line) => poolOf(row, line, 'Storage'))
}

function poolOf(row: Row, line: ResourceLine, label: string): SurveyPool | undefined {
  const bytes = (key: string): number | undefined => {
    const value = row.value(key)
    return value === undefined || value < 0 ? undefined : value * line.unit
  }
  const [used, free] = [bytes('used'), bytes('free')]
  const total = bytes('total') ?? (used !== undefined && free !== undefined ? used + free : undefined)
  const percent = row.value('percent')
  const name = row.name || label
  const part = (key: string, scale: number): Recipe | undefined =>
    row.value(key) === undefined ? undefined : { oid: row.oidOf(key), scale }
  const recipe = defined({
    total: part('total', line.unit),
    used: part('used', line.unit),
    free: part('free', line.unit),
    percent: part('percent', 1 / line.divisor),
  })
  const source = { oid: row.oid, recipe, evidence: EVIDENCE }
  if (percent !== undefined) {
    const usedPercent = percent / line.divisor
    if (!(usedPercent >= 0 && usedPercent <= 100) || (line.busy && usedPercent === 0)) return undefined
    const totalBytes = total || undefined
    const usedBytes = totalBytes === undefined ? undefined : Math.round((totalBytes * usedPercent) / 100)
    return { name, ...defined({ totalBytes, usedBytes }), usedPercent: rounded(usedPercent), ...source }
  }
  if (!total) return undefined
  const taken = used ?? (free === undefined ? undefined : total - free)
  return taken === undefined || taken < 0 ? undefined : { name, totalBytes: total, usedBytes: taken, ...source }
}

type Row = {
  readonly name: string
  readonly oid: string
  readonly oidOf: (key: string) => string
  readonly value: (key: string) => number | undefined
}
type Lines = { readonly lines: readonly ResourceLine[]; readonly context: VendorContext }

/** Reads the lines of each enterprise that the device has: the first that gives a row wins, `+` lines come beside. */
async function readLines<T>(
  reader: SurveyReader,
  { lines, context }: Lines,
  make: (row: Row, line: ResourceLine) => T | undefined,
): Promise<readonly T[]> {
  const enterprises = await reader.enterprises()
  const wanted = lines.filter(({ enterprise }) => enterprises.includes(enterprise))
  const placed = wanted.map((line) => ({ line, places: placesOf(line, context) }))
  const roots = placed.map(
    ({ places }) => places.get(places.has('value') ? 'value' : ([...places.keys()][0] ?? ''))?.oid ?? '',
  )
  const present = await reader.present(roots.filter((oid) => oid !== '').map(parentOf))
  let found: T[] = []
  for (const enterprise of new Set(wanted.map((line) => line.enterprise))) {
    if (found.length > 0) break
    found = []
    for (const [at, { line, places }] of placed.entries()) {
      if (line.enterprise !== enterprise || !present.has(parentOf(roots[at] ?? ''))) continue
      if (found.length > 0 && !line.beside) continue
      const rows = await readRows(reader, { line, places, context })
      for (const row of rows) {
        const made = make(row, line)
        if (made !== undefined) found.push(made)
      }
    }
  }
  return found
}

type LineRows = {
  readonly line: ResourceLine
  readonly places: ReadonlyMap<string, Place>
  readonly context: VendorContext
}

async function readRows(reader: SurveyReader, { line, places, context }: LineRows): Promise<readonly Row[]> {
  const keys = [...places.keys()]
  const oids = keys.map((key) => places.get(key)?.oid ?? '')
  if ([...places.values()].every(({ isInstance }) => isInstance)) {
    const got = await reader.scalars(oids)
    if (got.size === 0) return []
    const value = (key: string): number | undefined => loadOf(got.get(places.get(key)?.oid ?? ''))
    const oidOf = (key: string): string => places.get(key)?.oid ?? ''
    return [{ name: line.label, oid: oids[0] ?? '', oidOf, value }]
  }
  const columns = keys.filter((key) => places.get(key)?.isInstance === false)
  const named = line.nameColumn === undefined ? [] : [line.nameColumn]
  const rows = await reader.table([...columns.map((key) => places.get(key)?.oid ?? ''), ...named], MOST_ROWS)
  const entities = line.entityColumn === undefined ? new Map() : await entityOf(reader, line.entityColumn)
  return rows.flatMap(({ index, values }, at) => {
    const text = named.length > 0 ? textOf(values[columns.length]) : ''
    const part = partOf(index, { line, entities, context })
    const name = text || part || line.names[at] || numbered(line.label, index)
    if (line.only !== '' && !name.includes(line.only)) return []
    if (line.not !== '' && name.includes(line.not)) return []
    const value = (key: string): number | undefined => loadOf(values[columns.indexOf(key)])
    const oidOf = (key: string): string => {
      const place = places.get(key)
      return place?.isInstance === true ? place.oid : `${place?.oid}.${index}`
    }
    return [{ name, oid: oidOf(columns[0] ?? ''), oidOf, value }]
  })
}

type Naming = {
  readonly line: ResourceLine
  readonly entities: ReadonlyMap<string, number>
  readonly context: VendorContext
}

/** The part of ENTITY-MIB that a row is about, by its index or by a column that names it. */
function partOf(index: string, { line, entities, context }: Naming): string {
  if (!line.isEntity && line.entityColumn === undefined) return ''
  const [head = '', core] = index.split('.')
  const number = line.isEntity ? Number(head) : (entities.get(head) ?? 0)
  const part = context.inventory.find((one) => one.index === number)
  const suffix = core === undefined ? '' : `${line.label || 'Core'} ${core}`
  return [part?.name ?? '', suffix].filter((word) => word !== '').join(' ')
}

async function entityOf(reader: SurveyReader, column: string): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.table([column])
  return new Map(rows.map(({ index, values: [value] }) => [index, numberOf(value) ?? 0]))
}

function numbered(label: string, index: string): string {
  return label === '' ? '' : `${label} ${index}`
}

/** FASTPATH switches give the load as text with several means: the first is the shortest one. */
function loadOf(value: SnmpValue | undefined): number | undefined {
  return percentIn(textOf(value)) ?? numberOf(value)
}

function placesOf({ places }: ResourceLine, { sysObjectId }: VendorContext): ReadonlyMap<string, Place> {
  const own = sysObjectId.replace(/^\./, '').split('.').slice(6)
  const expanded = new Map<string, Place>()
  for (const [key, { oid, isInstance }] of places) {
    // `259.{4}.1`: the first four arcs of the device's own number stand for `259.{4}`.
    const whole = oid.replace(/\.\d{1,10}\.\{(\d)\}/, (_, count: string) => `.${own.slice(0, Number(count)).join('.')}`)
    expanded.set(key, { oid: whole, isInstance })
  }
  return expanded
}

/** Presence is asked above an instance, since GETNEXT looks behind a name. */
function parentOf(oid: string): string {
  return oid.slice(0, oid.lastIndexOf('.'))
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function linesOf(table: string): readonly ResourceLine[] {
  return table.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseResourceLine(line)]))
}
