import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { epochMs, type Labels, seriesKey } from '../identity/identity.ts'
import { MemoryReader, type TestValue } from './memory-reader.testkit.ts'
import { evaluate, type QueryValue } from './promql.ts'

/**
 * Prometheus' own scripts, where they lie beside the checkout (folder `shared/promql` next to the repository). They are
 * read by the parser that lies with them.
 */
const FOLDER = fileURLToPath(new URL('../../../../shared/promql/', import.meta.url))
const present = existsSync(`${FOLDER}promtest.mjs`)

type Expected = { pos: number; labels: Labels; vals: readonly (number | symbol)[] }
type Command = {
  type: 'clear' | 'load' | 'eval'
  line: number
  gap: number
  series: { labels: Labels; vals: (number | symbol)[] }[]
  category: string
  expr: string
  range: boolean
  at: number
  start: number
  end: number
  step: number
  fail: boolean
  ordered: boolean
  scalar: number | undefined
  string: string | undefined
  expected: Map<string, Expected>
  anno: readonly Expectation[]
  failMatch: Match | null | undefined
  rv: { start: number; end: number; step: number } | undefined
}

type Match = { kind: 'msg' | 'regex'; text: string }
type Expectation = { kind: 'warn' | 'info' | 'no_warn' | 'no_info'; match?: Match | null }
type Answer = { result: QueryValue; warnings: readonly string[]; infos: readonly string[] }

const hits = ({ match }: Expectation, text: string): boolean =>
  !match || (match.kind === 'msg' ? match.text === text : new RegExp(match.text).test(text))

/** As the scripts mean it: each text is expected, and each expectation is met. */
function annotationFault({ anno }: Command, { warnings, infos }: Answer): string | undefined {
  for (const [kind, got] of [
    ['warn', warnings],
    ['info', infos],
  ] as const) {
    if (anno.some((one) => one.kind === `no_${kind}`) && got.length > 0) return `unexpected ${kind}: ${got[0]}`
    const expected = anno.filter((one) => one.kind === kind)
    if (expected.length === 0) continue
    const missed = expected.find((one) => !got.some((text) => hits(one, text)))
    if (missed !== undefined) return `no ${kind} ${missed.match?.text ?? ''}; got ${got.join(' | ')}`
    const unexpected = got.find((text) => !expected.some((one) => hits(one, text)))
    if (unexpected !== undefined) return `unexpected ${kind}: ${unexpected}`
  }
  return undefined
}

function errorFault({ failMatch }: Command, error: string): string | undefined {
  if (!failMatch) return undefined
  const { kind, text } = failMatch
  const fits = kind === 'msg' ? error.includes(text) : new RegExp(text).test(error)
  return fits ? undefined : `expected the error ${text}, got ${error}`
}

const asNumber = (value: number | symbol | undefined): number => (typeof value === 'number' ? value : Number.NaN)

const almost = (a: number, b: number): boolean => {
  if ((Number.isNaN(a) && Number.isNaN(b)) || a === b) return true
  const sum = Math.abs(a) + Math.abs(b)
  if (a === 0 || b === 0 || sum < 2.3e-308) return Math.abs(a - b) < 1e-313
  return Math.abs(a - b) / Math.min(sum, Number.MAX_VALUE) < 1e-6
}

test.skipIf(!present)(
  'at least 98 % of the float-stable cases of Prometheus and 80 % of those with annotations pass',
  { timeout: 240_000 },
  async () => {
    const { parseScript, classify, STALE, OMIT } = await import(
      /* @vite-ignore */ pathToFileURL(`${FOLDER}promtest.mjs`).href
    )
    const tally = new Map<string, { pass: number; total: number }>()
    const failures: string[] = []

    const matrixFault = (c: Command, result: QueryValue, span: { start: number; step: number }): string | undefined => {
      if (result.kind !== 'matrix') return `expected matrix, got ${result.kind}`
      const got = new Map(result.series.map((series) => [seriesKey(series.labels), series]))
      if (got.size !== result.series.length) return 'duplicate series'
      for (const { labels, vals } of c.expected.values()) {
        const series = got.get(seriesKey(labels))
        if (series === undefined) return `missing ${JSON.stringify(labels)}`
        got.delete(seriesKey(labels))
        const want = vals.flatMap((value, i) => (value === OMIT ? [] : [[span.start + i * span.step, value] as const]))
        if (want.length !== series.times.length)
          return `expected ${want.length} points, got ${[...series.values].join(' ')}`
        const wrong = want.findIndex(
          ([time, value], i) => series.times[i] !== time || !almost(asNumber(value), series.values[i] ?? 0),
        )
        if (wrong >= 0)
          return `point ${wrong} of ${JSON.stringify(labels)}: expected ${want.map((w) => String(w[1])).join(' ')}, got ${[...series.values].join(' ')}`
      }
      return got.size === 0 ? undefined : `unexpected ${[...got.keys()].join(' ')}`
    }

    const vectorFault = (c: Command, samples: readonly { labels: Labels; value: number }[]): string | undefined => {
      const seen = new Set<string>()
      const expected = new Map([...c.expected.values()].map((e) => [seriesKey(e.labels), e]))
      for (const [i, { labels, value }] of samples.entries()) {
        const key = seriesKey(labels)
        const e = expected.get(key)
        if (e === undefined || seen.has(key)) return `unexpected ${JSON.stringify(labels)} ${value}`
        seen.add(key)
        if (c.ordered && e.pos !== i + 1) return `order of ${JSON.stringify(labels)}`
        if (!almost(asNumber(e.vals[0]), value))
          return `${JSON.stringify(labels)}: expected ${String(e.vals[0])}, got ${value}`
      }
      return seen.size === expected.size ? undefined : `missing series; got ${JSON.stringify(samples)}`
    }

    const fault = async (c: Command, reader: MemoryReader): Promise<string | undefined> => {
      const times = c.range
        ? { start: epochMs(c.start), end: epochMs(c.end), step: c.step }
        : { start: epochMs(c.at), end: epochMs(c.at), step: 0 }
      let answer: Answer
      try {
        answer = await evaluate({ expr: c.expr, ...times, reader })
      } catch (error) {
        return c.fail ? errorFault(c, String(error)) : String(error)
      }
      if (c.fail) return 'expected an error'
      return (await valueFault(c, answer, reader)) ?? annotationFault(c, answer)
    }

    const valueFault = async (c: Command, { result }: Answer, reader: MemoryReader): Promise<string | undefined> => {
      if (c.range) return matrixFault(c, result, c)
      if (c.rv !== undefined) return matrixFault(c, result, c.rv)
      if (result.kind === 'scalar') {
        return c.scalar !== undefined && almost(c.scalar, result.value)
          ? undefined
          : `expected ${c.scalar}, got ${result.value}`
      }
      if (result.kind === 'string') return result.value === c.string ? undefined : `got ${result.value}`
      if (result.kind !== 'vector') return `got ${result.kind}`
      const wrong = vectorFault(c, result.samples)
      if (wrong !== undefined || c.ordered) return wrong
      // The same instant in the middle of a range query.
      const ranged = await evaluate({
        expr: c.expr,
        start: epochMs(c.at - 60_000),
        end: epochMs(c.at + 60_000),
        step: 60_000,
        reader,
      })
      if (/\b(start|end)\(\)/.test(c.expr) || ranged.result.kind !== 'matrix') return undefined
      const middle = ranged.result.series.flatMap(({ labels, times: at, values }) => {
        const i = at.indexOf(c.at)
        return i < 0 ? [] : [{ labels, value: values[i] ?? 0 }]
      })
      const rangeWrong = vectorFault(c, middle)
      return rangeWrong === undefined ? undefined : `in range mode: ${rangeWrong}`
    }

    for (const file of readdirSync(`${FOLDER}tests`).filter((name) => name.endsWith('.test'))) {
      const script: { cmds: Command[] } = classify(
        parseScript(readFileSync(`${FOLDER}tests/${file}`, 'utf8'), file),
        file,
      )
      const reader = new MemoryReader()
      for (const c of script.cmds) {
        if (c.type === 'clear') reader.clear()
        if (c.type === 'load') {
          for (const { labels, vals } of c.series) {
            const values = vals.map((v): TestValue => (typeof v === 'number' ? v : v === STALE ? 'stale' : undefined))
            reader.add(labels, values, { stepMs: c.gap })
          }
        }
        if (c.type !== 'eval' || c.category === 'native-histogram') continue
        const counts = tally.get(c.category) ?? { pass: 0, total: 0 }
        tally.set(c.category, counts)
        counts.total++
        const wrong = await fault(c, reader)
        if (wrong === undefined) counts.pass++
        else if (c.category !== 'experimental') failures.push(`${file}:${c.line} ${c.expr}\n    ${wrong.slice(0, 300)}`)
      }
    }
    const stable = tally.get('float-stable') ?? { pass: 0, total: 1 }
    const shares = [...tally].map(([category, { pass, total }]) => `${category} ${pass}/${total}`)
    console.log(`PromQL conformance (values, errors and annotations): ${shares.join(', ')}`)
    if (failures.length > 0) console.log(failures.join('\n'))
    const annotated = tally.get('annotations') ?? { pass: 0, total: 1 }
    expect(stable.pass / stable.total).toBeGreaterThanOrEqual(0.98)
    expect(annotated.pass / annotated.total).toBeGreaterThanOrEqual(0.8)
  },
)
