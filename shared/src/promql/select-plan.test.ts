import { describe, expect, test } from 'vitest'
import { epochMs } from '../identity/identity.ts'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate, type Selection, type SeriesReader, type SeriesSamples, type TierSamples } from './promql.ts'

async function selectionsOf(expr: string, times: { start: number; end: number; step: number }): Promise<Selection[]> {
  const asked: Selection[] = []
  const select: SeriesReader['select'] = async (selection) => {
    asked.push(selection)
    return []
  }
  const { start, end, step } = times
  await evaluate({ expr, start: at(start), end: at(end), step: step * 1000, reader: { select } })
  return asked
}

const RANGE = { start: 3600, end: 7200, step: 60 }

describe('a selection says what its samples are for', () => {
  test.each([
    ['m', { func: undefined, rangeMs: 300_000, stepMs: 60_000, firstMs: 3_600_000 }, [3_300_001, 7_200_000]],
    ['m offset 1m', { func: undefined, rangeMs: 300_000, stepMs: 60_000, firstMs: 3_540_000 }, [3_240_001, 7_140_000]],
    ['m @ 60', { func: undefined, rangeMs: 300_000, stepMs: 0, firstMs: 60_000 }, [-239_999, 60_000]],
    [
      'sum(rate((m[5m])))',
      { func: 'rate', rangeMs: 300_000, stepMs: 60_000, firstMs: 3_600_000 },
      [3_300_001, 7_200_000],
    ],
    ['quantile_over_time(0.9, m[5m])', { func: 'quantile_over_time', rangeMs: 300_000 }, [3_300_001, 7_200_000]],
    ['max_over_time(m[5m] @ end())', { func: 'max_over_time', stepMs: 0, firstMs: 7_200_000 }, [6_900_001, 7_200_000]],
    ['timestamp(m)', { func: 'timestamp', rangeMs: 300_000 }, [3_300_001, 7_200_000]],
    ['timestamp(abs(m))', { func: undefined, rangeMs: 300_000 }, [3_300_001, 7_200_000]],
    [
      'max_over_time(rate(m[2m])[10m:90s])',
      { func: 'rate', rangeMs: 120_000, stepMs: 90_000, firstMs: 3_060_000 },
      [2_940_001, 7_200_000],
    ],
  ])('%s', async (expr, use, [from, to]) => {
    expect(await selectionsOf(expr, RANGE)).toEqual([
      { matchers: [{ name: '__name__', op: '=', value: 'm' }], from, to, use: expect.objectContaining(use) },
    ])
  })

  test('an instant query has one window', async () => {
    const [selection] = await selectionsOf('m[5m]', { start: 600, end: 600, step: 0 })
    expect(selection?.use).toEqual({ func: 'raw_samples', rangeMs: 300_000, stepMs: 0, firstMs: 600_000 })
  })
})

test('the same matchers, range and use are read once; another use is read for itself', async () => {
  expect(await selectionsOf('rate(m[5m]) / rate(m[5m])', RANGE)).toHaveLength(1)
  expect(await selectionsOf('rate(m[5m]) / increase(m[5m])', RANGE)).toHaveLength(2)
})

test('a selector in a subquery is asked for what the subquery looks at, and for nothing beside', async () => {
  const reader = new MemoryReader().add({ __name__: 'm' }, Array(200).fill(1), { stepMs: 30_000 })
  const asked: Selection[] = []
  const select: SeriesReader['select'] = (selection) => {
    asked.push(selection)
    return reader.select(selection)
  }
  const query = { expr: 'count_over_time(last_over_time(m[45s])[5m:20s] offset 1m)', start: at(1000), end: at(1300) }
  const { result } = await evaluate({ ...query, step: 100_000, reader: { select } })
  expect(asked.map(({ from, to }) => [from, to])).toEqual([[epochMs(615_001), epochMs(1_240_000)]])
  expect(result).toMatchObject({ series: [{ values: Float64Array.of(15, 15, 15, 15) }] })
})

describe('samples of a tier', () => {
  const minute = 60_000
  const tiered = (column: TierSamples['column'], values: number[], counts?: number[]): SeriesReader => ({
    select: async (): Promise<readonly SeriesSamples[]> => [
      {
        labels: { __name__: 'm_total', a: '1' },
        times: Float64Array.from(values, (_, i) => (i + 1) * 5 * minute),
        values: Float64Array.from(values),
        tier: {
          ...{ resolutionMs: 5 * minute, column },
          ...(counts !== undefined && { counts: Float64Array.from(counts) }),
        },
      },
    ],
  })
  const INFO = 'PromQL info: older samples are of the 5m tier, one for each 5m'
  const valueAt = async (expr: string, reader: SeriesReader, seconds: number): Promise<unknown> => {
    const { result, infos } = await evaluate({ expr, start: at(seconds), end: at(seconds), step: 0, reader })
    expect(infos).toEqual([INFO])
    return result.kind === 'vector' ? result.samples.map((sample) => sample.value) : result
  }

  test.each([
    ['count_over_time(m_total[10m])', tiered('count', [10, 20, 30, 40]), [70]],
    ['avg_over_time(m_total[10m])', tiered('avg', [1, 2, 30, 60], [1, 1, 2, 4]), [15]],
    ['sum_over_time(m_total[10m])', tiered('sum', [1, 2, 3, 4]), [7]],
    ['min_over_time(m_total[10m])', tiered('min', [1, 2, 4, 3]), [3]],
    ['max_over_time(m_total[10m])', tiered('max', [9, 2, 4, 3]), [4]],
    ['last_over_time(m_total[10m])', tiered('last', [9, 2, 4, 3]), [3]],
    ['present_over_time(m_total[10m])', tiered('last', [9, 2, 4, 3]), [1]],
    ['increase(m_total[10m])', tiered('counter', [0, 300, 600, 900]), [600]],
    ['rate(m_total[10m])', tiered('counter', [0, 300, 600, 900]), [1]],
    ['m_total', tiered('last', [9, 2, 4, 3]), [3]],
  ])('%s is what the raw samples would give', async (expr, reader, expected) => {
    expect(await valueAt(expr, reader, 20 * 60)).toEqual(expected)
  })

  test('the newest is looked for two buckets back, as the next one may be late', async () => {
    const reader = tiered('last', [1, 2])
    expect(await valueAt('m_total', reader, 19 * 60)).toEqual([2])
    expect(await valueAt('m_total', reader, 20 * 60)).toEqual([])
  })
})
