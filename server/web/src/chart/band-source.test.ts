import { expect, test } from 'vitest'
import { bandSource, matchersOf, selects } from './band-source.ts'

test('a gauge has the range of its own series', () => {
  expect(bandSource('icmp_rtt_seconds{device="d"}')).toEqual({
    selector: 'icmp_rtt_seconds{device="d"}',
    scale: 1,
    folded: false,
  })
})

test('traffic in bits is eight times the range of a counter’s rate', () => {
  const expr = '8 * sum(rate({__name__=~"ifHCInOctets|ifInOctets",device="d",interface="Te1/1/1 (a)"}[240s]))'
  expect(bandSource(expr)).toEqual({
    selector: '{__name__=~"ifHCInOctets|ifInOctets",device="d",interface="Te1/1/1 (a)"}',
    scale: 8,
    folded: true,
  })
})

test('what is chosen out of many keeps its own range, and brackets change nothing', () => {
  expect(bandSource('topk(5, (rate(ifHCInOctets[5m]) * 8))')).toEqual({
    selector: 'ifHCInOctets',
    scale: 8,
    folded: false,
  })
})

test.each([
  ['a sum over many series', '8 * sum(rate(ifHCInOctets{device="d"}[4m]))'],
  ['an average over the processors', 'avg by (device) (device_cpu_ratio{device="d"})'],
  ['a quotient', 'device_storage_used_bytes{device="d"} / device_storage_total_bytes{device="d"}'],
  ['two sums', 'sum(icmp_rtt_seconds) - sum(icmp_rtt_seconds)'],
  ['a counter as it is', 'ifHCInOctets{device="d"}'],
  ['a limit', 'vector(3)'],
  ['the rate of a gauge', 'rate(icmp_rtt_seconds[5m])'],
  ['a selector without a name', '{device="d"}'],
  ['nothing', ''],
])('%s has none', (_, expr) => {
  expect(bandSource(expr)).toBeUndefined()
})

test('a series is found by what a selector asks, also by patterns and by what it must not be', () => {
  const matchers = matchersOf('{__name__=~"a|b",device="d\\"1",interface!~"lo.*"}')
  const labels = { __name__: 'b', device: 'd"1', interface: 'eth0' }
  expect(selects(matchers, labels)).toBe(true)
  expect(selects(matchers, { ...labels, interface: 'lo0' })).toBe(false)
  expect(selects(matchers, { ...labels, __name__: 'ab' })).toBe(false)
  expect(selects(matchersOf('a{device=~"("}'), { __name__: 'a', device: '(' })).toBe(false)
})
