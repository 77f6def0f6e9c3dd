import type { Labels } from '@eyenet/shared/identity'
import type { Series } from './series.ts'

/** Series that have one value of a label, in the order they were made; some may have been removed. */
type Posting = { readonly value: string; series: Series[] }
type Name = { readonly name: string; readonly values: Map<string, Posting> }

/** Removed series are taken out of the lists together, once they are so many and half of all. */
const DEAD_MIN = 1_000

/** Which series have which value of which label. Names and values are kept once, whoever made the texts. */
export class Postings {
  readonly #names = new Map<string, Name>()
  readonly #isThere: (series: Series) => boolean
  #listed = 0
  #dead = 0

  constructor(isThere: (series: Series) => boolean) {
    this.#isThere = isThere
  }

  /** Labels sorted by name, without those that are empty, of texts that are kept already where there are any. */
  tidy(labels: Labels): Labels {
    const sorted = Object.entries(labels).filter(([, value]) => value !== '')
    sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return Object.freeze(Object.fromEntries(sorted.map(([name, value]) => this.#kept(name, value))))
  }

  add(series: Series): void {
    this.#listed++
    for (const [name, value] of Object.entries(series.labels)) {
      const known = this.#names.get(name) ?? { name, values: new Map<string, Posting>() }
      this.#names.set(known.name, known)
      const posting = known.values.get(value)
      if (posting === undefined) known.values.set(value, { value, series: [series] })
      else posting.series.push(series)
    }
  }

  /** Called once for each series that is there no more. */
  removed(): void {
    this.#dead++
    if (this.#dead < DEAD_MIN || this.#dead * 2 < this.#listed) return
    for (const [name, { values }] of this.#names) {
      for (const [value, posting] of values) {
        posting.series = posting.series.filter(this.#isThere)
        if (posting.series.length === 0) values.delete(value)
      }
      if (values.size === 0) this.#names.delete(name)
    }
    this.#listed -= this.#dead
    this.#dead = 0
  }

  with(name: string, value: string): readonly Series[] {
    return this.#there(this.#names.get(name)?.values.get(value)?.series ?? [])
  }

  withAny(name: string, accepts: (value: string) => boolean): readonly Series[] {
    const found: Series[] = []
    for (const { value, series } of this.#names.get(name)?.values.values() ?? []) {
      if (accepts(value)) for (const one of series) found.push(one)
    }
    return this.#there(found)
  }

  #there(series: readonly Series[]): readonly Series[] {
    return this.#dead === 0 ? series : series.filter(this.#isThere)
  }

  #kept(name: string, value: string): [string, string] {
    const known = this.#names.get(name)
    return [known?.name ?? name, known?.values.get(value)?.value ?? value]
  }
}
