import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { METRIC_NAME } from '@eyenet/shared/identity'
import { z } from 'zod'
import { ChunkReader, type TierTotals } from './chunks/chunk-reader.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'

const TOP_METRICS = 10
const Named = z.object({ [METRIC_NAME]: z.string().default('') })

export type MetricBytes = {
  readonly metric: string
  readonly series: number
  readonly samples: number
  readonly bytes: number
}

/** What a store's files hold. Samples that are only in the log are not among the samples. */
export type StoreStatistics = {
  readonly series: number
  readonly samples: number
  /** Of samples in chunks with all that belongs to them, tiers left out; undefined without samples. */
  readonly bytesPerSample: number | undefined
  /** Milliseconds since 1970; undefined without samples. */
  readonly oldest: number | undefined
  readonly newest: number | undefined
  readonly tiers: readonly TierTotals[]
  readonly bytes: {
    readonly samples: number
    readonly tiers: number
    /** Names, indexes, ends of pages. */
    readonly overhead: number
    /** Pages of the file that wait to be used again. */
    readonly free: number
    /** Written and not yet in the file's own pages. */
    readonly wal: number
    readonly log: number
  }
  /** Those with the most bytes, tiers included. */
  readonly metrics: readonly MetricBytes[]
}

/** Looks through a store's folder, of a running server or a stopped one, and changes nothing. */
export async function storeStatistics(folder: string): Promise<StoreStatistics> {
  const path = chunksFileOf(folder)
  const reader = ChunkReader.open(path)
  try {
    const { file, tiers: all, metrics } = reader.snapshot(() => ({ ...reader.totals(), metrics: byMetric(reader) }))
    const raw = all.find(({ tier }) => tier === 0)
    const tiers = all.filter(({ tier }) => tier !== 0)
    const tierBytes = tiers.reduce((sum, { bytes }) => sum + bytes, 0)
    const used = (file.pages - file.freePages) * file.pageBytes
    const samples = raw?.count ?? 0
    return {
      ...{ series: file.series, samples, tiers, metrics },
      bytesPerSample: samples === 0 ? undefined : (used - tierBytes) / samples,
      oldest: raw?.first,
      newest: raw?.last,
      bytes: {
        ...{ samples: raw?.bytes ?? 0, tiers: tierBytes },
        overhead: used - tierBytes - (raw?.bytes ?? 0),
        free: file.freePages * file.pageBytes,
        wal: await bytesOf(`${path}-wal`),
        log: await bytesIn(join(folder, 'log')),
      },
    }
  } finally {
    reader.close()
  }
}

function byMetric(reader: ChunkReader): readonly MetricBytes[] {
  const metrics = new Map<string, { series: number; samples: number; bytes: number }>()
  for (const { labels, samples, bytes } of reader.seriesTotals()) {
    const metric = Named.parse(JSON.parse(labels))[METRIC_NAME]
    const known = metrics.get(metric) ?? { series: 0, samples: 0, bytes: 0 }
    metrics.set(metric, { series: known.series + 1, samples: known.samples + samples, bytes: known.bytes + bytes })
  }
  return [...metrics]
    .map(([metric, totals]) => ({ metric, ...totals }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, TOP_METRICS)
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) bytes += await bytesOf(join(folder, name))
  return bytes
}

/** 0 for a file that is not there, or not any more. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
