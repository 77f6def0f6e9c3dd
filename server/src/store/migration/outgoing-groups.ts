import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import type { Matcher, SeriesReader } from '@eyenet/shared/promql'
import { clipColumns, sliceColumns } from '../embedded/chunks/columns.ts'
import type { Outgoing } from '../forwarding/forwarding.ts'
import type { Position } from './migration-state.ts'

/** A series is read in blocks of 31 days: a quarter of a million samples at ten seconds. */
const BLOCK_MS = 31 * 86_400_000

export type KeyedSeries = { readonly key: string; readonly labels: Labels }

/** Samples of one request, the place behind the last of them, and how many series are done before it. */
export type OutgoingGroup = { readonly samples: Outgoing; readonly end: Position; readonly seriesDone: number }

export type GroupsOptions = {
  readonly source: SeriesReader
  /** By ascending key. */
  readonly series: readonly KeyedSeries[]
  readonly after: Position
  readonly from: number
  readonly until: number
  /** Samples of one group. */
  readonly size: number
}

/** All samples behind a place, series by series and time by time, in groups of about the same size. */
export async function* outgoingGroups(options: GroupsOptions): AsyncGenerator<OutgoingGroup> {
  const { after, series, size } = options
  let open = new Group()
  for (const [number, one] of series.entries()) {
    if (one.key < after.key) continue
    for await (const { times, values } of blocksOf(one, options)) {
      for (let at = 0; at < times.length; ) {
        const part = sliceColumns({ times, values }, at, at + size - open.length)
        at += part.times.length
        open.add(one, part)
        if (open.length < size) continue
        yield open.taken(number)
        open = new Group()
      }
    }
  }
  if (open.length > 0) yield open.taken(series.length)
}

async function* blocksOf({ key, labels }: KeyedSeries, { after, from, source, until }: GroupsOptions) {
  const matchers: Matcher[] = Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }))
  const start = key === after.key ? Math.max(from, after.time + 1) : from
  for (let at = start; at <= until; at += BLOCK_MS) {
    const block = { from: epochMs(at), to: epochMs(Math.min(until, at + BLOCK_MS - 1)) }
    const found = await source.select({ matchers, ...block })
    // Series with more labels match as well.
    const columns = found.find((one) => seriesKey(one.labels) === key)
    if (columns !== undefined) yield clipColumns(columns, block.from, block.to)
  }
}

class Group {
  readonly #labels: Labels[] = []
  readonly #times: number[] = []
  readonly #values: number[] = []
  #end: Position = { key: '', time: -1 }

  get length(): number {
    return this.#times.length
  }

  add({ key, labels }: KeyedSeries, { times, values }: { times: Float64Array; values: Float64Array }): void {
    for (let i = 0; i < times.length; i++) {
      this.#labels.push(labels)
      this.#times.push(times[i] ?? 0)
      this.#values.push(values[i] ?? 0)
    }
    this.#end = { key, time: times[times.length - 1] ?? -1 }
  }

  taken(seriesDone: number): OutgoingGroup {
    const [times, values] = [Float64Array.from(this.#times), Float64Array.from(this.#values)]
    return { samples: { labels: this.#labels, times, values }, end: this.#end, seriesDone }
  }
}
