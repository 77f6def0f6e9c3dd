// Repeats and reorders PUBLISH packets on a line, and tells of each one that passes.
import { PUBLISH, packetReader } from '../faults/mqtt-packets.mjs'

const DUP = 0x08

/**
 * `through` for startFaultProxy. `faults` is `{ duplicate, reorder }`, shares of the packets, and may change while it runs;
 * `random` gives numbers in [0, 1); `onPublish(direction)` is called before a packet goes on.
 */
export function packetFaults({ faults, random, onPublish }) {
  return (direction) => {
    const packetsOf = packetReader()
    let held
    return (chunk) => {
      const out = []
      for (const { type, bytes } of packetsOf(chunk)) {
        if (type === PUBLISH) {
          onPublish(direction)
          if (held === undefined && random() < faults.reorder) {
            held = bytes
            continue
          }
        }
        out.push(bytes)
        if (type === PUBLISH && random() < faults.duplicate) out.push(repeated(bytes))
        // One that was held goes on behind the next, whatever that is.
        if (held !== undefined) out.push(held)
        held = undefined
      }
      return out
    }
  }
}

/** The packet as a sender repeats it (MQTT 3.1.1, section 3.3.1.1). */
function repeated(bytes) {
  const again = Buffer.from(bytes)
  again[0] |= DUP
  return again
}
