import type { Span } from './ast.ts'
import { formatGeneral } from './sample-value.ts'
import { utf8Length } from './utf8-length.ts'

// As Prometheus' API has it: of each kind so many are told, and how many more there were.
const MAX_TOLD = 10
// Different texts that are told apart and counted; an expression over metrics without end makes no list without end.
const MAX_KEPT = 1000

type Annotation = { readonly at: Span | undefined; readonly forced: ForcedMonotonicity | undefined }

/** What histogram_quantile() has had to mend of the buckets of one step, or of several put together. */
export type ForcedMonotonicity = {
  /** Upper bounds of the lowest and the highest bucket that was raised. */
  readonly minBucket: number
  readonly maxBucket: number
  /** The most that a count was raised by. */
  readonly maxDiff: number
  /** How many histograms, and between which times in milliseconds. */
  readonly samples: number
  readonly from: number
  readonly to: number
}

const FORCED =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)'

/** What a query has to say besides its result, in the words of Prometheus (util/annotations). Each text is kept once. */
export class Annotations {
  private readonly warned = new Map<string, Annotation>()
  private readonly informed = new Map<string, Annotation>()

  warn(text: string, at: Span): void {
    this.keep(this.warned, `PromQL warning: ${text}`, { at, forced: undefined })
  }

  /** `at` undefined: what is said is not about one place in the expression. */
  info(text: string, at: Span | undefined): void {
    this.keep(this.informed, `PromQL info: ${text}`, { at, forced: undefined })
  }

  invalidQuantile(quantile: number, at: Span): void {
    if (quantile >= 0 && quantile <= 1) return
    this.warn(`quantile value should be between 0 and 1, got ${formatGeneral(quantile)}`, at)
  }

  /** A bucket whose label `le` is no number. `metric` is empty where the series has no name any more. */
  badBucket(le: string, metric: string, at: Span): void {
    const whose = metric === '' ? '' : ` for metric name ${JSON.stringify(metric)}`
    this.warn(`bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)}${whose}`, at)
  }

  possibleNonCounter(metric: string, at: Span): void {
    if (metric === '' || /_(?:total|sum|count|bucket)$/.test(metric)) return
    const text = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket'
    this.info(`${text}: ${JSON.stringify(metric)}`, at)
  }

  sortOfRange(at: Span): void {
    this.warn('sort is ineffective for range queries since results are always ordered by labels', at)
  }

  forcedMonotonicity(forced: ForcedMonotonicity, at: Span): void {
    const key = `PromQL info: ${FORCED}`
    this.keep(this.informed, key, { at, forced: merged(this.informed.get(key)?.forced, forced) })
  }

  /** The texts with their places in the query, as the API tells them. */
  toTexts(query: string): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
    return { warnings: told(this.warned, 'warning', query), infos: told(this.informed, 'info', query) }
  }

  private keep(list: Map<string, Annotation>, key: string, annotation: Annotation): void {
    if (list.size < MAX_KEPT || list.has(key)) list.set(key, annotation)
  }
}

function merged(known: ForcedMonotonicity | undefined, found: ForcedMonotonicity): ForcedMonotonicity {
  if (known === undefined) return found
  return {
    minBucket: Math.min(known.minBucket, found.minBucket),
    maxBucket: Math.max(known.maxBucket, found.maxBucket),
    maxDiff: Math.max(known.maxDiff, found.maxDiff),
    samples: known.samples + found.samples,
    from: Math.min(known.from, found.from),
    to: Math.max(known.to, found.to),
  }
}

function told(list: ReadonlyMap<string, Annotation>, kind: 'warning' | 'info', query: string): readonly string[] {
  const texts = [...list].slice(0, MAX_TOLD).map(([text, { at, forced }]) => {
    const details = forced === undefined ? '' : detailsOf(forced)
    return at === undefined ? text : `${text}${details} (${placeOf(at, query)})`
  })
  const more = list.size - texts.length
  return more > 0 ? [...texts, `${more} more ${kind} annotations omitted`] : texts
}

function detailsOf({ minBucket, maxBucket, maxDiff, samples, from, to }: ForcedMonotonicity): string {
  const buckets = `from buckets ${formatGeneral(minBucket)} to ${formatGeneral(maxBucket)}`
  const diff = `with a max diff of ${formatGeneral(maxDiff, 2)}`
  return `, ${buckets}, ${diff}, over ${samples} samples from ${dateOf(from)} to ${dateOf(to)}`
}

// The last millisecond that a Date can be.
const MAX_DATE_MS = 8.64e15

const dateOf = (ms: number): string =>
  new Date(Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, ms))).toISOString().replace(/\.\d+Z$/, 'Z')

/** Line and column from 1; the column in bytes, as Go counts. */
function placeOf({ from }: Span, query: string): string {
  const before = query.slice(0, from)
  const line = before.split('\n').length
  return `${line}:${utf8Length(before.slice(before.lastIndexOf('\n') + 1)) + 1}`
}
