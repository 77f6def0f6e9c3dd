import { type EmbeddedStore, StoreConfig } from '@eyenet/shared/config'
import { faultOfSelector } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { storeOptionsOf } from './store.ts'

const DAY_MS = 86_400_000

function embedded(given: object): EmbeddedStore {
  const config = StoreConfig.parse(given)
  if (config.kind === 'victoriametrics' || config.kind === 'influxdb') throw new Error('another engine')
  return config
}

test('the defaults keep samples 30 days, five minutes 400 days and hours five years, without a quota', () => {
  expect(storeOptionsOf(embedded({}))).toEqual({
    retention: { rawMs: 30 * DAY_MS, fiveMinutesMs: 400 * DAY_MS, oneHourMs: 5 * 365 * DAY_MS, rules: [] },
  })
})

test('a rule has matchers and what it says; the rest stays as it is for all', () => {
  const store = embedded({ maxBytes: 5e9, retentionRules: [{ match: 'up{site="hq"}', oneHour: '0s' }] })
  expect(storeOptionsOf(store)).toMatchObject({
    maxBytes: 5e9,
    retention: {
      rules: [
        {
          matchers: [
            { name: '__name__', op: '=', value: 'up' },
            { name: 'site', op: '=', value: 'hq' },
          ],
          oneHourMs: 0,
        },
      ],
    },
  })
})

test('what is no selector is told with its place in the text', () => {
  expect(faultOfSelector('{job=~"a|b"}')).toBeUndefined()
  expect(faultOfSelector('sum(up)')).toContain('expected a series selector')
  expect(faultOfSelector('up{')).toMatch(/expected a series selector: 1:\d/)
  expect(faultOfSelector('up offset 5m')).toContain('no offset')
})
