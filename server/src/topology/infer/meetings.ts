import type { LinkEvidence } from '@eyenet/shared/api'
import { compareText } from './directory.ts'
import { type DraftEnd, endKey } from './draft-link.ts'
import type { Station } from './sights.ts'

/** An end that meets others, and why it is believed to be there. */
export type Meet = { readonly end: DraftEnd; readonly station?: Station; readonly evidence: readonly LinkEvidence[] }

/** A place where ends meet: two are a link, more share a medium. */
export type Meeting = { readonly ends: readonly Meet[]; readonly certainty: number }

type Open = { readonly ends: Map<string, Meet>; certainty: number }

/** Joins ends two by two; what is joined to the same end meets in the same place. */
export class Meetings {
  readonly #at = new Map<string, Open>()

  join(one: Meet, other: Meet, certainty: number): void {
    const [a, b] = [this.#at.get(endKey(one.end)), this.#at.get(endKey(other.end))]
    const into = a ?? b ?? { ends: new Map<string, Meet>(), certainty }
    into.certainty = Math.max(into.certainty, certainty, b?.certainty ?? 0)
    if (a !== undefined && b !== undefined && a !== b) {
      for (const [key, meet] of b.ends) {
        a.ends.set(key, meet)
        this.#at.set(key, a)
      }
    }
    for (const meet of [one, other]) {
      const key = endKey(meet.end)
      const before = into.ends.get(key)
      into.ends.set(key, { ...meet, evidence: [...(before?.evidence ?? []), ...meet.evidence] })
      this.#at.set(key, into)
    }
  }

  /** What names the place of this end as long as nothing is joined. */
  placeOf(end: DraftEnd): string {
    const [first] = this.#at.get(endKey(end))?.ends.keys() ?? []
    return first ?? endKey(end)
  }

  /** In an order that does not depend on who was joined first. */
  all(): readonly Meeting[] {
    return [...new Set(this.#at.values())]
      .map(({ ends, certainty }) => ({
        ends: [...ends].sort(([a], [b]) => compareText(a, b)).map(([, meet]) => meet),
        certainty,
      }))
      .sort((a, b) => compareText(keyOf(a), keyOf(b)))
  }
}

const keyOf = ({ ends: [first] }: Meeting): string => (first === undefined ? '' : endKey(first.end))
