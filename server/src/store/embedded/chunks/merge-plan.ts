import { CHUNK_BYTES_MAX, CHUNK_SAMPLES } from './chunk.ts'
import type { ChunkPlace } from './chunk-reader.ts'

/** Chunks grow in steps, each sample being written once for each: an hour at 30 s becomes four, and then 16. */
const SIZES = [CHUNK_SAMPLES, CHUNK_SAMPLES / 4] as const
/** So many small chunks in a row are merged whatever is in them, so that slow series do not collect chunks. */
const RUN_MAX = 8
/** From this share on a chunk is of its size. */
const GROWN = 2 / 3
/** Chunks that overlap and hold more together stay as they are: reading them is slower and as right. */
const MERGE_SAMPLES_MAX = 100_000

/**
 * Which chunks of a series shall become fewer and larger ones; undefined when none need it. Chunks that overlap come
 * first, all of them together, so that the result may take a place behind everything else. Chunks that end before
 * `settledBefore` are merged as far as they go; younger ones in two sizes, so that a sample is written few times.
 */
export function planMerge(places: readonly ChunkPlace[], settledBefore: number): readonly ChunkPlace[] | undefined {
  const clusters = overlapping(places)
  const late = clusters.find((cluster) => cluster.length > 1 && sum(cluster, 'samples') <= MERGE_SAMPLES_MAX)
  if (late !== undefined) return late
  // The largest first: what was just written would leave a hole behind when it is merged again at once.
  for (const size of SIZES) {
    const due = planRuns(clusters, { size, isDue: (run) => isDue(run, size) })
    if (due !== undefined) return due
  }
  const settled = clusters.filter((cluster) => (cluster[0]?.last ?? 0) < settledBefore)
  return planRuns(settled, { size: CHUNK_SAMPLES, isDue: () => true })
}

function isDue(run: Cluster, size: number): boolean {
  return sum(run, 'samples') >= size || run.length >= RUN_MAX
}

type Cluster = readonly ChunkPlace[]

/** Chunks whose times overlap, in chains, stand together; the clusters ascend. */
function overlapping(places: readonly ChunkPlace[]): readonly Cluster[] {
  const clusters: ChunkPlace[][] = []
  let end = -1
  for (const place of [...places].sort((a, b) => a.first - b.first)) {
    if (place.first <= end) clusters.at(-1)?.push(place)
    else clusters.push([place])
    end = Math.max(end, place.last)
  }
  return clusters
}

type Wanted = { readonly size: number; readonly isDue: (run: Cluster) => boolean }

/** The first chunks in a row that are below the size, are due, and fit into one of it. */
function planRuns(clusters: readonly Cluster[], { size, isDue }: Wanted): Cluster | undefined {
  let run: ChunkPlace[] = []
  for (const cluster of [...clusters, []]) {
    const [place] = cluster
    if (place !== undefined && cluster.length === 1 && !isGrown(place, size)) {
      run.push(place)
      continue
    }
    if (run.length > 1 && isDue(run)) {
      const fitting = firstFitting(run, size)
      if (fitting !== undefined) return fitting
    }
    run = []
  }
  return undefined
}

function isGrown({ samples, bytes }: ChunkPlace, size: number): boolean {
  return samples >= size * GROWN || bytes >= CHUNK_BYTES_MAX * GROWN
}

/** The first two or more in a row that together stay within the size. */
function firstFitting(run: Cluster, size: number): Cluster | undefined {
  for (let start = 0; start < run.length - 1; start++) {
    let end = start
    let samples = 0
    let bytes = 0
    for (; end < run.length; end++) {
      samples += run[end]?.samples ?? 0
      bytes += run[end]?.bytes ?? 0
      if (samples > size || bytes > CHUNK_BYTES_MAX) break
    }
    if (end - start > 1) return run.slice(start, end)
  }
  return undefined
}

function sum(chunks: Cluster, what: 'samples' | 'bytes'): number {
  return chunks.reduce((total, chunk) => total + chunk[what], 0)
}
