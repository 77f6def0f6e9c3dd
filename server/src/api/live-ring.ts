import type { LiveChange } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'

/** Enough for a client that was away for some minutes. */
export const MAX_CHANGES = 10_000
/** Whatever their number, the texts kept stay below this. */
export const MAX_CHANGE_BYTES = 16 * 1024 * 1024

export type Numbered = { readonly seq: number; readonly text: string }

/** The last changes as they were sent, so that a client that comes back gets what it missed. */
export function createLiveRing(feed: string, limits = { changes: MAX_CHANGES, bytes: MAX_CHANGE_BYTES }) {
  let kept: Numbered[] = []
  let first = 0
  let bytes = 0
  let seq = 0

  return {
    feed,
    seq: () => seq,
    add(change: LiveChange, at: EpochMs): Numbered {
      seq += 1
      const one = { seq, text: JSON.stringify({ kind: 'change', seq, at, change }) }
      kept.push(one)
      bytes += one.text.length
      while (kept.length - first > limits.changes || bytes > limits.bytes) {
        bytes -= kept[first]?.text.length ?? 0
        first += 1
      }
      // Moving the array once per so many drops keeps each of them cheap.
      if (first > limits.changes / 2) {
        kept = kept.slice(first)
        first = 0
      }
      return one
    },
    /**
     * What came after `from`; undefined when that is another feed's number, some of it is gone, or it is more than
     * `maxLength` characters: then fetching everything again is the cheaper way.
     */
    since(from: { feed: string; seq: number }, maxLength: number): readonly Numbered[] | undefined {
      if (from.feed !== feed || from.seq > seq) return undefined
      const missed = seq - from.seq
      if (missed > kept.length - first) return undefined
      const changes = missed === 0 ? [] : kept.slice(-missed)
      return changes.reduce((length, one) => length + one.text.length, 0) > maxLength ? undefined : changes
    },
  }
}

export type LiveRing = ReturnType<typeof createLiveRing>
