import { expect, test } from 'vitest'
import { anomaly } from './anomaly.testkit.ts'
import { figuresSentence, reasonSentence, strengthOf } from './anomaly-words.ts'
import { metricTitle, ruleExpr, seriesExpr, seriesTitle, usualText, valueText } from './series-words.ts'

const plain = (text: string | undefined): string | undefined => text?.replaceAll('\u00a0', ' ')
const traffic = anomaly(1, {
  series: { name: 'ifHCInOctets', labels: { site: 'berlin', device: 'd', interface: 'Te1/1/1' } },
  value: 512e6,
  low: 11.25e6,
  high: 30e6,
})

test('a counter’s octets are told in bits per second, and the usual range names its unit once', () => {
  expect(seriesTitle(traffic)).toBe('Traffic in, Te1/1/1')
  expect(plain(valueText(traffic, traffic.value))).toBe('4.1 Gbit/s')
  expect(plain(usualText(traffic))).toBe('90 – 240 Mbit/s')
  expect(plain(figuresSentence(traffic))).toBe('4.1 Gbit/s where 90 – 240 Mbit/s is usual')
  expect(plain(usualText({ ...traffic, high: 1e9 }))).toBe('90 Mbit/s – 8 Gbit/s')
})

test('what is not known is said, not drawn as zero', () => {
  expect(usualText({ ...traffic, low: null })).toBeUndefined()
  expect(plain(figuresSentence({ ...traffic, low: null, high: null }))).toBe(
    '4.1 Gbit/s; what is usual is not known yet',
  )
  expect(plain(figuresSentence({ ...traffic, value: null }))).toBe('Nothing came where 90 – 240 Mbit/s is usual')
})

test.each([
  [{ reason: 'above', detail: null }, 'Above the usual range for this hour'],
  [{ reason: 'flat', detail: 40 }, 'Flat line for 40 samples'],
  [{ reason: 'missing', detail: 1 }, 'Missing data for 1 sample'],
  [{ reason: 'drift', detail: 0.0102 }, 'Drift of 1 % per day'],
  [{ reason: 'drift', detail: -0.12 }, 'Drift of 12 % per day downwards'],
  [{ reason: 'together', detail: 7 }, '7 series are unusual together'],
  [{ reason: 'wobble', detail: null, sentence: 'wobbles as never before' }, 'Wobbles as never before'],
])('the reason %o reads “%s”', (more, words) => {
  expect(plain(reasonSentence({ ...traffic, ...more }))).toBe(words)
})

test('a metric without a title of its own is told by its name, readable', () => {
  expect(metricTitle('sensor_temperature_celsius')).toBe('Temperature')
  expect(metricTitle('ifSomethingNew')).toBe('ifSomethingNew')
})

test('queries and rules select just this series, whatever is in its labels', () => {
  const series = { name: 'ifInErrors', labels: { device: 'd"1', interface: 'a\\b' } }
  expect(seriesExpr(series, '5m')).toBe('rate(ifInErrors{device="d\\"1",interface="a\\\\b"}[5m])')
  expect(ruleExpr({ ...traffic, series })).toBe(
    'anomaly_active{metric="ifInErrors",device="d\\"1",interface="a\\\\b"} == 1',
  )
})

test('strength has three steps', () => {
  expect([0.5, 0.69, 0.7, 0.9, 1].map((score) => strengthOf(score).word)).toEqual([
    'slight',
    'slight',
    'clear',
    'strong',
    'strong',
  ])
})
