// npm run bench -- fuzz [--packets 1000000] [--part samples|mqtt|upward|downward] [--json FILE]: malformed packets for the
// codec of samples, the broker, and every kind of message in both directions; so many of each. Fails on a crash, a step
// of over 50 ms, or growth of over 50 MB. EYENET_FUZZ_SEED repeats a run.
import { writeFileSync } from 'node:fs'
import { benchOptions } from '../measure.mjs'
import { runFuzz } from './run-fuzz.mjs'

const words = process.argv.slice(2)
const optionOf = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise)
const packets = Number(optionOf('--packets', 1_000_000))
const part = optionOf('--part')
const parts = part === undefined ? ['samples', 'mqtt', 'upward', 'downward'] : [part]
const isSound = await runFuzz(
  parts.map((name) => `bench/fuzz/${name}.test.ts`),
  packets,
)
const { json } = benchOptions(words)
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ packets, parts, isSound }, null, 2)}\n`)
