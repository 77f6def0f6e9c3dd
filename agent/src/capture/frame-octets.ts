export const NO_OCTETS: Uint8Array = new Uint8Array()

/** Octets of a frame that somebody else wrote. What lies beyond its end is undefined, or empty. */
export class FrameOctets {
  readonly #octets: Uint8Array

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get length(): number {
    return this.#octets.length
  }

  byte(at: number): number {
    return this.#octets[at] ?? 0
  }

  /** Two octets, the high one first. */
  word(at: number): number {
    return (this.byte(at) << 8) | this.byte(at + 1)
  }

  /** So many octets, or none where there are fewer. */
  part(at: number, length = this.length - at): Uint8Array {
    return length < 0 || at < 0 || at + length > this.length ? NO_OCTETS : this.#octets.subarray(at, at + length)
  }

  from(at: number): FrameOctets {
    return new FrameOctets(this.#octets.subarray(Math.min(at, this.length)))
  }

  /** Lower-case hex with colons. */
  mac(at: number): string {
    return hexOf(this.part(at, 6))
  }
}

export function hexOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':')
}

const utf8 = new TextDecoder('utf-8')

/** Text up to the first NUL, without control characters and surrounding blanks. */
export function textIn(octets: Uint8Array, most = 255): string {
  const end = octets.indexOf(0)
  return utf8
    .decode(octets.subarray(0, Math.min(end < 0 ? octets.length : end, 4 * most)))
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, most)
}

/** Text where the octets are printable, else their hex. */
export function textOrHex(octets: Uint8Array): string {
  const isText = octets.length > 0 && octets.every((octet) => octet >= 0x20 && octet !== 0x7f)
  return isText ? textIn(octets) : hexOf(octets).slice(0, 255)
}
