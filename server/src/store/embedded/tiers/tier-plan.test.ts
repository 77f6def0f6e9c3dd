import type { SelectionUse } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { FIVE_MINUTES, ONE_HOUR } from './tier-buckets.ts'
import { type Coverage, columnFor, fittingTiers, planSegments } from './tier-plan.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const use = (func: string | undefined, rest: Partial<SelectionUse>): SelectionUse => ({
  ...{ func, rangeMs: ONE_HOUR, stepMs: ONE_HOUR, firstMs: 100 * DAY },
  ...rest,
})

test('a tier answers what it answers exactly: whole windows of at least four buckets', () => {
  expect(fittingTiers(use('max_over_time', { rangeMs: 4 * ONE_HOUR }), DAY)).toEqual([ONE_HOUR, FIVE_MINUTES])
  expect(fittingTiers(use('avg_over_time', { stepMs: 0 }), DAY)).toEqual([FIVE_MINUTES])
  expect(fittingTiers(use('max_over_time', { rangeMs: 15 * MINUTE }), DAY)).toEqual([])
  expect(fittingTiers(use('max_over_time', { firstMs: 100 * DAY + MINUTE }), DAY)).toEqual([])
  expect(fittingTiers(use('max_over_time', { stepMs: MINUTE }), DAY)).toEqual([])
  expect(fittingTiers(use('rate', { rangeMs: DAY }), DAY)).toEqual([])
})

test('over more than three days a tier answers what its buckets are fine enough for', () => {
  const long = 4 * DAY
  expect(fittingTiers(use('rate', { rangeMs: 2 * ONE_HOUR }), long)).toEqual([ONE_HOUR, FIVE_MINUTES])
  expect(fittingTiers(use('rate', { rangeMs: ONE_HOUR }), long)).toEqual([FIVE_MINUTES])
  expect(fittingTiers(use('rate', { rangeMs: 5 * MINUTE }), long)).toEqual([])
  expect(fittingTiers(use(undefined, { rangeMs: 5 * MINUTE }), long)).toEqual([FIVE_MINUTES])
  expect(fittingTiers(use(undefined, { rangeMs: 5 * MINUTE, stepMs: MINUTE }), long)).toEqual([])
  expect(fittingTiers(use('quantile_over_time', { rangeMs: DAY }), long)).toEqual([])
  expect(fittingTiers(undefined, long)).toEqual([])
})

test('each function has its column, and the last value does for all others', () => {
  const columns = ['min_over_time', 'avg_over_time', 'increase', 'delta', 'stddev_over_time', undefined].map(columnFor)
  expect(columns).toEqual(['min', 'avg', 'counter', 'last', 'last', 'last'])
})

const coverage: Coverage = {
  rawFirst: 70 * DAY + 5,
  rawFrom: 70 * DAY,
  staleFrom: Number.POSITIVE_INFINITY,
  tiers: new Map([
    [FIVE_MINUTES, { first: 40 * DAY + 1, last: 98 * DAY }],
    [ONE_HOUR, { first: 1, last: 98 * DAY }],
  ]),
}
const all = { first: 10 * DAY, last: 100 * DAY }

test('without a fitting tier: samples where they are, before that the finest tier there is', () => {
  expect(planSegments(all, [], coverage)).toEqual([
    { tier: ONE_HOUR, first: 10 * DAY, last: 40 * DAY },
    { tier: FIVE_MINUTES, first: 40 * DAY + 1, last: 70 * DAY },
    { tier: undefined, first: 70 * DAY + 1, last: 100 * DAY },
  ])
})

test('a fitting tier answers as far as it is made, samples go on from there', () => {
  expect(planSegments(all, [ONE_HOUR, FIVE_MINUTES], coverage)).toEqual([
    { tier: ONE_HOUR, first: 10 * DAY, last: 98 * DAY },
    { tier: undefined, first: 98 * DAY + 1, last: 100 * DAY },
  ])
})

test('where late samples are not in the tiers yet, samples answer', () => {
  const segments = planSegments({ first: 80 * DAY, last: 90 * DAY }, [ONE_HOUR], {
    ...coverage,
    staleFrom: 85 * DAY + 90 * MINUTE,
  })
  expect(segments).toEqual([
    { tier: ONE_HOUR, first: 80 * DAY, last: 85 * DAY + ONE_HOUR },
    { tier: undefined, first: 85 * DAY + ONE_HOUR + 1, last: 90 * DAY },
  ])
})

test('a tier that began to be kept after the samples does not stand between them', () => {
  const later = {
    ...coverage,
    rawFrom: 0,
    rawFirst: 5 * DAY,
    tiers: new Map([[ONE_HOUR, { first: 50 * DAY + 1, last: 98 * DAY }]]),
  }
  expect(planSegments(all, [ONE_HOUR], later as Coverage)).toEqual([{ tier: undefined, ...all }])
})
