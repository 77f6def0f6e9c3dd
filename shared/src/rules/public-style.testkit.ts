import { readFileSync } from 'node:fs'
import { MemoryReader, type TestValue } from '../promql/memory-reader.testkit.ts'
import { parseQuery } from '../promql/promql.ts'

/** Tuesday, 13 January 2026, 10:00 UTC. */
export const NOW_SECONDS = 1_768_298_400
const STEP_SECONDS = 30
// Two hours of them.
const STEPS = 240

export const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

/** The lines of a fixture that say something. */
export const linesOf = (name: string): string[] =>
  fixture(name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Two hours of samples, one each half minute up to now: what the fixture's rules and dashboard look at. */
export function publicStyleWorld(): MemoryReader {
  const reader = new MemoryReader()
  for (const line of linesOf('public-style-world.txt')) {
    const [, selector = '', now = '', slope = '0'] = /^(\S+\{.*\}) (\S+)(?: (\S+))?$/.exec(line) ?? []
    const { expr } = parseQuery(selector)
    if (expr.kind !== 'selector') throw new Error(`no series: ${line}`)
    const labels = Object.fromEntries(expr.matchers.map(({ name, value }) => [name, value]))
    const turns = now.split('|').map(Number)
    const values = Array.from({ length: STEPS + 1 }, (_, i): TestValue => {
      return (turns[(STEPS - i) % turns.length] ?? 0) + Number(slope) * (i - STEPS) * STEP_SECONDS
    })
    reader.add(labels, values, { stepMs: STEP_SECONDS * 1000, startMs: (NOW_SECONDS - STEPS * STEP_SECONDS) * 1000 })
  }
  return reader
}
