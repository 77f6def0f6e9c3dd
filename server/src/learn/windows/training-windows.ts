import { createHash } from 'node:crypto'
import { type EpochMs, type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import { judgedAs } from '@eyenet/shared/judge'
import type { Matcher } from '@eyenet/shared/promql'
import type { MetricStore } from '../../store/store.ts'
import type { TrainingSeries } from '../training/training.ts'
import type { PastEvents } from './past-events.ts'
import { seriesWindow } from './series-window.ts'

export type WindowsWanted = {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly maxSeries: number
  /** Told while it reads: share of 0 to 1. It may throw to stop. */
  readonly onProgress: (share: number) => void
}

export type WindowsSources = {
  readonly store: Pick<MetricStore, 'series' | 'labelValues' | 'select'>
  readonly events: PastEvents
}

export type TrainingWindows = {
  readonly series: readonly TrainingSeries[]
  /** Series that are judged, and are not learnt from: over the bound, or with too little in the time. */
  readonly leftOut: number
}

/** Four weeks at one sample in five minutes. */
const MAX_SAMPLES_PER_SERIES = 8_100
/** 16 octets each. */
const MAX_SAMPLES = 20_000_000
/** More names than any site has metrics. */
const MAX_METRICS = 5_000

/**
 * The history of judged series, with what was wrong in it. Which series, where there are too many, is decided by a hash of
 * their labels, metric by metric: the same ones each night, and some of every metric.
 */
export async function trainingWindows(sources: WindowsSources, wanted: WindowsWanted): Promise<TrainingWindows> {
  const { store, events } = sources
  const { from, to, maxSeries, onProgress } = wanted
  const { chosen, found } = await chooseSeries(store, { from, to, maxSeries })
  const maxSamples = Math.min(MAX_SAMPLES_PER_SERIES, Math.floor(MAX_SAMPLES / Math.max(1, chosen.length)))
  const series: TrainingSeries[] = []
  for (const [at, labels] of chosen.entries()) {
    onProgress(at / chosen.length)
    const judged = judgedAs(labels[METRIC_NAME] ?? '')
    if (judged === 'none') continue
    const read = await store.select({ matchers: matchersOf(labels), from, to })
    const key = seriesKey(labels)
    const own = read.find((one) => seriesKey(one.labels) === key)
    const window = own && seriesWindow(own, { judged, maxSamples })
    if (window !== undefined) series.push({ key, ...window, ...events.of(labels) })
  }
  return { series, leftOut: found - series.length }
}

/** A label that is not there counts as empty; without it a series with more labels would match as well, and is left out by its key. */
function matchersOf(labels: Labels): readonly Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }))
}

type Choice = { readonly chosen: readonly Labels[]; readonly found: number }

async function chooseSeries(
  store: WindowsSources['store'],
  { from, to, maxSeries }: Pick<WindowsWanted, 'from' | 'to' | 'maxSeries'>,
): Promise<Choice> {
  const everything: Matcher[] = [{ name: METRIC_NAME, op: '=~', value: '.+' }]
  const names = await store.labelValues(METRIC_NAME, { matchers: everything, from, to })
  const judged = names.filter((name) => judgedAs(name) !== 'none').slice(0, MAX_METRICS)
  const lists: (readonly Labels[])[] = []
  let found = 0
  for (const value of judged) {
    const labels = await store.series({ matchers: [{ name: METRIC_NAME, op: '=', value }], from, to })
    found += labels.length
    lists.push(byHash(labels).slice(0, maxSeries))
  }
  return { chosen: takenInTurn(lists, maxSeries), found }
}

function byHash(labels: readonly Labels[]): readonly Labels[] {
  return labels
    .map((one) => ({ one, hash: createHash('sha256').update(seriesKey(one)).digest('hex') }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ one }) => one)
}

/** The first of each list, then the second of each, until there are enough. */
function takenInTurn(lists: readonly (readonly Labels[])[], most: number): readonly Labels[] {
  const taken: Labels[] = []
  const longest = lists.reduce((length, list) => Math.max(length, list.length), 0)
  for (let turn = 0; turn < longest && taken.length < most; turn++) {
    for (const list of lists) {
      const next = list[turn]
      if (next !== undefined && taken.length < most) taken.push(next)
    }
  }
  return taken
}
