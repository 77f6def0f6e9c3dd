import { EyeNetError } from '../errors/errors.ts'
import type { Annotations } from './annotations.ts'
import type { SelectorNode } from './ast.ts'
import type { Budget } from './budget.ts'
import { formatDurationMs } from './literal.ts'
import { LoadedSeries } from './loaded-series.ts'
import type { Selection, SeriesReader } from './series-reader.ts'

export type Loading = {
  readonly reader: SeriesReader
  readonly limits: { readonly maxSeries: number }
  readonly budget: Budget
  readonly annotations: Annotations
  readonly signal: AbortSignal | undefined
}

type Loaded = ReadonlyMap<SelectorNode, LoadedSeries>

/**
 * Reads what each selector needs; the same selection for the same use once. Throws EyeNetError `limit_exceeded` for too
 * many series or samples, and as soon as `signal` is aborted.
 */
export async function loadSeries(plan: ReadonlyMap<SelectorNode, Selection>, loading: Loading): Promise<Loaded> {
  // Looks whether it is wanted at all.
  loading.budget.hold(0)
  const bySelection = new Map<string, Promise<LoadedSeries>>()
  const entries = [...plan].map(async ([node, selection]): Promise<[SelectorNode, LoadedSeries]> => {
    const key = JSON.stringify(selection)
    const pending = bySelection.get(key) ?? read(selection, loading)
    bySelection.set(key, pending)
    return [node, await pending]
  })
  return new Map(await unlessAborted(Promise.all(entries), loading.signal))
}

/** Throws EyeNetError `limit_exceeded`. */
export function refuseTooManySeries(count: number, maxSeries: number): void {
  if (count <= maxSeries) return
  throw new EyeNetError(
    'limit_exceeded',
    `query has ${count} series, more than ${maxSeries}, the limit maxSeries; narrow the selector`,
  )
}

async function read(selection: Selection, { reader, limits, budget, annotations }: Loading): Promise<LoadedSeries> {
  const found = await reader.select(selection)
  refuseTooManySeries(found.length, limits.maxSeries)
  const resolutions = new Set<number>()
  for (const { times, tier } of found) {
    budget.hold(times.length)
    if (tier !== undefined) resolutions.add(tier.resolutionMs)
  }
  for (const resolution of resolutions) {
    const every = formatDurationMs(resolution)
    annotations.info(`older samples are of the ${every} tier, one for each ${every}`, undefined)
  }
  return new LoadedSeries(found)
}

/** Rejects when `signal` is aborted, whatever the reader does then. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new EyeNetError('limit_exceeded', 'query was stopped: nobody waits for its answer'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
