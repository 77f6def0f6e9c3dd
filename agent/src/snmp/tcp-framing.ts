import { TAG } from './message.ts'

/** As large as a datagram: what we ask for fits into far less. */
const MAX_MESSAGE = 65_536
/** Tag, length of the length, and up to four octets of it. */
const MAX_HEAD = 6

/** Cuts a stream of octets into messages by their BER lengths (RFC 3430, 2.1). Holds one message at most. */
export class MessageCutter {
  readonly #head = Buffer.alloc(MAX_HEAD)
  #headHeld = 0
  #message: Buffer | null = null
  #held = 0

  /** The messages that are whole with this chunk; null where it is no SNMP, and the stream is of no use any more. */
  push(chunk: Buffer): readonly Buffer[] | null {
    const whole: Buffer[] = []
    for (let at = 0; at < chunk.length; ) {
      if (this.#message === null && this.#headHeld === 0) {
        const size = messageSize(chunk, at)
        if (size < 0) return null
        if (size > 0 && size <= chunk.length - at) {
          whole.push(chunk.subarray(at, at + size))
          at += size
          continue
        }
      }
      if (this.#message === null) {
        this.#head[this.#headHeld++] = chunk[at++] ?? 0
        const size = messageSize(this.#head.subarray(0, this.#headHeld), 0)
        if (size < 0) return null
        if (size > 0) this.#begin(size)
      } else {
        const taken = chunk.copy(this.#message, this.#held, at)
        at += taken
        this.#held += taken
      }
      if (this.#message !== null && this.#held === this.#message.length) {
        whole.push(this.#message)
        this.#message = null
      }
    }
    return whole
  }

  #begin(size: number): void {
    this.#message = Buffer.allocUnsafe(size)
    this.#head.copy(this.#message, 0, 0, this.#headHeld)
    this.#held = this.#headHeld
    this.#headHeld = 0
  }
}

/** Octets of the message that begins at `at`: 0 while its head is not whole, -1 where none begins or it is too large. */
function messageSize(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== TAG.sequence) return -1
  const first = bytes[at + 1]
  if (first === undefined) return 0
  if (first < 0x80) return 2 + first
  const octets = first & 0x7f
  if (octets === 0 || octets > MAX_HEAD - 2) return -1
  if (at + 2 + octets > bytes.length) return 0
  let length = 0
  for (let octet = 0; octet < octets; octet++) length = length * 256 + (bytes[at + 2 + octet] ?? 0)
  const size = 2 + octets + length
  return size > MAX_MESSAGE ? -1 : size
}
