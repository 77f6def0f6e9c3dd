import type { LinkEvidence } from '@eyenet/shared/api'
import { compareText } from './directory.ts'
import type { DraftEnd } from './draft-link.ts'
import type { Station } from './sights.ts'

/** An end that meets others, and why it is believed to be there. `key` is the end's, or that of its bundle. */
export type Meet = {
  readonly key: string
  readonly end: DraftEnd
  readonly station?: Station
  readonly evidence: readonly LinkEvidence[]
}

/** A place where ends meet, in order of their keys: two are a link, more share a medium. */
export type Meeting = { readonly ends: readonly Meet[]; readonly certainty: number }

type Open = { readonly ends: Map<string, Meet>; certainty: number }

/** Joins ends two by two; what is joined to the same end meets in the same place, in whatever order. */
export class Meetings {
  readonly #at = new Map<string, Open>()

  join(one: Meet, other: Meet, certainty: number): void {
    const [a, b] = [this.#at.get(one.key), this.#at.get(other.key)]
    const into = a ?? b ?? { ends: new Map<string, Meet>(), certainty }
    into.certainty = Math.max(into.certainty, certainty, b?.certainty ?? 0)
    if (a !== undefined && b !== undefined && a !== b) {
      for (const [key, meet] of b.ends) {
        a.ends.set(key, meet)
        this.#at.set(key, a)
      }
    }
    this.#add(into, one)
    this.#add(into, other)
  }

  #add(into: Open, meet: Meet): void {
    const before = into.ends.get(meet.key)
    if (before === undefined) into.ends.set(meet.key, meet)
    else if (meet.evidence.length > 0) {
      into.ends.set(meet.key, { ...meet, evidence: [...before.evidence, ...meet.evidence] })
    }
    this.#at.set(meet.key, into)
  }

  /** Who meets at the place of this end, itself too. */
  endsAt(key: string): readonly Meet[] {
    return [...(this.#at.get(key)?.ends.values() ?? [])]
  }

  /** What names the place of this end as long as nothing is joined. */
  placeOf(key: string): string {
    const [first] = this.#at.get(key)?.ends.keys() ?? []
    return first ?? key
  }

  all(): readonly Meeting[] {
    return [...new Set(this.#at.values())].map(meetingOf)
  }

  /** Places with more than two ends. */
  shared(): readonly Meeting[] {
    const shared = new Set<Open>()
    for (const place of this.#at.values()) if (place.ends.size > 2) shared.add(place)
    return [...shared].map(meetingOf)
  }

  /** Ends of this place meet nobody any more. */
  part({ ends }: Meeting): void {
    for (const { key } of ends) this.#at.delete(key)
  }
}

const meetingOf = ({ ends, certainty }: Open): Meeting => ({
  ends: [...ends.values()].sort((a, b) => compareText(a.key, b.key)),
  certainty,
})
