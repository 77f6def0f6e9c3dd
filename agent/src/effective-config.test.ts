import { AgentConfig } from '@eyenet/shared/config'
import { SETTING_PATHS } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { effectiveConfig } from './effective-config.ts'

test('what the file names stands, what the server sets comes next, the rest is the default', () => {
  const local = AgentConfig.parse({ intervalSeconds: 15, host: { enabled: false }, log: { level: 'warn' } })
  const { config, origins } = effectiveConfig(local, ['intervalSeconds', 'host.enabled'], {
    intervalSeconds: 300,
    intervals: { sensorsSeconds: 120 },
    host: { enabled: true, intervalSeconds: 30 },
  })
  expect(config).toEqual({
    ...local,
    intervals: { ...local.intervals, sensorsSeconds: 120 },
    host: { enabled: false, intervalSeconds: 30 },
  })
  expect(Object.entries(origins).filter(([, origin]) => origin !== 'default')).toEqual([
    ['intervalSeconds', 'file'],
    ['intervals.sensorsSeconds', 'server'],
    ['host.enabled', 'file'],
    ['host.intervalSeconds', 'server'],
  ])
  expect(Object.keys(origins).sort()).toEqual([...SETTING_PATHS].sort())
})

test('without a word from the server the file is what it is', () => {
  const local = AgentConfig.parse({ metrics: [{ oid: '1.3.6.1.4.1.9999.1.0', name: 'acme_doors' }] })
  expect(effectiveConfig(local, []).config).toEqual(local)
})
