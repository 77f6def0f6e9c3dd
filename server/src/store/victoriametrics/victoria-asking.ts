import { EyeNetError } from '@eyenet/shared/errors'
import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import {
  DEFAULT_LIMITS,
  DEFAULT_LOOKBACK_MS,
  type ParsedQuery,
  type QueryResult,
  type QueryValue,
  type SeriesReader,
  type SeriesSamples,
} from '@eyenet/shared/promql'
import { resultJson } from '../asking/result-json.ts'
import { runAsk } from '../asking/run-ask.ts'
import { concatColumns } from '../embedded/chunks/columns.ts'
import type { Ask, JsonResult } from '../metric-store.ts'
import { answerBytes } from './answer-lines.ts'
import { type AskingWay, askingWay } from './asking-way.ts'
import { DataMember } from './data-member.ts'
import { isNameKept } from './name-kept.ts'
import { parseAnswer } from './query-answer.ts'
import { VictoriaHttp, type VictoriaOptions, type VictoriaRequest } from './victoria-http.ts'

/** An answer that is taken into memory as a whole. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024
/** Moments asked for at the same time. */
const AT_ONCE = 4

export type VictoriaAskingOptions = VictoriaOptions & {
  /** For what VictoriaMetrics cannot answer: raw samples. */
  readonly reader: SeriesReader
  readonly clock: { now(): number }
  /** PromQL text of the tree, whatever text the query came from. */
  readonly printExpr: (query: ParsedQuery) => string
}

type Span = { readonly start: number; readonly end: number; readonly step: number }

/**
 * PromQL passed through to VictoriaMetrics, with the numbers that VictoriaMetrics makes of it. What it cannot answer is
 * evaluated here: scalars and strings, series it has not, the end of a range that it hides.
 */
export class VictoriaAsking {
  readonly #http: VictoriaHttp
  readonly #options: VictoriaAskingOptions

  constructor(options: VictoriaAskingOptions) {
    this.#options = options
    this.#http = new VictoriaHttp(options)
  }

  async query(ask: Ask, signal?: AbortSignal): Promise<QueryResult> {
    assertPoints(ask)
    const way = askingWay(ask, this.#options.clock.now())
    if (way.kind === 'local') return this.#local(ask, signal)
    const result = way.kind === 'joined' ? await this.#joined(ask, way, signal) : await this.#value(ask, ask, signal)
    const { maxSeries = DEFAULT_LIMITS.maxSeries } = ask.limits ?? {}
    const size = result.kind === 'vector' ? result.samples.length : result.kind === 'matrix' ? result.series.length : 1
    if (size > maxSeries) {
      const sentence = `the result has ${size} series, more than ${maxSeries}`
      throw new EyeNetError('limit_exceeded', `${sentence}; aggregate them or match fewer`)
    }
    return { result, warnings: [], infos: [] }
  }

  async queryJson(ask: Ask, signal?: AbortSignal): Promise<JsonResult> {
    assertPoints(ask)
    const way = askingWay(ask, this.#options.clock.now())
    if (way.kind === 'local' || way.kind === 'joined') {
      const { result, warnings, infos } = await this.query(ask, signal)
      return { warnings, infos, bytes: undefined, pieces: asyncPieces(resultJson(result)) }
    }
    const answer = await this.#http.ask(this.#request(ask, ask, signal))
    const pieces = this.#dataOf(answerBytes(answer), ask, signal)
    return { warnings: [], infos: [], bytes: undefined, pieces }
  }

  #local(ask: Ask, signal: AbortSignal | undefined): Promise<QueryResult> {
    const { reader } = this.#options
    const cancelled = (): boolean => signal?.aborted === true
    return runAsk(ask, { reader, nowMs: () => performance.now(), cancelled })
  }

  /** The range as far as VictoriaMetrics shows it, and behind it moment by moment. */
  async #joined(ask: Ask, way: AskingWay & { kind: 'joined' }, signal: AbortSignal | undefined): Promise<QueryValue> {
    const { start, step } = ask
    const found = new Map<string, { readonly labels: Labels; readonly parts: Omit<SeriesSamples, 'labels'>[] }>()
    const add = ({ labels, times, values }: SeriesSamples): void => {
      const key = seriesKey(labels)
      const known = found.get(key) ?? { labels, parts: [] }
      found.set(key, known)
      known.parts.push({ times, values })
    }
    if (way.until >= start) {
      const shown = await this.#value(ask, { start, end: way.until, step }, signal)
      if (shown.kind === 'matrix') for (const series of shown.series) add(series)
    }
    for (let at = 0; at < way.moments.length; at += AT_ONCE) {
      const moments = way.moments.slice(at, at + AT_ONCE)
      const asked = moments.map((time) => this.#value(ask, { start: time, end: time, step: 0 }, signal))
      for (const [i, value] of (await Promise.all(asked)).entries()) {
        if (value.kind !== 'vector') continue
        const times = Float64Array.of(moments[i] ?? 0)
        for (const one of value.samples) add({ labels: one.labels, times, values: Float64Array.of(one.value) })
      }
    }
    return {
      kind: 'matrix',
      series: [...found.values()].map(({ labels, parts }) => ({ labels, ...concatColumns(parts) })),
    }
  }

  async #value(ask: Ask, span: Span, signal: AbortSignal | undefined): Promise<QueryValue> {
    const answer = await this.#http.ask(this.#request(ask, span, signal))
    const parts: Uint8Array[] = []
    let length = 0
    try {
      for await (const bytes of answerBytes(answer)) {
        length += bytes.length
        if (length > ANSWER_BYTES_MAX) {
          const sentence = `the answer has more than ${ANSWER_BYTES_MAX} bytes`
          throw new EyeNetError('limit_exceeded', `${sentence}; ask for fewer series or less time`)
        }
        parts.push(bytes)
      }
      return parseAnswer(Buffer.concat(parts).toString(), epochMs(span.end))
    } catch (thrown) {
      throw this.#told(thrown, ask, signal)
    }
  }

  async *#dataOf(body: AsyncIterable<Uint8Array>, ask: Ask, signal: AbortSignal | undefined) {
    const member = new DataMember()
    try {
      for await (const bytes of body) {
        const part = member.take(bytes)
        if (part.length > 0) yield part
      }
      if (!member.isWhole) throw new Error('its answer ended early')
    } catch (thrown) {
      throw this.#told(thrown, ask, signal)
    }
  }

  #request(ask: Ask, { start, end, step }: Span, signal: AbortSignal | undefined): VictoriaRequest {
    const { lookbackMs = DEFAULT_LOOKBACK_MS, timeoutMs } = ask
    const text = this.#options.printExpr(ask.expr)
    const form = new URLSearchParams({
      query: isNameKept(ask.expr.expr) ? text : `label_del((${text}), "__name__")`,
      // Its cache moves the start and the end to multiples of the step, and hides the newest samples.
      nocache: '1',
      max_lookback: `${lookbackMs}ms`,
      timeout: `${timeoutMs}ms`,
    })
    const range = { start: String(start / 1000), end: String(end / 1000), step: `${step}ms` }
    for (const [name, value] of Object.entries(step === 0 ? { time: range.end } : range)) form.set(name, value)
    return { path: step === 0 ? '/api/v1/query' : '/api/v1/query_range', form, timeoutMs, signal }
  }

  #told(thrown: unknown, { timeoutMs }: Ask, signal: AbortSignal | undefined): EyeNetError {
    if (thrown instanceof EyeNetError) return thrown
    return this.#http.errorOf(this.#http.noAnswer(thrown, { timeoutMs, signal }), timeoutMs)
  }
}

function assertPoints({ start, end, step, limits }: Ask): void {
  const { maxPoints = DEFAULT_LIMITS.maxPoints } = limits ?? {}
  const points = step === 0 ? 1 : Math.floor((end - start) / step) + 1
  if (points <= maxPoints) return
  const sentence = `${points} steps are more than ${maxPoints}; ask for a larger step or less time`
  throw new EyeNetError('limit_exceeded', sentence)
}

async function* asyncPieces(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces
}
