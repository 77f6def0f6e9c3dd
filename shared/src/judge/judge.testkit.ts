import { conclude, type JudgeSettings, prepare, REASONS, type Reason, SeriesBank, TickBatch } from './judge.ts'

/** A Monday. */
export const START_MS = Date.UTC(2026, 0, 5)
export const DAY_MS = 86_400_000
export const FIVE_MINUTES_MS = 300_000
export const ROWS_PER_DAY = DAY_MS / FIVE_MINUTES_MS

export type Judged = {
  readonly score: number
  readonly low: number
  readonly high: number
  readonly reason: Reason
  readonly detail: number
  readonly active: boolean
  readonly change: number
}

export type OneSeries = { readonly times: readonly number[]; readonly values: readonly number[] }

/** Evenly spaced samples from `START_MS` on. */
export function everyFiveMinutes(rows: number, valueAt: (row: number, timeMs: number) => number): OneSeries {
  const times = Array.from({ length: rows }, (_, row) => START_MS + row * FIVE_MINUTES_MS)
  return { times, values: times.map((time, row) => valueAt(row, time)) }
}

/** Judges one series sample after sample; `bank` and `slot` to go on with a state. */
export function judgeOne(
  { times, values }: OneSeries,
  settings: JudgeSettings,
  { bank, slot }: { bank: SeriesBank; slot: number } = fresh(),
): readonly Judged[] {
  const batch = new TickBatch(1)
  return times.map((time, row) => {
    batch.clear()
    batch.add(slot, time, values[row] ?? Number.NaN)
    prepare(bank, batch)
    conclude(bank, batch, { settings, hasModel: false })
    return firstOf(batch)
  })
}

export function fresh(): { bank: SeriesBank; slot: number } {
  const bank = new SeriesBank(4)
  return { bank, slot: bank.open() ?? 0 }
}

function firstOf(batch: TickBatch): Judged {
  return {
    score: batch.score[0] ?? Number.NaN,
    low: batch.low[0] ?? Number.NaN,
    high: batch.high[0] ?? Number.NaN,
    reason: REASONS[batch.reason[0] ?? 0] ?? 'none',
    detail: batch.detail[0] ?? Number.NaN,
    active: batch.active[0] === 1,
    change: batch.change[0] ?? 0,
  }
}

/** Numbers of a seed: even ones from 0 to 1 and normal ones. */
export function numbersOf(seed: number): { even: () => number; normal: () => number } {
  let state = seed >>> 0
  const even = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return { even, normal: () => Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even()) }
}

/** Traffic of an office: highest in the afternoon, little at weekends, some noise. */
export function officeTraffic(seed: number): (row: number, timeMs: number) => number {
  const { normal } = numbersOf(seed)
  return (_row, timeMs) => {
    const hour = (timeMs % DAY_MS) / 3_600_000
    const isWeekend = [0, 6].includes(new Date(timeMs).getUTCDay())
    return 100 + 60 * (isWeekend ? 0.4 : 1) * Math.exp(-((hour - 14) ** 2) / 18) + 5 * normal()
  }
}
