import { EyeNetError } from '@eyenet/shared/errors'
import { type Labels, seriesKey } from '@eyenet/shared/identity'
import type { Matcher } from '@eyenet/shared/promql'
import type { SeriesRef } from '../metric-store.ts'
import { Series } from './series.ts'

/** Series in one store; each costs about a kilobyte of memory. */
export const SERIES_MAX = 2_000_000

/** Tells whether a label's value (empty when the label is not there) satisfies a matcher. */
export type CompileMatcher = (matcher: Matcher) => (value: string) => boolean

/** All series in memory, found by number, by labels, or by matchers through postings. */
export class SeriesIndex {
  readonly #byRef: (Series | undefined)[] = []
  readonly #byKey = new Map<string, Series>()
  /** Label name, then value, to the series that have it, in the order they were made. */
  readonly #postings = new Map<string, Map<string, Series[]>>()
  #size = 0
  #nextRef = 1

  get size(): number {
    return this.#size
  }

  get(ref: number): Series | undefined {
    return this.#byRef[ref]
  }

  find(labels: Labels): Series | undefined {
    return this.#byKey.get(seriesKey(labels))
  }

  all(): readonly Series[] {
    return this.#byRef.filter((series) => series !== undefined)
  }

  /** The series with these labels, and whether it was made now. */
  intern(labels: Labels): { readonly series: Series; readonly isNew: boolean } {
    const known = this.#byKey.get(seriesKey(labels))
    if (known !== undefined) return { series: known, isNew: false }
    if (this.#size >= SERIES_MAX) {
      throw new EyeNetError(
        'limit_exceeded',
        `the store keeps ${SERIES_MAX} series and has no room for another; drop labels whose values change all the time`,
      )
    }
    return { series: this.add(this.#nextRef, labels), isNew: true }
  }

  /** Puts a series under the number it has on disk; a number that is there already is left as it is. */
  add(number: number, labels: Labels): Series {
    const known = this.#byRef[number]
    if (known !== undefined) return known
    const series = new Series(number as SeriesRef, tidy(labels))
    this.#nextRef = Math.max(this.#nextRef, number + 1)
    this.#byRef[number] = series
    this.#size++
    this.#byKey.set(seriesKey(labels), series)
    for (const [name, value] of Object.entries(series.labels)) {
      const byValue = this.#postings.get(name) ?? new Map<string, Series[]>()
      this.#postings.set(name, byValue)
      const listed = byValue.get(value)
      if (listed === undefined) byValue.set(value, [series])
      else listed.push(series)
    }
    return series
  }

  remove(series: Series): void {
    if (this.#byRef[series.ref] !== series) return
    this.#byRef[series.ref] = undefined
    this.#size--
    const key = seriesKey(series.labels)
    if (this.#byKey.get(key) === series) this.#byKey.delete(key)
    for (const [name, value] of Object.entries(series.labels)) {
      const byValue = this.#postings.get(name)
      const others = byValue?.get(value)?.filter((other) => other !== series) ?? []
      if (others.length > 0) byValue?.set(value, others)
      else byValue?.delete(value)
      if (byValue?.size === 0) this.#postings.delete(name)
    }
  }

  match(matchers: readonly Matcher[], compile: CompileMatcher): readonly Series[] {
    const tests = matchers.map((matcher) => ({ name: matcher.name, accepts: compile(matcher) }))
    let candidates: readonly Series[] | undefined
    for (const [i, { name, accepts }] of tests.entries()) {
      // A matcher that takes the empty string also takes series without the label, which postings do not list.
      if (accepts('')) continue
      const matcher = matchers[i]
      const found =
        matcher?.op === '='
          ? (this.#postings.get(name)?.get(matcher.value) ?? [])
          : candidates === undefined
            ? this.#withValue(name, accepts)
            : undefined
      if (found !== undefined && (candidates === undefined || found.length < candidates.length)) candidates = found
    }
    const from = candidates ?? this.all()
    return from.filter(({ labels }) => tests.every(({ name, accepts }) => accepts(labelValue(labels, name))))
  }

  #withValue(name: string, accepts: (value: string) => boolean): readonly Series[] {
    const found: Series[] = []
    for (const [value, listed] of this.#postings.get(name) ?? []) {
      if (accepts(value)) for (const series of listed) found.push(series)
    }
    return found
  }
}

/** Labels sorted by name, without those that are empty. */
function tidy(labels: Labels): Labels {
  const sorted: [string, string][] = Object.entries(labels).filter(([, value]) => value !== '')
  return Object.freeze(Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))))
}

/** A label may be named like something every object has. */
function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
}
