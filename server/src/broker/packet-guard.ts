/** What MQTT 3.1.1 needs for CONNECT with user, password, client id and a small will; more before it is an attack. */
const MAX_CONNECT_BYTES = 8 * 1024

/** The remaining length has one to four bytes (MQTT 3.1.1, section 2.2.3). */
const MAX_LENGTH_BYTES = 4

/**
 * Watches the bytes of one connection go by and says when a packet claims to be longer than allowed, before anything
 * of it is buffered: aedes and its parser have no limit of their own. The first packet has a smaller limit.
 */
export class PacketGuard {
  readonly #maxPacketBytes: number
  #limit: number
  /** Bytes of the present packet's body that are still to come. */
  #body = 0
  #state: 'type' | 'length' = 'type'
  #length = 0
  #lengthBytes = 0

  constructor(maxPacketBytes: number) {
    this.#maxPacketBytes = maxPacketBytes
    this.#limit = Math.min(MAX_CONNECT_BYTES, maxPacketBytes)
  }

  /** False when the connection must end: a packet is too long or its length is malformed. */
  accept(chunk: Uint8Array): boolean {
    let at = 0
    while (at < chunk.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at)
        this.#body -= skipped
        at += skipped
        continue
      }
      if (this.#state === 'type') {
        this.#state = 'length'
        this.#length = 0
        this.#lengthBytes = 0
      } else if (!this.#acceptLengthByte(chunk[at] ?? 0)) {
        return false
      }
      at += 1
    }
    return true
  }

  #acceptLengthByte(byte: number): boolean {
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes)
    this.#lengthBytes += 1
    if (byte & 0x80) return this.#lengthBytes < MAX_LENGTH_BYTES
    if (this.#length > this.#limit) return false
    this.#body = this.#length
    this.#state = 'type'
    this.#limit = this.#maxPacketBytes
    return true
  }
}
