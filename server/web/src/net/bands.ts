import { type Band, BandsAnswer } from '@eyenet/shared/api'
import { request } from '../session/session.ts'
import { type Answer, ok } from './failure.ts'

/** One judged series on the grid that was asked for: seconds since 1970; null where nothing is known. */
export type JudgedSeries = {
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

export type BandsQuery = {
  readonly selector: string
  readonly start: number
  readonly end: number
  readonly step: number
}

/** A page asks for few at a time: each makes the server judge weeks of samples. */
const MOST_AT_ONCE = 3
let running = 0
const queue: (() => void)[] = []

/** Usual ranges of the series that a selector finds. */
export async function fetchBands(
  { selector, start, end, step }: BandsQuery,
  signal: AbortSignal,
): Promise<Answer<readonly JudgedSeries[]>> {
  await turn()
  try {
    if (signal.aborted) return { kind: 'failed', failure: { kind: 'cancelled' } }
    const search = new URLSearchParams({
      query: selector,
      start: String(start * 1000),
      end: String(end * 1000),
      step: String(step),
    })
    const answer = await request({ path: `/api/v1/bands?${search}`, answer: BandsAnswer, signal })
    return answer.kind === 'ok' ? ok(answer.value.series.map((one) => bandOnGrid(one, { start, end, step }))) : answer
  } finally {
    running -= 1
    queue.shift()?.()
  }
}

/** Waits until fewer than the most are running. The queue is as long as the charts of a page are many. */
async function turn(): Promise<void> {
  while (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve))
  running += 1
}

/** Columns with a place for each step; a step without a sample is a gap. */
export function bandOnGrid(band: Band, { start, end, step }: Omit<BandsQuery, 'selector'>): JudgedSeries {
  const count = Math.max(0, Math.floor((end - start) / step + 1e-9) + 1)
  const empty = (): (number | null)[] => new Array<number | null>(count).fill(null)
  const [values, low, high] = [empty(), empty(), empty()]
  band.times.forEach((time, at) => {
    const place = Math.round((time / 1000 - start) / step)
    if (place < 0 || place >= count) return
    values[place] = band.values[at] ?? null
    low[place] = band.low[at] ?? null
    high[place] = band.high[at] ?? null
  })
  const times = Array.from({ length: count }, (_, at) => start + at * step)
  return { times, values, low, high }
}
