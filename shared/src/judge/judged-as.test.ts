import { expect, test } from 'vitest'
import { judgedAs } from './judged-as.ts'

test.each([
  ['ifHCInOctets', 'counter'],
  ['device_cpu_ratio', 'gauge'],
  ['sensor_temperature_celsius', 'gauge'],
  ['ifOperStatus', 'none'],
  ['interface_info', 'none'],
  ['device_uptime_seconds', 'none'],
  ['anomaly_score', 'none'],
  ['http_requests_total', 'counter'],
  ['queue_length', 'gauge'],
  ['build_info', 'none'],
  ['', 'gauge'],
])('%s is judged as %s', (name, kind) => {
  expect(judgedAs(name)).toBe(kind)
})
