export type Station = {
  /** Names the station within the table: its address, and the VLAN. */
  readonly key: string
  /** Where it is. */
  readonly place: string
  readonly port: string
}

/** A station that is silent for a while is not gone: switches forget it after five minutes, and it speaks again. */
const GONE_AFTER_MS = 3_600_000
/** A table up to here is told whenever it changes; a longer one no more often than this, unless much is new in it. */
const SHORT_TABLE = 500
const LONG_TABLE_EVERY_MS = 900_000
const MUCH_IS_NEW = 0.1
const DAY_MS = 86_400_000

type Kept<T> = { station: T; seenAtMs: number }

/**
 * A table of stations over many readings, so that those that come and go are no change: additions and moves count at once,
 * and one that is not seen any more leaves after an hour, or as soon as its port is down.
 */
export class KeptStations<T extends Station> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #most: number
  /** New and moved since the table was last told. */
  #news = 0
  #hasLost = false
  #toldAtMs = Number.NEGATIVE_INFINITY
  #isCut = false

  constructor(most: number) {
    this.#most = most
  }

  get isCut(): boolean {
    return this.#isCut
  }

  get size(): number {
    return this.#kept.size
  }

  /** Takes in what one reading found. */
  take(found: readonly T[], { nowMs, isDown }: { nowMs: number; isDown: (port: string) => boolean }): void {
    for (const station of found) {
      const known = this.#kept.get(station.key)
      if (known !== undefined) {
        if (known.station.place !== station.place) this.#news++
        known.station = station
        known.seenAtMs = nowMs
      } else if (this.#kept.size < this.#most) {
        this.#kept.set(station.key, { station, seenAtMs: nowMs })
        this.#news++
      }
    }
    for (const [key, { station, seenAtMs }] of this.#kept) {
      const isGone = nowMs - seenAtMs >= GONE_AFTER_MS || (seenAtMs < nowMs && isDown(station.port))
      if (isGone) this.#hasLost = this.#kept.delete(key) || this.#hasLost
    }
    this.#isCut = found.length > this.#most
  }

  /** The table where it is worth telling now; undefined where it is not. */
  due(nowMs: number): readonly T[] | undefined {
    const { size } = this.#kept
    const waited = nowMs - this.#toldAtMs
    // The first time, and daily.
    const isDue = waited >= DAY_MS
    const isChanged = this.#news > 0 || this.#hasLost
    const isCheap = size <= SHORT_TABLE || waited >= LONG_TABLE_EVERY_MS || this.#news >= size * MUCH_IS_NEW
    if (!isDue && !(isChanged && isCheap)) return undefined
    this.#toldAtMs = nowMs
    this.#news = 0
    this.#hasLost = false
    return this.all()
  }

  /** Everything that is remembered, by key. */
  all(): readonly T[] {
    return [...this.#kept.values()].map(({ station }) => station).sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}
