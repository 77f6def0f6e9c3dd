import { expect, test } from 'vitest'
import { type ChartMark, markPlace, marksOf, selectorsIn } from './chart-marks.ts'

const mark = (labels: Record<string, string>, strength = 0.7): ChartMark => ({
  id: JSON.stringify(labels),
  from: 2_000,
  to: 4_000,
  words: 'flat line',
  href: '/',
  strength,
  labels,
})

test('selectors are found wherever they stand in a query, and words in texts are none', () => {
  expect(selectorsIn('8 * sum by (device) (rate({__name__=~"a|b",x="icmp_rtt_seconds {y}"}[4m])) / ifSpeed')).toEqual([
    '{__name__=~"a|b",x="icmp_rtt_seconds {y}"}',
    'ifSpeed',
  ])
})

test('a chart shows what is about its series, the strongest on top', () => {
  const queries = [{ expr: 'sum(rate(ifInErrors{device="d"}[4m]))', name: 'x' }]
  const [weak, strong] = [
    mark({ __name__: 'ifInErrors', device: 'd', interface: 'e1' }, 0.6),
    mark({ __name__: 'ifInErrors', device: 'd', interface: 'e2' }, 0.9),
  ]
  const others = [mark({ __name__: 'ifInErrors', device: 'other' }), mark({ __name__: 'ifOutErrors', device: 'd' })]
  expect(marksOf(queries, [strong, ...others, weak])).toEqual([weak, strong])
})

test('a mark is cut at the edges of what is shown, and is nowhere outside', () => {
  expect(markPlace(mark({}), { from: 1_000, to: 5_000 })).toEqual({ left: 0.25, width: 0.5 })
  expect(markPlace(mark({}), { from: 3_000, to: 5_000 })).toEqual({ left: 0, width: 0.5 })
  expect(markPlace({ ...mark({}), to: undefined }, { from: 1_000, to: 3_000 })).toEqual({ left: 0.5, width: 0.5 })
  expect(markPlace(mark({}), { from: 5_000, to: 6_000 })).toBeUndefined()
})
