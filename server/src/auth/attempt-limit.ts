import type { EpochMs } from '@eyenet/shared/identity'

type Entry = { count: number; endsAt: number }

export type AttemptLimit = {
  /** Counts one attempt; false when the key has used up its attempts of this window. */
  take(key: string, now: EpochMs): boolean
  /** Takes the key's last attempt back: it was a good one. */
  giveBack(key: string): void
  /** How many attempts were refused, and how many keys were forgotten early because the table was full. */
  stats(): { readonly refused: number; readonly forgotten: number }
}

/** Attempts per key in fixed windows that begin with the key's first attempt. The oldest keys leave a full table. */
export function createAttemptLimit(limits: { max: number; windowMs: number; keys: number }): AttemptLimit {
  // A Map keeps the order of insertion, and all windows are equally long: the first ones end first.
  const entries = new Map<string, Entry>()
  let refused = 0
  let forgotten = 0

  function makeRoom(now: EpochMs): void {
    for (const [key, entry] of entries) {
      const ended = entry.endsAt <= now
      if (!ended && entries.size < limits.keys) return
      if (!ended) forgotten += 1
      entries.delete(key)
    }
  }

  return {
    take(key, now) {
      const found = entries.get(key)
      if (found === undefined || found.endsAt <= now) {
        entries.delete(key)
        makeRoom(now)
        entries.set(key, { count: 1, endsAt: now + limits.windowMs })
        return true
      }
      if (found.count >= limits.max) {
        refused += 1
        return false
      }
      found.count += 1
      return true
    },
    giveBack(key) {
      const found = entries.get(key)
      if (found !== undefined && found.count > 0) found.count -= 1
    },
    stats: () => ({ refused, forgotten }),
  }
}

/** What stands for one sender: an IPv4 address, or the /64 of an IPv6 address, which one host has whole. */
export function senderKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? first : [...first, ...Array(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
  return `${groups.slice(0, 4).join(':')}::/64`
}
