import type { EpochMs } from '@eyenet/shared/identity'
import { ipNumber, ipText } from '@eyenet/shared/network'
import type { Discovered } from '@eyenet/shared/wire'

/** An address that somebody told of: a neighbour by LLDP or CDP, an ARP or ND entry, a next hop, a frame that passed by. */
export type Heard = Pick<Discovered, 'address' | 'mac' | 'how' | 'via' | 'hostname' | 'vendor'> & {
  /** What it says of itself by LLDP or CDP: bridge, router, telephone ... */
  readonly capabilities?: readonly string[]
}

export type CrawlParts = {
  readonly now: () => EpochMs
  readonly isOn: () => boolean
  readonly mayAsk: (address: string) => boolean
  readonly isWatched: (address: string) => boolean
  /** When it was asked last; 0 where it never was. */
  readonly askedAt: (address: string) => number
  readonly ask: (heard: Heard & { readonly address: string }) => Promise<void>
  readonly onFailure: (thrown: unknown) => void
}

/** Waiting to be asked. The ARP table of a large router has more, which come again with its next reading. */
const MAX_WAITING = 4_096
/** What is remembered of who told of which address. */
const MAX_REMEMBERED = 16_384
const AT_ONCE = 16
const ASK_AGAIN_MS = 20 * 3_600_000

/** Asks addresses that others tell of, each once a day, in what is permitted. */
export class Crawl {
  dropped = 0
  readonly #parts: CrawlParts
  readonly #waiting = new Map<string, Heard & { readonly address: string }>()
  readonly #later = new Map<string, number>()
  readonly #remembered = new Map<string, Heard>()
  readonly #underWay = new Set<string>()
  #isClosed = false

  constructor(parts: CrawlParts) {
    this.#parts = parts
  }

  get waiting(): number {
    return this.#waiting.size + this.#later.size
  }

  heard(list: readonly Heard[]): void {
    for (const one of list) this.#take(one)
    this.#pump()
  }

  /** Who told of an address first. */
  remembered(address: string): Heard | undefined {
    return this.#remembered.get(address)
  }

  /** Credentials wait for the hour to pass: it is asked again then. */
  askAgainAt(address: string, at: EpochMs): void {
    if (this.#later.has(address)) return
    if (this.#later.size >= MAX_WAITING) this.dropped++
    else this.#later.set(address, at)
  }

  /** Asks what has waited long enough. */
  tick(): void {
    const now = this.#parts.now()
    for (const [address, at] of this.#later) {
      if (at > now) continue
      this.#later.delete(address)
      if (this.#parts.mayAsk(address)) this.#enqueue({ how: 'sweep', ...this.#remembered.get(address), address })
    }
    this.#pump()
  }

  close(): void {
    this.#isClosed = true
    this.#waiting.clear()
    this.#later.clear()
  }

  #take(heard: Heard): void {
    const { isOn, mayAsk, isWatched, askedAt, now } = this.#parts
    const number = ipNumber(heard.address ?? '')
    const address = number && ipText(number)
    if (address === undefined || !mayAsk(address)) return
    this.#remember(address, heard)
    if (!isOn() || isWatched(address) || now() - askedAt(address) < ASK_AGAIN_MS) return
    this.#enqueue({ ...heard, address })
  }

  #remember(address: string, heard: Heard): void {
    if (this.#remembered.has(address)) return
    this.#remembered.set(address, heard)
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest)
  }

  #enqueue(heard: Heard & { readonly address: string }): void {
    const { address } = heard
    if (this.#waiting.has(address) || this.#underWay.has(address)) return
    if (this.#waiting.size >= MAX_WAITING) this.dropped++
    else this.#waiting.set(address, heard)
  }

  #pump(): void {
    for (const [address, heard] of this.#waiting) {
      if (this.#underWay.size >= AT_ONCE || this.#isClosed) return
      this.#waiting.delete(address)
      this.#underWay.add(address)
      void this.#parts
        .ask(heard)
        .catch(this.#parts.onFailure)
        .finally(() => {
          this.#underWay.delete(address)
          this.#pump()
        })
    }
  }
}
