import { setMaxListeners } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { segmentName } from '../log/log-segment.ts'
import type { AppendBatch, StoreCore } from '../metric-store.ts'
import type { EnginePort } from './engine-port.ts'
import { type ForwardingCore, type ForwardingOptions, openForwardingCore } from './forwarding.ts'

export const NOW = epochMs(Date.UTC(2026, 0, 15))

/** A clock that stands still but for `pass`; waits end when their time has come. */
export class FakeTime {
  now = NOW
  #waits: { readonly due: number; readonly done: () => void }[] = []

  readonly wait = (ms: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted || ms <= 0) return Promise.resolve()
    setMaxListeners(0, signal)
    return new Promise((resolve) => {
      this.#waits.push({ due: this.now + ms, done: resolve })
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  get waits(): number {
    return this.#waits.length
  }

  pass(ms: number): void {
    this.now = epochMs(this.now + ms)
    const due = this.#waits.filter((one) => one.due <= this.now)
    this.#waits = this.#waits.filter((one) => one.due > this.now)
    for (const { done } of due) done()
  }
}

/** A folder for a store before an engine, opened as often as wanted; a kill keeps what is on disk at that moment. */
export function forwardingFolder(engine: EnginePort, time = new FakeTime()) {
  const base = mkdtempSync(join(tmpdir(), 'eyenet-forwarding-'))
  let folder = join(base, '0')
  let copies = 0
  const opened: ForwardingCore[] = []
  return {
    time,
    async open(options: Partial<ForwardingOptions> = {}): Promise<ForwardingCore> {
      const core = await openForwardingCore({
        ...{ folder, engine, logger: pino({ level: 'silent' }), clock: { now: () => time.now } },
        ...{ maintainEveryMs: 0, wait: time.wait, random: () => 0.5 },
        ...options,
      })
      opened.push(core)
      return core
    },
    /** What a kill at this moment would leave is what the next `open` finds. */
    async kill(): Promise<void> {
      const next = join(base, String(++copies))
      await cp(folder, next, { recursive: true })
      folder = next
    },
    /** Changes the last byte of the segment at this place among those on disk. */
    async damage(number: number): Promise<void> {
      const path = join(folder, 'log', segmentName(number))
      const bytes = await readFile(path)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      await writeFile(path, bytes)
    },
    async remove(): Promise<void> {
      for (const core of opened) await core.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

export const named = (name: string): Labels => ({ __name__: 'test', name })

/** One sample of each value, ten milliseconds apart. */
export function batchOf(core: StoreCore, values: readonly number[], seq?: number): AppendBatch {
  return {
    ...(seq !== undefined && { mark: { source: 'a/b/c', first: seq, last: seq } }),
    refs: Int32Array.from(values, (value) => core.seriesIndex(named(`s${value % 7}`))),
    times: Float64Array.from(values, (value) => NOW - 86_400_000 + value * 10),
    values: Float64Array.from(values),
  }
}

export const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Lets everything that can happen without time passing happen, until `holds`. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it does not come to hold')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
