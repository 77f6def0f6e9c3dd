import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergedConfiguration, NO_CONFIGURATION } from './agent-configuration.ts'
import { AgentSettings, namedSettings, overlaidSettings, SETTING_PATHS, settingAt } from './agent-settings.ts'

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const seconds = fc.integer({ min: 60, max: 3_600 })
const settings = fc
  .record({
    intervalSeconds: maybe(seconds),
    intervals: maybe(
      fc.record({
        sensorsSeconds: maybe(seconds),
        metrics: maybe(fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), seconds)),
      }),
    ),
    host: maybe(fc.record({ enabled: maybe(fc.boolean()), intervalSeconds: maybe(seconds) })),
    neighbours: maybe(fc.record({ gateway: maybe(fc.boolean()) })),
    anomaly: maybe(
      fc.record({ enabled: maybe(fc.boolean()), bands: maybe(fc.array(fc.constantFrom('icmp_rtt_seconds'))) }),
    ),
  })
  .map((one) => AgentSettings.parse(JSON.parse(JSON.stringify(one))))

test('each setting is as the narrowest layer that names it has it', () => {
  fc.assert(
    fc.property(settings, settings, (wider, narrower) => {
      const both = AgentSettings.parse(overlaidSettings(wider, narrower))
      for (const path of SETTING_PATHS) {
        expect(settingAt(both, path)).toEqual(settingAt(narrower, path) ?? settingAt(wider, path))
      }
      expect(namedSettings(both).sort()).toEqual(
        [...new Set([...namedSettings(wider), ...namedSettings(narrower)])].sort(),
      )
    }),
  )
})

test('what an object inherits is not named by it', () => {
  expect(namedSettings({ host: Object.create({ enabled: true }) })).toEqual([])
  expect(namedSettings('agent')).toEqual([])
})

test('a profile of a narrower scope stands in the place of one with its name', () => {
  const layer = (text: string) => ({ settings: {}, profiles: [{ name: 'acme', text }] })
  const other = { settings: { intervalSeconds: 30 }, profiles: [{ name: 'other', text: 'x' }] }
  expect(mergedConfiguration([NO_CONFIGURATION, layer('wide'), other, layer('narrow')])).toEqual({
    settings: { intervalSeconds: 30 },
    profiles: [
      { name: 'acme', text: 'narrow' },
      { name: 'other', text: 'x' },
    ],
  })
})
