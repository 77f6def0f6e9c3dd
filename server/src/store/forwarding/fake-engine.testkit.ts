import { EyeNetError } from '@eyenet/shared/errors'
import { type Labels, seriesKey } from '@eyenet/shared/identity'
import { compileMatchers, type Matcher, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import type { EnginePort, Outgoing, WriteOptions, WriteOutcome } from './engine-port.ts'

type Kept = { readonly labels: Labels; readonly samples: Map<number, number> }

/** An engine in memory that can be away, forget what it did not write to its disk, and refuse samples. */
export class FakeEngine implements EnginePort {
  readonly name = 'fake at nowhere'
  settleMs = 0
  isAway = false
  /** Answers get lost: what was written is there, but the writer is told of a failure. */
  losesAnswers = false
  refuses: (labels: Labels, value: number) => boolean = () => false
  started = 1
  /** Each request as the values of its samples. */
  readonly requests: { readonly values: readonly number[]; readonly maybeThere: boolean }[] = []
  /** Samples written twice without having been announced as maybe there. */
  blindRepeats = 0
  onWrite: () => Promise<void> = async () => {}
  readonly #kept = new Map<string, Kept>()

  async write({ labels, times, values }: Outgoing, { maybeThere }: WriteOptions): Promise<WriteOutcome> {
    this.requests.push({ values: [...values], maybeThere })
    await this.onWrite()
    if (this.isAway) return { kind: 'failed', reason: 'connection refused', maybeArrived: false, isGone: true }
    const isBad = labels.some((one, at) => this.refuses(one, values[at] ?? 0))
    if (isBad) return { kind: 'refused', reason: 'a bad sample' }
    for (const [at, one] of labels.entries()) {
      const key = seriesKey(one)
      const kept = this.#kept.get(key) ?? { labels: one, samples: new Map() }
      this.#kept.set(key, kept)
      const time = times[at] ?? 0
      if (kept.samples.has(time) && !maybeThere) this.blindRepeats++
      kept.samples.set(time, values[at] ?? 0)
    }
    if (this.losesAnswers) return { kind: 'failed', reason: 'no answer', maybeArrived: true, isGone: false }
    return { kind: 'written', unstorable: 0 }
  }

  /** Starts anew without what it had in memory. */
  kill(): void {
    this.started++
    this.#kept.clear()
  }

  async incarnation(): Promise<string> {
    this.#assertThere()
    return String(this.started)
  }

  async select({ matchers, from, to }: Selection): Promise<readonly SeriesSamples[]> {
    this.#assertThere()
    const matches = compileMatchers(matchers)
    return [...this.#kept.values()].flatMap(({ labels, samples }) => {
      const found = [...samples].filter(([time]) => time >= from && time <= to).sort(([a], [b]) => a - b)
      if (!matches(labels) || found.length === 0) return []
      return [
        {
          labels,
          times: Float64Array.from(found, ([time]) => time),
          values: Float64Array.from(found, ([, value]) => value),
        },
      ]
    })
  }

  async series(selection: Selection): Promise<readonly Labels[]> {
    return (await this.select(selection)).map(({ labels }) => labels)
  }

  async labelNames(selection: Selection): Promise<readonly string[]> {
    return (await this.series(selection)).flatMap((labels) => Object.keys(labels))
  }

  async labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    return (await this.series(selection)).flatMap((labels) => labels[name] ?? [])
  }

  async delete(matchers: readonly Matcher[]): Promise<void> {
    this.#assertThere()
    const matches = compileMatchers(matchers)
    for (const [key, { labels }] of this.#kept) if (matches(labels)) this.#kept.delete(key)
  }

  async close(): Promise<void> {}

  /** All values that it has, sorted. */
  values(): readonly number[] {
    return [...this.#kept.values()].flatMap(({ samples }) => [...samples.values()]).sort((a, b) => a - b)
  }

  #assertThere(): void {
    if (this.isAway) throw new EyeNetError('unavailable', 'fake at nowhere does not answer; bring it back')
  }
}
