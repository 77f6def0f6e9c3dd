import { EyeNetError } from '@eyenet/shared/errors'
import { compileMatchers, evaluate, type QueryResult, type Selection, type SeriesReader } from '@eyenet/shared/promql'
import type { Ask } from '../metric-store.ts'

export type AskRun = {
  readonly reader: SeriesReader
  /** Milliseconds that only grow. */
  readonly nowMs: () => number
  /** Looked at now and then, also while computing. */
  readonly cancelled: () => boolean
}

/** Evaluates a question in this thread. EyeNetError as `evaluate` has them, `timeout` and `cancelled`. */
export async function runAsk(ask: Ask, { reader, nowMs, cancelled }: AskRun): Promise<QueryResult> {
  const deadline = nowMs() + ask.timeoutMs
  const isLate = (): boolean => nowMs() > deadline
  const { expr, start, end, step, lookbackMs, limits, extra = [] } = ask
  try {
    const answer = await evaluate({
      ...{ expr, start, end, step },
      ...(lookbackMs !== undefined && { lookbackMs }),
      ...(limits !== undefined && { limits }),
      reader: extra.length === 0 ? reader : withExtra(reader, extra),
      expired: () => cancelled() || isLate(),
    })
    return ask.limit === undefined ? answer : limited(answer, ask.limit)
  } catch (thrown) {
    if (!(thrown instanceof EyeNetError) || thrown.code !== 'limit_exceeded') throw thrown
    if (cancelled()) throw new EyeNetError('cancelled', 'the query was cancelled')
    if (!isLate()) throw thrown
    const limit = `query timed out after ${ask.timeoutMs / 1000} s, the limit of its time`
    throw new EyeNetError('timeout', `${limit}; ask for fewer series or less time`)
  }
}

/** As Prometheus cuts an answer and says so. */
function limited(answer: QueryResult, limit: number): QueryResult {
  const { result, warnings } = answer
  const told = [...warnings, 'results truncated due to limit']
  if (result.kind === 'vector' && result.samples.length > limit) {
    return { ...answer, result: { ...result, samples: result.samples.slice(0, limit) }, warnings: told }
  }
  if (result.kind === 'matrix' && result.series.length > limit) {
    return { ...answer, result: { ...result, series: result.series.slice(0, limit) }, warnings: told }
  }
  return answer
}

/** A reader that also finds these series. */
function withExtra(reader: SeriesReader, extra: NonNullable<Ask['extra']>): SeriesReader {
  return {
    async select(selection: Selection) {
      const matches = compileMatchers(selection.matchers)
      const inside = (time: number): boolean => time >= selection.from && time <= selection.to
      const more = extra.filter(({ labels, times }) => matches(labels) && times.some(inside))
      return [...(await reader.select(selection)), ...more]
    },
  }
}
