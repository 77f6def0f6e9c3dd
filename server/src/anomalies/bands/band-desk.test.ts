import { MessageChannel } from 'node:worker_threads'
import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import { conclude, DEFAULT_JUDGE_SETTINGS, prepare, RateMeter, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import { compileMatchers, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { Caller, serve } from '../../calls/calls.ts'
import type { BandCalls } from './band-calls.ts'
import { BandDesk, type BandDeskOptions, MAX_BAND_SERIES } from './band-desk.ts'
import { bandWork } from './band-work.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const WEEK = 7 * DAY
/** A Thursday, as weeks since 1970 begin. */
const MONDAY = 2_900 * WEEK
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Samples every five minutes of three weeks, by a formula. */
function series(labels: Labels, valueAt: (time: number) => number): SeriesSamples {
  const times = Float64Array.from({ length: (3 * WEEK) / (5 * MINUTE) }, (_, n) => MONDAY - 2 * WEEK + n * 5 * MINUTE)
  return { labels, times, values: times.map(valueAt) }
}

/** A desk over these series, whose judge runs behind a port in this thread. */
function deskOver(stored: readonly SeriesSamples[], options: Partial<BandDeskOptions> = {}) {
  const read: Selection[] = []
  const select = async (selection: Selection) => {
    read.push(selection)
    const fits = compileMatchers(selection.matchers)
    return stored.flatMap(({ labels, times, values }) => {
      const inside = (time: number): boolean => time >= selection.from && time <= selection.to
      const kept = times.filter(inside)
      const first = times.findIndex(inside)
      return fits(labels) && kept.length > 0
        ? [{ labels, times: kept, values: values.slice(first, first + kept.length) }]
        : []
    })
  }
  const desk = new BandDesk({
    store: { select, series: async (selection) => (await select(selection)).map(({ labels }) => labels) },
    logger: pino({ level: 'silent' }),
    liveModel: async () => undefined,
    startThread: () => {
      const { port1, port2 } = new MessageChannel()
      serve<BandCalls>(
        port2,
        bandWork(() => 0),
      )
      return { calls: new Caller<BandCalls>(port1), end: async () => port1.close() }
    },
    ...options,
  })
  ends.push(() => desk.close())
  return { desk, read }
}

const RTT = { __name__: 'icmp_rtt_seconds', site: 's', device: 'd' }
const OCTETS = { __name__: 'ifHCInOctets', site: 's', device: 'd', interface: 'ge-1' }
const noise = (time: number): number => ((time / (5 * MINUTE)) * 7_919) % 101
const rtt = (time: number): number => {
  const daily = 0.02 + 0.01 * Math.sin((2 * Math.PI * time) / DAY) + noise(time) / 50_000
  return time > MONDAY + 2 * DAY && time < MONDAY + 2 * DAY + 120 * MINUTE ? daily + 0.4 : daily
}
const question = { start: epochMs(MONDAY + DAY), end: epochMs(MONDAY + 3 * DAY), stepMs: 5 * MINUTE }

/** The judge by hand, one row after the other. */
function offline({ times, values }: SeriesSamples, to: number) {
  const bank = new SeriesBank(1)
  const batch = new TickBatch(1)
  const slot = bank.open() ?? 0
  const rows: { time: number; low: number; high: number; score: number }[] = []
  times.forEach((time, at) => {
    if (time > to || Number.isNaN(values[at])) return
    batch.clear()
    batch.add(slot, time, values[at] ?? 0)
    prepare(bank, batch)
    conclude(bank, batch, { settings: DEFAULT_JUDGE_SETTINGS, hasModel: false })
    rows.push({ time, low: batch.low[0] ?? 0, high: batch.high[0] ?? 0, score: batch.score[0] ?? 0 })
  })
  return rows
}

test('the band is what the judge says of the stored samples, bit for bit', async () => {
  const stored = series(RTT, rtt)
  const { desk } = deskOver([stored])
  const answer = await desk.bands({ query: 'icmp_rtt_seconds{device="d"}', ...question })
  expect(answer).toMatchObject({ learntFrom: MONDAY - 2 * WEEK, stepSeconds: 300, leftOut: 0 })
  const [band] = answer.series
  const rows = offline(stored, question.end).filter(({ time }) => time > question.start)
  expect(band?.times).toEqual(rows.map(({ time }) => time))
  expect(band?.low).toEqual(rows.map(({ low }) => low))
  expect(band?.high).toEqual(rows.map(({ high }) => high))
  expect(band?.score).toEqual(rows.map(({ score }) => score))
  expect(band?.verdicts).toMatchObject([{ reason: 'above', from: MONDAY + 2 * DAY + 5 * MINUTE }])
  expect(band?.verdicts[0]?.sentence).toMatch(/^above the usual range/)
})

test('a counter is judged by its rate, bit for bit, and a reset is no row', async () => {
  const reset = MONDAY + 2 * DAY
  const stored = series(OCTETS, (time) => {
    const since = (time >= reset ? time - reset : time - MONDAY + 2 * WEEK) / 1000
    return Math.round(since * 1000 + 200_000 * Math.sin((2 * Math.PI * time) / DAY) + 250_000 + noise(time))
  })
  const meter = new RateMeter(1)
  const rates = { ...stored, values: stored.values.map((value, at) => meter.rate(0, stored.times[at] ?? 0, value)) }
  const { desk } = deskOver([stored])
  const [band] = (await desk.bands({ query: 'ifHCInOctets', ...question })).series
  const rows = offline(rates, question.end).filter(({ time }) => time > question.start)
  expect(rows).toHaveLength(2 * 288 - 1)
  expect(band?.judgedAs).toBe('counter')
  expect(band?.low).toEqual(rows.map(({ low }) => low))
  expect(band?.score).toEqual(rows.map(({ score }) => score))
})

test('a chart that moves on reads what is new alone, and has the same band as one from the beginning', async () => {
  const stored = series(RTT, rtt)
  const { desk, read } = deskOver([stored])
  const ask = (of: BandDesk, hour: number) => {
    const moved = {
      start: epochMs(question.start + hour * 60 * MINUTE),
      end: epochMs(question.end + hour * 60 * MINUTE),
    }
    return of.bands({ query: 'icmp_rtt_seconds', stepMs: 5 * MINUTE, ...moved })
  }
  await ask(desk, 0)
  read.length = 0
  const moved = await ask(desk, 1)
  expect(Math.min(...read.slice(1).map(({ from }) => from))).toBe(question.end)
  expect(moved.series).toEqual((await ask(deskOver([stored]).desk, 1)).series)
})

test('a sample that its device should have brought is a row without a value', async () => {
  const stored = series(RTT, rtt)
  const gone = (time: number) => time > MONDAY + 1.5 * DAY && time < MONDAY + 1.5 * DAY + 60 * MINUTE
  const kept = stored.times.filter((time) => !gone(time))
  const holed = { ...stored, times: kept, values: kept.map(rtt) }
  const up = series({ __name__: 'device_up', site: 's', device: 'd' }, () => 1)
  const ask = async (of: readonly SeriesSamples[]) =>
    (await deskOver(of).desk.bands({ query: 'icmp_rtt_seconds', ...question })).series[0]
  const missed = (band: Awaited<ReturnType<typeof ask>>) => band?.values.filter((value) => value === null).length
  expect(missed(await ask([holed, up]))).toBe(10)
  expect(missed(await ask([holed]))).toBe(0)
  const down = series({ __name__: 'device_up', site: 's', device: 'd' }, (time) => (gone(time) ? 0 : 1))
  expect(missed(await ask([holed, down]))).toBe(0)
})

test('a longer step has the last range and the highest score of each', async () => {
  const stored = series(RTT, rtt)
  const { desk } = deskOver([stored])
  const [fine] = (await desk.bands({ query: 'icmp_rtt_seconds', ...question })).series
  const [coarse] = (await desk.bands({ query: 'icmp_rtt_seconds', ...question, stepMs: 60 * MINUTE })).series
  expect(coarse?.times).toHaveLength(48)
  expect(coarse?.score[23]).toBe(Math.max(...(fine?.score.slice(23 * 12, 24 * 12) ?? [])))
  expect(coarse?.low[23]).toBe(fine?.low[24 * 12 - 1])
})

test('what cannot be answered is refused with a sentence, and what is not judged is left out', async () => {
  const many = Array.from({ length: MAX_BAND_SERIES + 3 }, (_, n) => series({ ...RTT, device: `d${n}` }, () => n))
  const { desk } = deskOver([
    ...many.map((one) => ({ ...one, times: one.times.slice(-600), values: one.values.slice(-600) })),
  ])
  const bad = async (query: string, more: object = {}) => desk.bands({ query, ...question, ...more })
  await expect(bad('rate(x[5m])')).rejects.toThrow(/selector/)
  await expect(async () => bad('x', { start: question.end })).rejects.toThrow(/before/)
  await expect(async () => bad('x', { stepMs: 1_000 })).rejects.toThrow(/steps/)
  await expect(async () => bad('x', { start: epochMs(0), stepMs: WEEK })).rejects.toThrow(/five weeks/)
  const { series: found, leftOut } = await bad('icmp_rtt_seconds', {
    ...{ start: epochMs(MONDAY + 6 * DAY), end: epochMs(MONDAY + 7 * DAY) },
  })
  expect([found.length, leftOut]).toEqual([MAX_BAND_SERIES, 3])
  expect(new Set(found.map(({ labels }) => seriesKey(labels))).size).toBe(MAX_BAND_SERIES)
  const { desk: other } = deskOver([series({ __name__: 'anomaly_score', device: 'd' }, () => 1)])
  expect(await other.bands({ query: '{device="d"}', ...question })).toMatchObject({ series: [], leftOut: 1 })
})

test('a model that cannot be loaded leaves the detectors alone', async () => {
  const liveModel = async () => ({ id: 'broken', onnx: new Uint8Array([1, 2, 3]) })
  const { desk } = deskOver([series(RTT, rtt)], { liveModel })
  const answer = await desk.bands({ query: 'icmp_rtt_seconds', ...question })
  expect(answer).not.toHaveProperty('model')
  expect(answer.series).toHaveLength(1)
})
