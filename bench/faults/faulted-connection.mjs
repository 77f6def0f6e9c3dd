// One connection across the faulted line: both its directions, each held back as the line wants it.
import { connect } from 'node:net'

/** What one direction of one connection may hold: with it full nothing more is read, as on a line that is stuck. */
const MAX_HELD_BYTES = 262_144
/** What Node reads ahead of us; the kernel's own buffers before and behind the proxy come on top, some 100 KB. */
const READ_AHEAD_BYTES = 4_096

export const SOCKET_OPTIONS = { allowHalfOpen: true, highWaterMark: READ_AHEAD_BYTES, noDelay: true }

/**
 * Joins a client's socket with the target. `line` is `{ up, down, delayMs(), through(direction) }`: paces of both directions, what
 * to wait beside, and what becomes of each chunk (a function from a chunk to chunks). Calls `onClose` once.
 */
export class FaultedConnection {
  #client
  #server
  #directions
  #isClosed = false
  #onClose

  constructor(client, { target, line, onClose }) {
    this.#client = client
    this.#onClose = onClose
    this.#server = connect({ ...target, ...SOCKET_OPTIONS })
    this.#directions = [
      new Direction({ from: client, to: this.#server, pace: line.up, line, through: line.through('up') }),
      new Direction({ from: this.#server, to: client, pace: line.down, line, through: line.through('down') }),
    ]
    for (const socket of [this.#client, this.#server]) {
      socket.on('error', () => this.destroy())
      socket.on('close', () => {
        if (this.#client.destroyed && this.#server.destroyed) this.destroy()
        else if (socket.errored !== null) this.destroy()
      })
    }
  }

  /** Nothing passes any more, and nobody is told: as when a cable is pulled. */
  freeze() {
    for (const direction of this.#directions) direction.freeze()
  }

  destroy() {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const direction of this.#directions) direction.freeze()
    this.#client.destroy()
    this.#server.destroy()
    this.#onClose(this)
  }
}

class Direction {
  #options
  /** Chunks that have still to cross the line. */
  #waiting = []
  /** Slices that are across, and wait for their delay: `{ bytes, dueMs }`, in order. */
  #held = []
  #heldBytes = 0
  #isCrossing = false
  #isEnded = false
  #isFrozen = false
  #lastDueMs = 0
  #timers = new Set()

  constructor(options) {
    this.#options = options
    const { from, to, through } = options
    from.on('data', (chunk) => {
      if (this.#isFrozen) return
      let parts
      try {
        parts = through(chunk)
      } catch {
        from.destroy()
        to.destroy()
        return
      }
      for (const part of parts) this.#add(part)
      this.#look()
    })
    from.on('end', () => {
      this.#isEnded = true
      this.#look()
    })
    to.on('drain', () => this.#deliver())
  }

  freeze() {
    this.#isFrozen = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#waiting = []
    this.#held = []
    this.#options.from.resume()
  }

  #add(part) {
    if (part.length === 0) return
    this.#waiting.push(part)
    this.#heldBytes += part.length
  }

  #look() {
    const { from, to } = this.#options
    if (this.#isFrozen) return
    // On a slow line nothing is read before the line has room: what lies here would be hidden from both ends.
    if (this.#waiting.length > 0 || this.#heldBytes >= MAX_HELD_BYTES) from.pause()
    else from.resume()
    if (!this.#isCrossing && this.#waiting.length > 0 && this.#heldBytes - this.#waitingBytes() < MAX_HELD_BYTES)
      this.#cross()
    if (this.#isEnded && this.#heldBytes === 0) to.end()
  }

  #waitingBytes() {
    return this.#waiting.reduce((sum, part) => sum + part.length, 0)
  }

  #cross() {
    const { pace } = this.#options
    const slice = this.#nextSlice(pace.sliceBytes())
    this.#isCrossing = true
    const now = performance.now()
    this.#later(pace.take(slice.length, now) - now, () => {
      this.#isCrossing = false
      const dueMs = Math.max(this.#lastDueMs, performance.now() + this.#options.line.delayMs())
      this.#lastDueMs = dueMs
      this.#held.push({ bytes: slice, dueMs })
      this.#deliver()
      this.#look()
    })
  }

  #nextSlice(most) {
    const first = this.#waiting[0]
    if (first.length <= most) return this.#waiting.shift()
    this.#waiting[0] = first.subarray(most)
    return first.subarray(0, most)
  }

  #deliver() {
    const { to } = this.#options
    let isDone = false
    while (!this.#isFrozen && this.#held.length > 0 && !to.writableNeedDrain) {
      const { bytes, dueMs } = this.#held[0]
      const waitMs = dueMs - performance.now()
      if (waitMs > 0) {
        this.#later(waitMs, () => this.#deliver())
        break
      }
      this.#held.shift()
      this.#heldBytes -= bytes.length
      isDone = true
      if (!to.destroyed) to.write(bytes)
    }
    if (isDone) this.#look()
  }

  #later(ms, work) {
    if (ms <= 0) {
      work()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, Math.ceil(ms))
    this.#timers.add(timer)
  }
}
