import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { Recipe } from '../recipe.ts'
import type { SurveyPool, SurveyProcessor } from '../survey-result.ts'
import { numberOf } from '../value-text.ts'

const UCD = '1.3.6.1.4.1.2021'
const EVIDENCE = 'standard UCD-SNMP-MIB'
const MEMORY = {
  totalSwap: 3,
  availSwap: 4,
  totalReal: 5,
  availReal: 6,
  shared: 13,
  buffer: 14,
  cached: 15,
  totalSwapX: 18,
  availSwapX: 19,
  totalRealX: 20,
  availRealX: 21,
  sharedX: 22,
  bufferX: 23,
  cachedX: 24,
}
const CPU_IDLE = `${UCD}.11.11.0`
const KIB = 1024

/** ssCpuIdle: the mean of all processors over the last minute. */
export async function readUcdProcessor(reader: SurveyReader): Promise<readonly SurveyProcessor[]> {
  const idle = numberOf(await reader.scalar(CPU_IDLE))
  if (idle === undefined || idle < 0 || idle > 100) return []
  const recipe = { oid: CPU_IDLE, scale: -1, offset: 100 }
  return [{ name: 'CPU', usagePercent: 100 - idle, oid: CPU_IDLE, recipe, evidence: EVIDENCE }]
}

/** memory: what is used apart from buffers and cache, these two, and swap. Sizes in KiB, the 64-bit ones preferred. */
export async function readUcdMemory(reader: SurveyReader): Promise<readonly SurveyPool[]> {
  const oids = Object.values(MEMORY).map((arc) => `${UCD}.4.${arc}.0`)
  const got = await reader.scalars(oids)
  const bytes = (arc: number, wide: number): number | undefined => {
    const value = numberOf(got.get(`${UCD}.4.${wide}.0`)) ?? numberOf(got.get(`${UCD}.4.${arc}.0`))
    return value === undefined ? undefined : (value < 0 ? value + 2 ** 32 : value) * KIB
  }
  const total = bytes(MEMORY.totalReal, MEMORY.totalRealX)
  const free = bytes(MEMORY.availReal, MEMORY.availRealX)
  const buffers = bytes(MEMORY.buffer, MEMORY.bufferX)
  const cached = bytes(MEMORY.cached, MEMORY.cachedX)
  const shared = bytes(MEMORY.shared, MEMORY.sharedX)
  const swap = bytes(MEMORY.totalSwap, MEMORY.totalSwapX)
  const swapFree = bytes(MEMORY.availSwap, MEMORY.availSwapX)
  const pools: SurveyPool[] = []
  const part = (arc: number, wide: number): Recipe => {
    const isWide = got.has(`${UCD}.4.${wide}.0`)
    return { oid: `${UCD}.4.${isWide ? wide : arc}.0`, scale: KIB, isUnsigned: true }
  }
  const whole = part(MEMORY.totalReal, MEMORY.totalRealX)
  const add = (name: string, arc: number, pool: Omit<SurveyPool, 'name' | 'oid' | 'evidence'>): void => {
    pools.push({ name, ...pool, oid: `${UCD}.4.${arc}.0`, evidence: EVIDENCE })
  }
  const parts = {
    free: part(MEMORY.availReal, MEMORY.availRealX),
    buffers: part(MEMORY.buffer, MEMORY.bufferX),
    cached: part(MEMORY.cached, MEMORY.cachedX),
    shared: part(MEMORY.shared, MEMORY.sharedX),
    swapFree: part(MEMORY.availSwap, MEMORY.availSwapX),
  }
  if (total === undefined || total === 0 || free === undefined) return pools
  const taken = total - free
  const kept = (buffers ?? 0) + (cached ?? 0)
  const keeps = [...(buffers ? [parts.buffers] : []), ...(cached ? [parts.cached] : [])]
  add('Physical memory', MEMORY.availReal, {
    totalBytes: total,
    usedBytes: taken > kept ? taken - kept : taken,
    recipe: { total: whole, free: parts.free, kept: keeps },
  })
  if (buffers)
    add('Memory buffers', MEMORY.buffer, {
      totalBytes: total,
      usedBytes: buffers,
      recipe: { total: whole, used: parts.buffers },
    })
  if (cached)
    add('Cached memory', MEMORY.cached, {
      totalBytes: total,
      usedBytes: cached,
      recipe: { total: whole, used: parts.cached },
    })
  if (shared)
    add('Shared memory', MEMORY.shared, {
      totalBytes: total,
      usedBytes: shared,
      recipe: { total: whole, used: parts.shared },
    })
  if (swap && swapFree !== undefined) {
    const recipe = { total: part(MEMORY.totalSwap, MEMORY.totalSwapX), free: parts.swapFree }
    add('Swap space', MEMORY.availSwap, { totalBytes: swap, usedBytes: swap - swapFree, recipe })
  }
  return pools
}

/** dskTable: the file systems that the agent's configuration names. */
export async function readUcdDisks(reader: SurveyReader): Promise<readonly SurveyPool[]> {
  const rows = await readEntries(reader, `${UCD}.9.1`, {
    path: 2,
    total: 6,
    used: 8,
    totalLow: 11,
    totalHigh: 12,
    usedLow: 15,
    usedHigh: 16,
  })
  return rows.flatMap((row) => {
    const total = words(row.number('totalHigh'), row.number('totalLow')) ?? row.number('total')
    const used = words(row.number('usedHigh'), row.number('usedLow')) ?? row.number('used')
    if (!total || used === undefined) return []
    const sizes = { totalBytes: total * KIB, usedBytes: used * KIB }
    const recipe = {
      total: size(row, { low: 'totalLow', high: 'totalHigh', plain: 'total' }),
      used: size(row, { low: 'usedLow', high: 'usedHigh', plain: 'used' }),
    }
    return [{ name: row.text('path'), ...sizes, oid: row.oid('used'), recipe, evidence: EVIDENCE }]
  })
}

/** Two 32-bit words where the agent has them. */
function size<Name extends string>(
  row: EntryRow<Name>,
  names: Readonly<Record<'low' | 'high' | 'plain', Name>>,
): Recipe {
  const isWide = row.number(names.low) !== undefined && row.number(names.high) !== undefined
  return isWide
    ? { oid: row.oid(names.low), highOid: row.oid(names.high), scale: KIB }
    : { oid: row.oid(names.plain), scale: KIB, isUnsigned: true }
}

function words(high: number | undefined, low: number | undefined): number | undefined {
  return high === undefined || low === undefined ? undefined : high * 2 ** 32 + low
}
