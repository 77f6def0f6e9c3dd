import type { EventReport, FactsReport } from '@eyenet/shared/wire'
import type { SamplePoll } from './sample-columns.ts'

type Unnumbered<T> = T extends unknown ? Omit<T, 'epoch' | 'seq'> : never
export type NewEvent = Unnumbered<EventReport>
export type NewFacts = Omit<FactsReport, 'epoch' | 'seq' | 'kind'>

export type Additions = {
  readonly samples?: readonly SamplePoll[]
  readonly events?: readonly NewEvent[]
  readonly facts?: readonly NewFacts[]
}

/** What may wait in memory while the disk takes nothing: some 4 MiB. The oldest go first. */
const MAX_PENDING_SAMPLES = 200_000
const MAX_PENDING_REPORTS = 1_000

/** What waits in memory for the next transaction. */
export class PendingGroup {
  samples = 0
  /** Samples that found no room; the next commit records them. */
  lost: { samples: number; from: number; to: number } | undefined
  #polls: SamplePoll[] = []
  #events: NewEvent[] = []
  #facts: NewFacts[] = []

  get isEmpty(): boolean {
    return this.#polls.length + this.#events.length + this.#facts.length === 0
  }

  add({ samples = [], events = [], facts = [] }: Additions): void {
    for (const poll of samples) {
      if (poll.ids.length === 0) continue
      this.#polls.push(poll)
      this.samples += poll.ids.length
    }
    this.#events.push(...events)
    this.#facts.push(...facts)
    while (this.samples > MAX_PENDING_SAMPLES) this.#loseOldest()
    this.#events.splice(0, this.#events.length - MAX_PENDING_REPORTS)
    this.#facts.splice(0, this.#facts.length - MAX_PENDING_REPORTS)
  }

  /** The oldest polls with some `most` samples, and all reports. They stay until `done`. */
  peek(most: number): { polls: SamplePoll[]; samples: number; events: NewEvent[]; facts: NewFacts[] } {
    let count = 0
    let samples = 0
    while (count < this.#polls.length && samples < most) samples += this.#polls[count++]?.ids.length ?? 0
    return { polls: this.#polls.slice(0, count), samples, events: [...this.#events], facts: [...this.#facts] }
  }

  done({ polls, samples, events, facts }: ReturnType<PendingGroup['peek']>): void {
    this.#polls.splice(0, polls.length)
    this.samples -= samples
    this.#events.splice(0, events.length)
    this.#facts.splice(0, facts.length)
    this.lost = undefined
  }

  #loseOldest(): void {
    const poll = this.#polls.shift()
    if (poll === undefined) return
    this.samples -= poll.ids.length
    const { samples, from, to } = this.lost ?? { samples: 0, from: poll.time, to: poll.time }
    this.lost = { samples: samples + poll.ids.length, from: Math.min(from, poll.time), to: Math.max(to, poll.time) }
  }
}
