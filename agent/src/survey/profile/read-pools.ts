import { defined } from '../defined.ts'
import type { Recipe } from '../recipe.ts'
import type { SurveyPool, SurveyProcessor } from '../survey-result.ts'
import { numberOf } from '../value-text.ts'
import { type ItemRow, itemRows } from './item-rows.ts'
import type { PoolItem, ProcessorItem, RowItem } from './profile-schema.ts'
import type { ProfileContext } from './read-sensors.ts'

type Source = number | string | undefined
/** Reads a source of the item in one row, or as a scalar. */
type Read = (source: Source) => number | undefined
type Place = { readonly read: Read; readonly name: string; oidOf(source: Source): string | undefined }

/** The processors that one item finds. */
export async function readProcessorItem(
  item: ProcessorItem,
  context: ProfileContext,
): Promise<readonly SurveyProcessor[]> {
  const { usage, idle, divisor = 1 } = item
  const found: SurveyProcessor[] = []
  for (const { read, name, oidOf } of await places(item, [usage, idle], context)) {
    const raw = read(usage ?? idle)
    if (raw === undefined) continue
    const percent = usage === undefined ? 100 - raw / divisor : raw / divisor
    if (percent < 0 || percent > 100) continue
    const oid = oidOf(usage ?? idle)
    const scale = (usage === undefined ? -1 : 1) / divisor
    const recipe = oid && { recipe: { oid, scale, ...(usage === undefined && { offset: 100 }) } }
    const source = { ...(oid !== undefined && { oid }), ...(recipe || {}), evidence: context.evidence }
    found.push({ name, usagePercent: tidy(percent), ...source })
  }
  return found
}

/** The memory or storage that one item finds. */
export async function readPoolItem(item: PoolItem, context: ProfileContext): Promise<readonly SurveyPool[]> {
  const { total, used, free, percent, percentFree, unit, divisor = 1 } = item
  const unitColumn = typeof unit === 'object' ? unit.column : undefined
  const sources = [total, used, free, percent, percentFree, unitColumn]
  const found: SurveyPool[] = []
  for (const { read, name, oidOf } of await places(item, sources, context)) {
    const size = typeof unit === 'number' ? unit : (read(unitColumn) ?? 1)
    const octets = (source: Source): number | undefined => scaled(read(source), size)
    const share = scaled(read(percent), 1 / divisor) ?? rest(read(percentFree), divisor)
    const pool = poolOf({ total: octets(total), used: octets(used), free: octets(free), share })
    const oid = oidOf(used ?? free ?? percent ?? percentFree)
    const part = (source: Source, scale: number): Recipe | undefined => {
      const at = oidOf(source)
      return at === undefined || read(source) === undefined ? undefined : { oid: at, scale }
    }
    const left = part(percentFree, -1 / divisor)
    const recipe = defined({
      total: part(total, size),
      used: part(used, size),
      free: part(free, size),
      percent: part(percent, 1 / divisor) ?? (left && { ...left, offset: 100 }),
    })
    const source = { ...(oid !== undefined && { oid }), recipe, evidence: context.evidence }
    if (pool !== undefined) found.push({ name, ...pool, ...source })
  }
  return found
}

type Told = { total: number | undefined; used: number | undefined; free: number | undefined; share: number | undefined }

function poolOf({ total, used, free, share }: Told): Omit<SurveyPool, 'name'> | undefined {
  const whole = total ?? (used !== undefined && free !== undefined ? used + free : undefined)
  const taken =
    used ??
    (whole !== undefined && free !== undefined ? whole - free : undefined) ??
    (whole !== undefined && share !== undefined ? (whole * share) / 100 : undefined)
  if (whole !== undefined && whole > 0 && taken !== undefined && taken >= 0) {
    return { totalBytes: whole, usedBytes: tidy(taken), usedPercent: tidy((100 * taken) / whole) }
  }
  return share === undefined || share < 0 || share > 100 ? undefined : { usedPercent: tidy(share) }
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function rest(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : 100 - value / divisor
}

function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

/** Each row of the item's table, or the device itself where the item names instances. */
async function places(item: RowItem, sources: readonly Source[], context: ProfileContext): Promise<readonly Place[]> {
  const scalars = sources.flatMap((source) => (typeof source === 'string' ? [source] : []))
  const values = await context.reader.scalars(scalars)
  const scalar = (source: Source): number | undefined =>
    typeof source === 'string' ? numberOf(values.get(source)) : undefined
  const { table } = item
  if (table === undefined) {
    const name = typeof item.name === 'string' ? item.name : 'System'
    return [{ name, read: scalar, oidOf: (source) => (typeof source === 'string' ? source : undefined) }]
  }
  const columns = sources.flatMap((source) => (typeof source === 'number' ? [source] : []))
  const rows = await itemRows({ ...item, table }, columns, context)
  return rows.map((row) => ({
    name: row.name,
    read: (source) => (typeof source === 'number' ? numberOf(row.cell(source)) : scalar(source)),
    oidOf: (source) => oidIn(table, row, source),
  }))
}

function oidIn(table: string, row: ItemRow, source: Source): string | undefined {
  return typeof source === 'number' ? `${table}.${source}.${row.index}` : source
}
