import { expect, test } from 'vitest'
import { alertSpan, narrowed, splitComparison, unitOf } from './alert-chart.ts'

test('the limit is taken off the comparison', () => {
  expect(splitComparison('sensor_temperature_celsius > 40')).toEqual({ left: 'sensor_temperature_celsius', limit: 40 })
  expect(splitComparison('avg by (site, device) (device_cpu_ratio) >= 0.9')).toEqual({
    left: 'avg by (site, device) (device_cpu_ratio)',
    limit: 0.9,
  })
  expect(splitComparison('a / (b > 0) > 0.95')).toEqual({ left: 'a / (b > 0)', limit: 0.95 })
  expect(splitComparison('absent(device_up)')).toEqual({ left: 'absent(device_up)' })
  expect(splitComparison('up{name="a>b"} == 0')).toEqual({ left: 'up{name="a>b"}', limit: 0 })
})

test('of joined conditions the first is what the rule is about', () => {
  expect(splitComparison('used / total > 0.7\nand predict_linear(used[6h], 86400) > total')).toEqual({
    left: 'used / total',
    limit: 0.7,
  })
  expect(splitComparison('(ifOperStatus == 2 and on (device) ifAdminStatus == 1) and on (device) (x == 1)')).toEqual({
    left: 'ifOperStatus',
    limit: 2,
  })
})

test('selectors are narrowed to the device, and nothing else is touched', () => {
  expect(narrowed('rate(ifInErrors[5m])', 'd1')).toBe('rate(ifInErrors{device="d1"}[5m])')
  expect(narrowed('8 * rate(ifHCInOctets{interface="ifSpeed"}[5m])', 'd1')).toBe(
    '8 * rate(ifHCInOctets{device="d1",interface="ifSpeed"}[5m])',
  )
  expect(narrowed('sum by (device) (other_metric)', 'd1')).toBe('sum by (device) (other_metric)')
  expect(narrowed('agent_up', 'd1')).toBe('agent_up')
})

test('the unit follows from the metrics', () => {
  expect(unitOf('8 * rate(ifHCInOctets[5m])')).toBe('bits_per_second')
  expect(unitOf('rate(ifHCInOctets[5m]) * 8 / on (device) ifSpeed')).toBe('ratio')
  expect(unitOf('sensor_temperature_celsius')).toBe('celsius')
  expect(unitOf('rate(ifInErrors[5m])')).toBe('packets_per_second')
  expect(unitOf('vector(1)')).toBe('none')
})

test('an alert shows its own time, and nothing that is still to come', () => {
  const minute = 60_000
  expect(alertSpan({ startedAt: (100 * minute) as never, endedAt: (400 * minute) as never }, 1000 * minute)).toEqual({
    from: 0,
    to: 500 * minute,
  })
  expect(alertSpan({ startedAt: (100 * minute) as never }, 110 * minute)).toEqual({
    from: 70 * minute,
    to: 110 * minute,
  })
})
