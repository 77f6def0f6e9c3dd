import { readFile } from 'node:fs/promises'
import { parseArp } from '../host/host.ts'
import type { Clock } from '../schedule/schedule.ts'

/** Where Linux tells its ARP table (RFC 826). */
const ARP_FILE = '/proc/net/arp'
/** Reading it is cheap, but not free with thousands of rows. */
const FRESH_MS = 1_000

/**
 * The neighbours that this machine's kernel knows: a host that drops pings still answers ARP. They are free: nothing is
 * sent to read them.
 */
export class LocalNeighbours {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #read: () => Promise<string>
  #found: Promise<ReadonlyMap<string, string>> | undefined
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Pick<Clock, 'monotonicMs'>, read = () => readFile(ARP_FILE, 'utf8').catch(() => '')) {
    this.#clock = clock
    this.#read = read
  }

  /** The MAC behind an address, lower-case hex with colons; undefined where none answered. */
  async macOf(address: string): Promise<string | undefined> {
    const now = this.#clock.monotonicMs()
    if (this.#found === undefined || now - this.#readAtMs > FRESH_MS) {
      this.#readAtMs = now
      this.#found = this.#read().then((text) => new Map(parseArp(text).map(({ ip, mac }) => [ip, mac])))
    }
    return (await this.#found).get(address)
  }
}
