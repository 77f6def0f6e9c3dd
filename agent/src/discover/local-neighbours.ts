import { readFile } from 'node:fs/promises'
import type { Clock } from '../schedule/schedule.ts'

/** Where Linux tells its ARP table (RFC 826). */
const ARP_FILE = '/proc/net/arp'
const COMPLETE = 0x2
/** Reading it is cheap, but not free with thousands of rows. */
const FRESH_MS = 1_000
/** More than the kernel keeps unless told otherwise. */
const MAX_ROWS = 16_384

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
      this.#found = this.#read().then(parseArp)
    }
    return (await this.#found).get(address)
  }
}

/** Complete entries in the form of /proc/net/arp, by address. */
export function parseArp(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n').slice(1, MAX_ROWS)) {
    const [address = '', , flags = '', mac = ''] = line.trim().split(/\s+/)
    const isComplete = (Number.parseInt(flags, 16) & COMPLETE) !== 0
    if (isComplete && /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(mac) && !/^(?:00:){5}00$/.test(mac)) {
      found.set(address, mac.toLowerCase())
    }
  }
  return found
}
