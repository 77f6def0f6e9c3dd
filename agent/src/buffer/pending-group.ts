import type { EpochMs } from '@eyenet/shared/identity'
import type { DiscoveredReport, EventReport, FactsReport, LinksReport } from '@eyenet/shared/wire'
import { LossTally } from './loss-tally.ts'
import type { SamplePoll } from './sample-columns.ts'

type Unnumbered<T> = T extends unknown ? Omit<T, 'epoch' | 'seq'> : never
export type NewEvent = Unnumbered<EventReport>
export type NewFacts = Omit<FactsReport, 'epoch' | 'seq' | 'kind'>
export type NewLinks = Unnumbered<LinksReport>
export type NewDiscovered = Unnumbered<DiscoveredReport>
/** What goes into the lane of facts. */
export type NewFinding = NewFacts | NewLinks | NewDiscovered

export type Additions = {
  readonly samples?: readonly SamplePoll[]
  readonly events?: readonly NewEvent[]
  readonly facts?: readonly NewFinding[]
}

/** The same with other times. */
export function timesMoved({ samples = [], events = [], facts = [] }: Additions, move: (time: EpochMs) => EpochMs) {
  return {
    samples: samples.map((poll) => ({ ...poll, time: move(poll.time) })),
    events: events.map((event) => ({ ...event, at: move(event.at) })),
    facts: facts.map((one) => ({ ...one, at: move(one.at) })),
  }
}

/** What may wait in memory while the disk takes nothing: some 4 MiB. The oldest go first. */
const MAX_PENDING_SAMPLES = 200_000
const MAX_PENDING_REPORTS = 1_000

/** What waits in memory for the next transaction. */
export class PendingGroup {
  samples = 0
  /** What found no room; the next commit records it. */
  lost = noLosses()
  readonly #deviceOf: (id: number) => string
  #polls: SamplePoll[] = []
  #events: NewEvent[] = []
  #facts: NewFinding[] = []

  constructor(deviceOf: (id: number) => string) {
    this.#deviceOf = deviceOf
  }

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
    this.#loseReports('events', this.#events)
    this.#loseReports('facts', this.#facts)
  }

  /** The oldest polls with some `most` samples, and all reports. They stay until `done`. */
  peek(most: number): { polls: SamplePoll[]; samples: number; events: NewEvent[]; facts: NewFinding[] } {
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
    this.lost = noLosses()
  }

  #loseOldest(): void {
    const poll = this.#polls.shift()
    if (poll === undefined) return
    this.samples -= poll.ids.length
    const { time } = poll
    for (let at = 0; at < poll.ids.length; at++) {
      this.lost.samples.add(this.#deviceOf(poll.ids[at] ?? 0), { samples: 1, from: time, to: time })
    }
  }

  #loseReports(lane: 'events' | 'facts', reports: { readonly at: number }[]): void {
    for (const { at } of reports.splice(0, reports.length - MAX_PENDING_REPORTS)) {
      this.lost[lane].add('', { samples: 1, from: at, to: at })
    }
  }
}

function noLosses(): Readonly<Record<'samples' | 'facts' | 'events', LossTally>> {
  return { samples: new LossTally(), facts: new LossTally(), events: new LossTally() }
}
