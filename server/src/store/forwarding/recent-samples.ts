import { type Columns, mergePieces, NO_SAMPLES } from '../embedded/chunks/columns.ts'
import { Head } from '../embedded/heads/head.ts'
import { HeadRoom } from '../embedded/heads/head-room.ts'
import type { AppendBatch } from '../metric-store.ts'

/** A generation takes what was accepted in so many milliseconds, or so many samples. */
const GENERATION_MS = 150_000
const GENERATION_SAMPLES = 500_000
/** Four generations: the newest ten minutes, or two million samples, about 25 MB. */
const GENERATIONS = 4

type Generation = {
  readonly since: number
  readonly heads: Map<number, Head>
  readonly room: HeadRoom
  samples: number
}

/** What was accepted last, in memory, so that it is seen before the engine shows it. */
export class RecentSamples {
  #generations: Generation[] = []

  get samples(): number {
    return this.#generations.reduce((sum, { samples }) => sum + samples, 0)
  }

  add({ refs, times, values }: AppendBatch, now: number): void {
    const generation = this.#current(now)
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] ?? 0
      let head = generation.heads.get(ref)
      if (head === undefined) {
        head = new Head(generation.room)
        generation.heads.set(ref, head)
      }
      head.append(typeof times === 'number' ? times : (times[i] ?? 0), values[i] ?? 0)
    }
    generation.samples += refs.length
  }

  /** Copies of the samples with from <= time <= to. */
  read(ref: number, from: number, to: number): Columns {
    const pieces = this.#generations.map(({ heads }) => heads.get(ref)?.read(from, to) ?? NO_SAMPLES)
    return mergePieces(pieces)
  }

  drop(ref: number): void {
    for (const { heads } of this.#generations) heads.delete(ref)
  }

  #current(now: number): Generation {
    const last = this.#generations.at(-1)
    // A clock that was set back starts a generation too.
    const isFresh = last !== undefined && now >= last.since && now - last.since < GENERATION_MS
    if (last !== undefined && isFresh && last.samples < GENERATION_SAMPLES) return last
    const next = { since: now, heads: new Map<number, Head>(), room: new HeadRoom(), samples: 0 }
    this.#generations = [...this.#generations.slice(1 - GENERATIONS), next]
    return next
  }
}
