import { expect, test } from 'vitest'
import { readerOf } from './survey.testkit.ts'
import { surveyDevice } from './survey.ts'

const SWITCH = `
m.1.1.0 = "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)"
m.1.2.0 = oid:1.3.6.1.4.1.9.1.1208
m.1.5.0 = "access-1.example.net"
m.2.2.1.2.10001 = "GigabitEthernet0/1"
m.2.2.1.3.10001 = 6
m.2.2.1.5.10001 = 4294967295
m.2.2.1.6.10001 = hex:00 1b 54 00 00 01
m.2.2.1.7.10001 = 1
m.2.2.1.8.10001 = 2
m.2.2.1.10.10001 = 7
m.31.1.1.1.1.10001 = "Gi0/1"
m.31.1.1.1.6.10001 = 5000000000
m.31.1.1.1.15.10001 = 10000
m.31.1.1.1.18.10001 = "uplink"
m.47.1.1.1.1.5.1001 = 3
m.47.1.1.1.1.7.1001 = "Switch 1"
m.47.1.1.1.1.11.1001 = "FOC1234X5YZ"
m.47.1.1.1.1.13.1001 = "WS-C2960S-24TS-L"
e.9.9.109.1.1.1.1.2.1 = 1001
e.9.9.109.1.1.1.1.8.1 = 12
e.9.9.48.1.1.1.2.1 = "Processor"
e.9.9.48.1.1.1.5.1 = 20
e.9.9.48.1.1.1.6.1 = 60
e.9.9.46.1.3.1.1.4.1.20 = "voice"
m.4.20.1.2.192.0.2.9 = 1
m.4.20.1.3.192.0.2.9 = ip:255.255.255.240
e.9.9.23.1.2.1.1.6.10001.3 = "core-1.example.net"
e.9.9.23.1.2.1.1.7.10001.3 = "TenGigabitEthernet1/1"
`

test('a switch is read by the standard MIBs and its vendor’s tables', async () => {
  const result = await surveyDevice(readerOf(SWITCH))
  expect(result.device).toMatchObject({
    ...{ vendor: 'Cisco', os: 'ios', version: '15.0(2)SE11' },
    ...{ model: 'WS-C2960S-24TS-L', serial: 'FOC1234X5YZ', sysName: 'access-1.example.net' },
  })
  expect(result.interfaces).toEqual([
    {
      ...{ ifIndex: 10001, name: 'Gi0/1', descr: 'GigabitEthernet0/1', alias: 'uplink', type: 6 },
      ...{ speedBps: 1e10, mac: '00:1b:54:00:00:01', adminStatus: 'up', operStatus: 'down', inOctets: 5e9 },
    },
  ])
  expect(result.processors).toMatchObject([{ name: 'Switch 1', usagePercent: 12 }])
  expect(result.memory).toMatchObject([{ name: 'Processor', totalBytes: 80, usedBytes: 20 }])
  expect(result.vlans).toEqual([{ id: 20, name: 'voice' }])
  expect(result.addresses).toEqual([{ ip: '192.0.2.9', prefixLength: 28, ifIndex: 1 }])
  expect(result.neighbors).toMatchObject([
    { protocol: 'cdp', localIfIndex: 10001, localPort: 'Gi0/1', remoteSysName: 'core-1.example.net' },
  ])
  expect(result.problems).toEqual([])
})

const HOST = `
m.1.1.0 = "Linux web-1 6.1.0-18-amd64 #1 SMP Debian x86_64"
m.1.2.0 = oid:1.3.6.1.4.1.8072.3.2.10
m.25.2.3.1.2.1 = oid:1.3.6.1.2.1.25.2.1.2
m.25.2.3.1.3.1 = "Physical memory"
m.25.2.3.1.4.1 = 1024
m.25.2.3.1.5.1 = 1000
m.25.2.3.1.6.1 = 900
m.25.2.3.1.2.6 = oid:1.3.6.1.2.1.25.2.1.1
m.25.2.3.1.3.6 = "Memory buffers"
m.25.2.3.1.4.6 = 1024
m.25.2.3.1.5.6 = 1000
m.25.2.3.1.6.6 = 100
m.25.2.3.1.2.31 = oid:1.3.6.1.2.1.25.2.1.4
m.25.2.3.1.3.31 = "/"
m.25.2.3.1.4.31 = 4096
m.25.2.3.1.5.31 = -1
m.25.2.3.1.6.31 = 10
m.25.3.3.1.2.196608 = 3
m.25.3.2.1.3.196608 = "Xeon"
e.2021.4.5.0 = 1
e.2021.11.11.0 = 90
`

test('memory that the kernel keeps in buffers is not in use, and a size beyond 31 bits is no negative one', async () => {
  const { memory, storage, processors, device } = await surveyDevice(readerOf(HOST))
  expect(memory[0]).toMatchObject({ name: 'Physical memory', totalBytes: 1_024_000, usedBytes: 819_200 })
  expect(storage).toMatchObject([{ name: '/', totalBytes: (2 ** 32 - 1) * 4096, usedBytes: 40_960 }])
  expect(processors).toMatchObject([{ name: 'Xeon', usagePercent: 3 }])
  expect(device).toMatchObject({ vendor: 'Linux', os: 'linux', version: '6.1.0-18-amd64' })
})

test('what a profile says of processors and identity wins, and its sensors are not guessed again', async () => {
  const sensor = { kind: 'temperature', name: 'Inlet', value: 21, oid: '1.3.6.1.4.1.9.1.0', evidence: 'profile x' }
  const result = await surveyDevice(readerOf(SWITCH), {
    profiles: async () => ({
      device: { model: 'C2960' },
      processors: [{ name: 'CPU', usagePercent: 40 }],
      sensors: [sensor],
    }),
    facts: async () => ({ sensors: [{ ...sensor, name: 'guess', evidence: 'guessed from name' }] }),
  })
  expect(result.device.model).toBe('C2960')
  expect(result.processors).toEqual([{ name: 'CPU', usagePercent: 40 }])
  expect(result.sensors).toEqual([sensor])
})

test('a device that gives nothing but its name is a result, too', async () => {
  const result = await surveyDevice(readerOf('m.1.5.0 = "thing"'))
  expect(result).toMatchObject({ device: { sysName: 'thing' }, interfaces: [], processors: [] })
})
