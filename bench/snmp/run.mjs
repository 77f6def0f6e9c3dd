// What SNMP costs, and what it bears: npm run bench -- snmp [--part codec|whole|faults|fuzz] [--rounds 5]
// [--packets 1000000] [--json FILE]. Without --part: codec and whole. Many devices at once: npm run bench -- agent.
import { writeFileSync } from 'node:fs'
import { benchOptions } from '../measure.mjs'
import { benchCodec } from './codec.mjs'
import { benchFaults } from './faults.mjs'
import { benchFuzz } from './fuzz.mjs'
import { benchWhole } from './whole.mjs'

const words = process.argv.slice(2)
const { json, rounds } = benchOptions(words)
const optionOf = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise)
const say = (text) => process.stdout.write(`${text}\n`)

const PARTS = {
  codec: () => benchCodec(rounds, say),
  faults: () => benchFaults(say),
  fuzz: () => benchFuzz(Number(optionOf('--packets', 1_000_000))),
  whole: () => benchWhole(rounds, say),
}
const part = optionOf('--part')
const results = {}
for (const name of part === undefined ? ['codec', 'whole'] : [part]) results[name] = await PARTS[name]()
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
