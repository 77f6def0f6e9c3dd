// MQTT packets in a stream of bytes: a proxy that counts, repeats or reorders needs them whole.

export const PUBLISH = 3
/** A larger packet is no MQTT (3.1.1, section 2.2.3), and would only fill memory. */
const MAX_LENGTH_BYTES = 4

/**
 * A function that takes chunks as they come and answers the packets that are whole by now, each
 * `{ type, flags, body, bytes }`: `bytes` is the packet as it was sent, `body` what follows its length.
 * Throws when the bytes are no MQTT.
 */
export function packetReader() {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const packets = []
    for (;;) {
      const packet = firstPacket(rest)
      if (packet === undefined) return packets
      rest = rest.subarray(packet.bytes.length)
      packets.push(packet)
    }
  }
}

/** Topic and payload of a PUBLISH. */
export function publishOf({ flags, body }) {
  const topicEnd = 2 + body.readUInt16BE(0)
  const qos = (flags >> 1) & 3
  return { topic: body.toString('utf8', 2, topicEnd), payload: body.subarray(topicEnd + (qos > 0 ? 2 : 0)), qos }
}

function firstPacket(bytes) {
  let length = 0
  for (let at = 1; at <= MAX_LENGTH_BYTES && at < bytes.length; at++) {
    length += (bytes[at] & 0x7f) << (7 * (at - 1))
    if (bytes[at] & 0x80) {
      if (at === MAX_LENGTH_BYTES) throw new Error('these bytes are no MQTT: a length has more than four bytes')
      continue
    }
    const end = at + 1 + length
    if (bytes.length < end) return undefined
    const whole = bytes.subarray(0, end)
    return { type: bytes[0] >> 4, flags: bytes[0] & 15, body: whole.subarray(at + 1), bytes: whole }
  }
  return undefined
}
