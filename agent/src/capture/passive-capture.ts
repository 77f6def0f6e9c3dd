import type { DeviceId } from '@eyenet/shared/identity'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import { HeardNeighbors } from './heard-neighbors.ts'
import { parseFrame } from './parse-frame.ts'
import { SeenStations } from './seen-stations.ts'
import { type Capture, type OpenCapture, openTcpdump } from './tcpdump.ts'

export type CaptureParts = {
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: { append(additions: Additions): void }
  /** The agent's own machine as a device, once it is known. */
  readonly device: () => DeviceId | undefined
  /** Names of the interfaces that may be listened at. */
  readonly interfaces: () => readonly string[]
  /** tcpdump unless told. */
  readonly open?: OpenCapture
}

/** Interfaces that are listened at: a process each. */
const MOST_INTERFACES = 8
/** How often interfaces are looked for, and what was found is told. */
const REVIEW_MS = 60_000
/** A capture that ends is begun again after a second, then later and later. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 300_000
/** One that has run for so long was no failure. */
const WELL_AFTER_MS = 60_000
/** Frames of one interface that are looked at; the rest of a second is dropped, counted. */
const FRAMES_PER_SECOND = 500

type Listening = {
  capture: Capture | undefined
  startedAtMs: number
  pauseMs: number
  cancel: () => void
  secondAtMs: number
  frames: number
}

/** Listens at the machine's own interfaces while it is wanted, and tells who was heard and seen. */
export class PassiveCapture {
  readonly #parts: CaptureParts
  readonly #heard = new HeardNeighbors()
  readonly #seen = new SeenStations()
  readonly #listening = new Map<string, Listening>()
  #isWanted = false
  #cancelReview = (): void => {}
  #dropped = 0
  #toldDropped = 0
  /** Problems that were logged, each once while it is wanted. */
  readonly #said = new Set<string>()

  constructor(parts: CaptureParts) {
    this.#parts = parts
  }

  /** Frames and stations that found no room. */
  get dropped(): number {
    return this.#dropped + this.#seen.dropped
  }

  /** Begins to listen, or ends; what it is already changes nothing. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return
    this.#isWanted = isWanted
    if (isWanted) {
      this.#review()
      return
    }
    this.close()
    this.#heard.clear()
    this.#seen.clear()
    this.#said.clear()
  }

  /** Who is heard now, for the links of the machine. */
  heard(): readonly HeardNeighbor[] {
    return this.#heard.now(this.#parts.clock.monotonicMs())
  }

  close(): void {
    this.#isWanted = false
    this.#cancelReview()
    for (const name of [...this.#listening.keys()]) this.#end(name)
  }

  #review(): void {
    const { clock, interfaces } = this.#parts
    const names = interfaces().slice(0, MOST_INTERFACES)
    for (const name of [...this.#listening.keys()]) if (!names.includes(name)) this.#end(name)
    for (const name of names) if (!this.#listening.has(name)) this.#begin(name, FIRST_PAUSE_MS)
    this.#tell()
    this.#cancelReview = clock.after(REVIEW_MS, () => this.#review())
  }

  #tell(): void {
    const { clock, outbox, device: deviceOf, logger } = this.#parts
    const device = deviceOf()
    const items = device === undefined ? [] : this.#seen.due(device, clock.monotonicMs())
    if (items.length > 0) outbox.append({ facts: [{ kind: 'discovered', at: clock.now(), items }] })
    if (this.dropped > this.#toldDropped) {
      logger.warn({ dropped: this.dropped - this.#toldDropped }, 'more frames or stations than are looked at: dropped')
    }
    this.#toldDropped = this.dropped
  }

  #begin(name: string, pauseMs: number): void {
    const { clock, open = openTcpdump } = this.#parts
    const startedAtMs = clock.monotonicMs()
    const one: Listening = {
      ...{ capture: undefined, startedAtMs, pauseMs, cancel: () => undefined },
      ...{ secondAtMs: startedAtMs, frames: 0 },
    }
    this.#listening.set(name, one)
    one.capture = open(name, {
      frame: (octets) => this.#frame(name, one, octets),
      ended: (problem) => this.#ended(name, one, problem),
    })
    if (one.capture === undefined) this.#ended(name, one, 'there is no tcpdump here')
  }

  #frame(name: string, one: Listening, octets: Uint8Array): void {
    const nowMs = this.#parts.clock.monotonicMs()
    if (nowMs - one.secondAtMs >= 1_000) {
      one.secondAtMs = nowMs
      one.frames = 0
    }
    if (++one.frames > FRAMES_PER_SECOND) {
      this.#dropped++
      return
    }
    for (const found of parseFrame(octets)) {
      if (found.kind === 'neighbor') this.#heard.take(found, { port: name, nowMs })
      else this.#seen.take(found, { port: name, nowMs })
    }
  }

  #ended(name: string, one: Listening, problem: string): void {
    const { clock, logger } = this.#parts
    if (this.#listening.get(name) !== one) return
    const pauseMs = clock.monotonicMs() - one.startedAtMs >= WELL_AFTER_MS ? FIRST_PAUSE_MS : one.pauseMs
    if (!this.#said.has(name)) {
      logger.warn({ interface: name, problem }, 'cannot listen at an interface; trying again, later and later')
    }
    this.#said.add(name)
    one.capture = undefined
    one.cancel = clock.after(pauseMs, () => {
      if (this.#listening.get(name) === one) this.#begin(name, Math.min(LONGEST_PAUSE_MS, 2 * pauseMs))
    })
  }

  #end(name: string): void {
    const one = this.#listening.get(name)
    this.#listening.delete(name)
    one?.cancel()
    one?.capture?.stop()
  }
}
