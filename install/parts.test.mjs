import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findParts, missingPackages } from './parts.mjs'

test('a program on the PATH is found, one that may not be run is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-parts-'))
  for (const name of ['mosquitto_sub', 'chromium-browser']) writeFileSync(join(folder, name), '', { mode: 0o755 })
  writeFileSync(join(folder, 'snmpget'), '')
  chmodSync(join(folder, 'snmpget'), 0o644)
  const found = findParts(`${folder}:/nowhere`)
  expect(found.mosquittoSub).toBe(join(folder, 'mosquitto_sub'))
  expect(found.chromium).toBe(join(folder, 'chromium-browser'))
  expect(found.snmpget).toBeUndefined()
  rmSync(folder, { recursive: true })
})

test('each package that is missing is named once', () => {
  const found = { snmpd: '/usr/sbin/snmpd', ping: '/bin/ping', systemdAnalyze: '/x', systemdNotify: '/y' }
  expect(missingPackages({ ...found, victoriaMetrics: '/z' })).toEqual([
    'snmp',
    'mosquitto',
    'mosquitto-clients',
    'chromium',
    'influxdb',
    'strace',
    'lldpd',
    'tcpdump',
    'iproute2',
    'traceroute',
    'procps',
  ])
})
