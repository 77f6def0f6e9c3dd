import { writeSync } from 'node:fs'
import { pino } from 'pino'
import { openEmbeddedStore } from './embedded.ts'
import { batchOf, NOW } from './store.testkit.ts'
import { DEFAULT_RETENTION } from './tiers/retention.ts'

/** Run as a process of its own: appends numbered batches until it is killed, and prints each number when it is stored. */
const [folder = '', first = '0'] = process.argv.slice(2)
const store = await openEmbeddedStore({
  ...{ folder, logger: pino({ level: 'silent' }), clock: { now: () => NOW } },
  ...{ maintainEveryMs: 0, retention: { ...DEFAULT_RETENTION, rawMs: Number.POSITIVE_INFINITY }, headSamplesMax: 3000 },
})
const WRITERS = 4
let next = Number(first)

async function write(): Promise<void> {
  for (;;) {
    const seq = next++
    const samples = Array.from({ length: 20 }, (_, i) => ({ name: `s${i}`, time: seq * 1000, value: seq + i / 10 }))
    const { kind } = await store.append(batchOf(store, samples, seq))
    if (kind !== 'stored') throw new Error(`${seq}: ${kind}`)
    writeSync(1, `${seq}\n`)
    // Merging and making tiers are killed in their middle too.
    if (seq % 40 === 39) void store.tidy()
  }
}

await Promise.all(Array.from({ length: WRITERS }, write))
