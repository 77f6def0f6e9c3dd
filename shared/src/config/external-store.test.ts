import { expect, test } from 'vitest'
import { InfluxStore, VictoriaMetricsStore } from './config.ts'

const url = 'http://127.0.0.1:8428'

test('a kind and a URL are enough', () => {
  expect(VictoriaMetricsStore.parse({ kind: 'victoriametrics', url })).toMatchObject({ url, maxLogBytes: 20e9 })
  expect(InfluxStore.parse({ kind: 'influxdb', url })).toMatchObject({ url, database: 'eyenet' })
})

test.each([
  ['a login in the URL', { url: 'http://me:plum@127.0.0.1:8428' }],
  ['another protocol', { url: 'ftp://127.0.0.1' }],
  ['no URL', { url: 'here' }],
  ['an option that it has not', { url, database: 'x' }],
  ['a log that is too small', { url, maxLogBytes: 1000 }],
])('%s is refused, and no secret is shown', (_, options) => {
  const { error } = VictoriaMetricsStore.safeParse({ kind: 'victoriametrics', ...options })
  expect(error?.issues).toHaveLength(1)
  expect(JSON.stringify(error?.issues)).not.toContain('plum')
})

test('a database whose name would end its quotes is refused', () => {
  expect(InfluxStore.safeParse({ kind: 'influxdb', url, database: 'x"; DROP DATABASE y' }).success).toBe(false)
})
