import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { CreateLogFile, LogFile } from './log-file.ts'
import type { LogEnd } from './log-replay.ts'
import { SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from './log-segment.ts'

// A segment is read whole at start-up.
const SEGMENT_BYTES = 1 << 26
// One writev takes 1,024 parts; a group also carries a record per new series.
const GROUP_MAX = 500
// What waits for the disk; a disk that is this far behind is not coping.
const WAITING_BYTES_MAX = 1 << 28

/** Where a record lies: bytes `from` to `to`, end excluded, of a segment. */
export type LogPlace = { readonly segment: number; readonly from: number; readonly to: number }

type Entry = {
  readonly bytes: Buffer | undefined
  readonly commit: (place: LogPlace) => void
  readonly resolve: () => void
  readonly reject: (error: EyeNetError) => void
}

/** Records that must be on disk before the next group, and what to do when they are. */
export type Prelude = { readonly parts: readonly Buffer[]; readonly written: () => void }

export type AppendLogOptions = {
  readonly folder: string
  readonly end: LogEnd
  readonly create: CreateLogFile
  readonly prelude: () => Prelude
}

/**
 * Segment files that only grow. What is given while the disk is busy goes to it as one group with one fsync. After a
 * failed write the segment is left behind at its last good length and the next group starts another one.
 */
export class AppendLog {
  readonly #options: AppendLogOptions
  readonly #segments: Map<number, number>
  #current: { readonly number: number; readonly file: LogFile } | undefined
  #next: number
  #lastLength: number
  #queue: Entry[] = []
  #waitingBytes = 0
  #pump: Promise<void> | undefined

  constructor(options: AppendLogOptions) {
    this.#options = options
    this.#segments = new Map(options.end.segments)
    this.#next = options.end.next
    this.#lastLength = options.end.lastLength
  }

  get bytes(): number {
    let sum = 0
    for (const length of this.#segments.values()) sum += length
    return sum
  }

  /** Resolves when the bytes are on disk; `commit` runs at that moment, in the order of the log. */
  append(bytes: Buffer, commit: (place: LogPlace) => void): Promise<void> {
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      const sentence = `the disk under ${this.#options.folder} is too slow: ${this.#waitingBytes} bytes wait; send later`
      return Promise.reject(new EyeNetError('unavailable', sentence))
    }
    this.#waitingBytes += bytes.length
    return this.#enqueue(bytes, commit)
  }

  /** Starts a new segment behind everything given so far; `commit` runs at that moment with its number. */
  roll(commit: (segment: number) => void): Promise<void> {
    return this.#enqueue(undefined, () => commit(this.#next - 1))
  }

  /** Removes the segments before `segment`. */
  async cut(segment: number): Promise<void> {
    for (const number of [...this.#segments.keys()]) {
      if (number < segment) await this.remove(number)
    }
  }

  /** Numbers of the segments on disk, ascending. */
  get segments(): readonly number[] {
    return [...this.#segments.keys()].sort((a, b) => a - b)
  }

  /** Removes one segment, which must not be the one that is written. */
  async remove(segment: number): Promise<void> {
    await rm(join(this.#options.folder, segmentName(segment)), { force: true })
    this.#segments.delete(segment)
  }

  /** Finishes what was given and closes the file. */
  async close(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump
    await this.#current?.file.close()
    this.#current = undefined
  }

  #enqueue(bytes: Buffer | undefined, commit: (place: LogPlace) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes, commit, resolve, reject })
      this.#pump ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // Appends of the same turn share the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const group = this.#takeGroup()
      const prelude = this.#options.prelude()
      try {
        if (group[0]?.bytes === undefined) await this.#startSegment()
        else await this.#write([...prelude.parts, ...group.flatMap(({ bytes }) => bytes ?? [])], prelude)
      } catch (cause) {
        await this.#leaveSegment()
        const sentence = `cannot write the metric log in ${this.#options.folder}: ${messageOf(cause)}; free space or mend the disk`
        for (const { reject } of group) reject(new EyeNetError('unavailable', sentence, { cause }))
        continue
      }
      let to = this.#lastLength - group.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0)
      for (const { bytes, commit, resolve } of group) {
        const from = to
        to += bytes?.length ?? 0
        commit({ segment: this.#next - 1, from, to })
        resolve()
      }
    }
    this.#pump = undefined
  }

  /** The writes at the queue's front, or one roll. */
  #takeGroup(): readonly Entry[] {
    let length = 0
    while (length < GROUP_MAX && this.#queue[length]?.bytes !== undefined) length++
    const group = this.#queue.splice(0, Math.max(1, length))
    for (const { bytes } of group) this.#waitingBytes -= bytes?.length ?? 0
    return group
  }

  async #write(parts: readonly Buffer[], prelude: Prelude): Promise<void> {
    if (this.#current === undefined || this.#lastLength > SEGMENT_BYTES) await this.#startSegment()
    const { file, number } = this.#current ?? failed()
    await file.write(parts, this.#lastLength)
    for (const part of parts) this.#lastLength += part.length
    this.#segments.set(number, this.#lastLength)
    prelude.written()
  }

  async #startSegment(): Promise<void> {
    const number = this.#next
    const file = await this.#options.create(join(this.#options.folder, segmentName(number)))
    try {
      await file.write([segmentHeader(this.#lastLength)], 0)
    } catch (error) {
      await file.close()
      throw error
    }
    await this.#current?.file.close()
    this.#current = { number, file }
    this.#next = number + 1
    this.#lastLength = SEGMENT_HEADER_BYTES
    this.#segments.set(number, this.#lastLength)
  }

  /** What a failed fsync left in memory and on disk is unknown: this segment takes nothing more. */
  async #leaveSegment(): Promise<void> {
    const left = this.#current
    this.#current = undefined
    if (left === undefined) return
    // The next segment's header states the good length; cutting here only frees space sooner.
    await left.file.truncate(this.#lastLength).catch(() => undefined)
    await left.file.close().catch(() => undefined)
  }
}

function failed(): never {
  throw new Error('no segment is open')
}
