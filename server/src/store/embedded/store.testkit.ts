import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs, type Labels } from '@eyenet/shared/identity'
import { pino } from 'pino'
import type { AppendBatch, StoreCore } from '../metric-store.ts'
import { type EmbeddedStore, openEmbeddedStore, type StoreOptions } from './embedded.ts'
import type { Retention } from './tiers/retention.ts'

export const NOW = epochMs(Date.UTC(2026, 0, 15))
export const EVERYTHING = { from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }

/** Samples for ever, and no tiers. */
export const KEEP_RAW: Retention = { rawMs: Number.POSITIVE_INFINITY, fiveMinutesMs: 0, oneHourMs: 0, rules: [] }

/** A folder that is removed at the end, and a way to open the store in it, also after a stop. */
export function storeFolder(): {
  readonly folder: string
  open(options?: Partial<StoreOptions>): Promise<EmbeddedStore>
  remove(): Promise<void>
} {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-store-'))
  return {
    folder,
    open: (options) =>
      openEmbeddedStore({
        ...{ folder, logger: pino({ level: 'silent' }), clock: { now: () => NOW } },
        ...{ maintainEveryMs: 0, retention: KEEP_RAW },
        ...options,
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export type PlainSample = { readonly name: string; readonly time: number; readonly value: number }

export const named = (name: string): Labels => ({ __name__: 'test', name })

export function batchOf(store: StoreCore, samples: readonly PlainSample[], seq?: number): AppendBatch {
  return {
    ...(seq !== undefined && { mark: { source: 'a/b/c', first: seq, last: seq } }),
    refs: Int32Array.from(samples, ({ name }) => store.seriesIndex(named(name))),
    times: Float64Array.from(samples, ({ time }) => time),
    values: Float64Array.from(samples, ({ value }) => value),
  }
}

/** All samples as `name time` to the value's bits. */
export async function contentOf(store: StoreCore): Promise<Map<string, bigint>> {
  const content = new Map<string, bigint>()
  for (const { labels, times, values } of await store.select({ matchers: [], ...EVERYTHING })) {
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length)
    times.forEach((time, i) => {
      const key = `${labels.name} ${time}`
      if (content.has(key)) throw new Error(`${key} twice`)
      content.set(key, bits[i] ?? 0n)
    })
  }
  return content
}

export const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0] ?? 0n
