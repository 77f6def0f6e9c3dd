import { EyeNetError } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import type { Matcher } from '@eyenet/shared/promql'
import type { SeriesRef } from '../../metric-store.ts'
import { Postings } from './postings.ts'
import { Series } from './series.ts'

/** Series in one store; each costs about a kilobyte of memory. */
export const SERIES_MAX = 2_000_000

/** Tells whether a label's value (empty when the label is not there) satisfies a matcher. */
export type CompileMatcher = (matcher: Matcher) => (value: string) => boolean

/** All series in memory, found by number, by labels, or by matchers through postings. */
export class SeriesIndex {
  readonly #byRef: (Series | undefined)[] = []
  /** By the hash of their labels; those few that share one with others are in a list. */
  readonly #byHash = new Map<number, Series | Series[]>()
  readonly #postings = new Postings((series) => this.#byRef[series.ref] === series)
  #size = 0
  #nextRef = 1

  get size(): number {
    return this.#size
  }

  get(ref: number): Series | undefined {
    return this.#byRef[ref]
  }

  find(labels: Labels): Series | undefined {
    const found = this.#byHash.get(hashOf(labels))
    if (found === undefined) return undefined
    if (!Array.isArray(found)) return isSame(found.labels, labels) ? found : undefined
    return found.find((series) => isSame(series.labels, labels))
  }

  all(): readonly Series[] {
    return this.#byRef.filter((series) => series !== undefined)
  }

  /** The series with these labels, and whether it was made now. */
  intern(labels: Labels): { readonly series: Series; readonly isNew: boolean } {
    const known = this.find(labels)
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
    const series = new Series(number as SeriesRef, this.#postings.tidy(labels))
    this.#nextRef = Math.max(this.#nextRef, number + 1)
    this.#byRef[number] = series
    this.#size++
    const hash = hashOf(series.labels)
    const others = this.#byHash.get(hash)
    if (others === undefined) this.#byHash.set(hash, series)
    else this.#byHash.set(hash, [series, ...(Array.isArray(others) ? others : [others])])
    this.#postings.add(series)
    return series
  }

  remove(series: Series): void {
    if (this.#byRef[series.ref] !== series) return
    this.#byRef[series.ref] = undefined
    this.#size--
    const hash = hashOf(series.labels)
    const same = this.#byHash.get(hash)
    const left = Array.isArray(same) ? same.filter((other) => other !== series) : []
    if (left.length > 0) this.#byHash.set(hash, left)
    else if (same === series || Array.isArray(same)) this.#byHash.delete(hash)
    this.#postings.removed()
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
          ? this.#postings.with(name, matcher.value)
          : candidates === undefined
            ? this.#postings.withAny(name, accepts)
            : undefined
      if (found !== undefined && (candidates === undefined || found.length < candidates.length)) candidates = found
    }
    const from = candidates ?? this.all()
    return from.filter(({ labels }) => tests.every(({ name, accepts }) => accepts(labelValue(labels, name))))
  }
}

/** The same for equal labels, in whatever order they are. 32 bits. */
function hashOf(labels: Labels): number {
  let sum = 0
  for (const name in labels) {
    const value = labels[name]
    // An empty value means "not there" (Prometheus data model).
    if (value !== undefined && value !== '') sum = (sum + hashOfText(value, hashOfText(name, FIRST_HASH))) | 0
  }
  return sum
}

// FNV-1a over UTF-16 code units, from a start of this process's own: nobody can choose labels that share a hash.
const FIRST_HASH = (Math.random() * 2 ** 32) | 0
function hashOfText(text: string, before: number): number {
  let hash = Math.imul(before ^ 0xff, 0x01000193)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** `kept` has no empty values. */
function isSame(kept: Labels, labels: Labels): boolean {
  let left = 0
  for (const name in kept) {
    if (labelValue(labels, name) !== kept[name]) return false
    left++
  }
  for (const name in labels) if (labels[name] !== '') left--
  return left === 0
}

/** A label may be named like something every object has. */
function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
}
