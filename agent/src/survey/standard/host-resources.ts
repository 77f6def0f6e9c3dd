import { defined } from '../defined.ts'
import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { Recipe } from '../recipe.ts'
import type { SurveyPool, SurveyProcessor } from '../survey-result.ts'
import { textOf } from '../value-text.ts'

const HR_STORAGE_ENTRY = '1.3.6.1.2.1.25.2.3.1'
const HR_PROCESSOR_LOAD = '1.3.6.1.2.1.25.3.3.1'
const HR_DEVICE_DESCR = '1.3.6.1.2.1.25.3.2.1'
const STORAGE_COLUMNS = { type: 2, descr: 3, units: 4, size: 5, used: 6 }
type StorageRow = EntryRow<keyof typeof STORAGE_COLUMNS>

/** hrStorageTypes by their last arc. */
const RAM = 2
const VIRTUAL_MEMORY = 3
const OPTICAL = 7
const EVIDENCE = 'standard HOST-RESOURCES-MIB'
/** net-snmp, Windows and others call memory so, under whatever type. */
const MEMORY_NAME =
  /^(?:physical|virtual|real|cached|shared|shared virtual|shared real|available|swap|heap|kernel|system|free|used|main)?[ _-]?(?:memory(?: buffers| cache)?|ram|swap space|swap)$|packet (?:descriptors|buffers)$/i
/** FreeBSD's kernel zones, and memory that the kernel shows as file systems. */
const NOT_STORAGE =
  /^(?:UMA|MALLOC|MBUF): |^(?:devfs|procfs|linsysfs|linprocfs|fdescfs)\b|^\/(?:dev|proc|sys|kern)$|^\/(?:sys|proc|run\/user)\//i
const MOST_PERCENT = 100

/** hrProcessorTable: a row per processor or core. */
export async function readHostProcessors(reader: SurveyReader): Promise<readonly SurveyProcessor[]> {
  const rows = await readEntries(reader, HR_PROCESSOR_LOAD, { load: 2 })
  if (rows.length === 0) return []
  const names = await reader.scalars(rows.map(({ index }) => `${HR_DEVICE_DESCR}.3.${index}`))
  return rows.flatMap((row, at) => {
    const usagePercent = row.number('load')
    if (usagePercent === undefined || usagePercent < 0 || usagePercent > MOST_PERCENT) return []
    const descr = names.get(`${HR_DEVICE_DESCR}.3.${row.index}`)
    const name = descr === undefined ? '' : textOf(descr)
    const oid = row.oid('load')
    const recipe = { oid, scale: 1 }
    return [{ name: name || `Processor ${at + 1}`, usagePercent, oid, recipe, evidence: EVIDENCE }]
  })
}

export type HostPools = { readonly memory: readonly SurveyPool[]; readonly storage: readonly SurveyPool[] }

/** hrStorageTable: memory of all kinds, and file systems. */
export async function readHostPools(reader: SurveyReader): Promise<HostPools> {
  const rows = (await readEntries(reader, HR_STORAGE_ENTRY, STORAGE_COLUMNS)).map(sized)
  const memory = rows.filter((row) => isMemory(row) && row.total > 0 && !NOT_STORAGE.test(row.name))
  const buffered = memory.filter(({ name }) => /buffers|cached/i.test(name))
  return {
    memory: memory.map((row) => poolOf(row, /physical|real/i.test(row.name) ? buffered : [])),
    storage: rows
      .filter((row) => !isMemory(row) && row.kind !== OPTICAL && row.total > 0 && !NOT_STORAGE.test(row.name))
      .map((row) => poolOf(row, [])),
  }
}

type SizedRow = { name: string; kind: number; total: number; used: number; recipe: { total: Recipe; used: Recipe } }

function sized(row: StorageRow): SizedRow {
  const units = Math.max(1, row.number('units') ?? 1)
  const part = (column: 'size' | 'used'): Recipe => ({ oid: row.oid(column), scale: units, isUnsigned: true })
  return {
    name: row.text('descr'),
    kind: Number(/^1\.3\.6\.1\.2\.1\.25\.2\.1\.(\d{1,3})$/.exec(row.text('type'))?.[1] ?? 0),
    total: unsigned(row.number('size')) * units,
    used: unsigned(row.number('used')) * units,
    recipe: { total: part('size'), used: part('used') },
  }
}

function isMemory({ kind, name }: SizedRow): boolean {
  return kind === RAM || kind === VIRTUAL_MEMORY || MEMORY_NAME.test(name)
}

/** What the kernel keeps in buffers and caches is not in use: it gives it back when asked. */
function poolOf({ name, total, used, recipe }: SizedRow, buffered: readonly SizedRow[]): SurveyPool {
  const keeps = buffered.reduce((sum, one) => sum + one.used, 0)
  const usedBytes = used > keeps ? used - keeps : used
  const kept = buffered.map((one) => one.recipe.used)
  return {
    name,
    ...defined({ totalBytes: total, usedBytes }),
    oid: recipe.used.oid,
    recipe: { ...recipe, kept },
    evidence: EVIDENCE,
  }
}

/** Integer32 overflows at 2^31 units; agents then show negative sizes. */
function unsigned(value: number | undefined): number {
  return value === undefined ? 0 : value < 0 ? value + 2 ** 32 : value
}
