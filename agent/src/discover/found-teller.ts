import { createHash } from 'node:crypto'
import type { Discovered, DiscoveryProgress } from '@eyenet/shared/wire'
import type { NewDiscovered } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { DiscoveryFile } from './discovery-file.ts'

/** One report's findings: at their longest some 450 KB, under what a message may have. */
const ITEMS_A_REPORT = 100
/** How long a finding waits for others, and how often a run tells its progress. */
export const TELL_EVERY_MS = 5_000
/** What has not changed is told once a day; a sweep that began a little earlier than the day before is in time. */
const TELL_AGAIN_MS = 20 * 3_600_000

export type TellerParts = {
  readonly clock: Clock
  readonly file: DiscoveryFile
  readonly append: (report: NewDiscovered) => void
  readonly tellAgainMs?: number
}

/** Tells what was found, in batches, and nothing twice a day that has not changed. */
export class FoundTeller {
  readonly #parts: TellerParts
  readonly #waiting = new Map<string, { readonly item: Discovered; readonly told: string }>()
  #progress: DiscoveryProgress | undefined
  #cancel: (() => void) | undefined
  #found = 0

  constructor(parts: TellerParts) {
    this.#parts = parts
  }

  /** Findings that were told. */
  get count(): number {
    return this.#found
  }

  found(item: Discovered): void {
    const { clock, file, tellAgainMs = TELL_AGAIN_MS } = this.#parts
    const key = item.address ?? item.mac
    if (key === undefined) return
    const told = digestOf(item)
    const known = file.known(key)
    if (known?.told === told && clock.now() - known.toldAt < tellAgainMs) return
    this.#waiting.set(key, { item, told })
    if (this.#waiting.size >= ITEMS_A_REPORT) this.flush()
    else this.#later()
  }

  /** Progress goes out at once, with what was found until then. */
  progress(progress: DiscoveryProgress): void {
    this.#progress = progress
    this.flush()
  }

  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const [waiting, progress] = [[...this.#waiting], this.#progress]
    if (waiting.length === 0 && progress === undefined) return
    const { clock, file, append } = this.#parts
    const at = clock.now()
    append({ kind: 'discovered', at, items: waiting.map(([, { item }]) => item), ...(progress && { progress }) })
    this.#waiting.clear()
    this.#progress = undefined
    this.#found += waiting.length
    // Only now: what a crash loses before is told again.
    for (const [key, { told }] of waiting) file.saveKnown(key, { told, toldAt: at })
  }

  #later(): void {
    this.#cancel ??= this.#parts.clock.after(TELL_EVERY_MS, () => this.flush())
  }
}

/** How it was found and how fast it answered change with each look: they are no news. */
function digestOf({ how: _how, rttSeconds: _rtt, ...item }: Discovered): string {
  return createHash('sha256').update(JSON.stringify(item)).digest('base64url').slice(0, 22)
}
