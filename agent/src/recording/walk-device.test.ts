import { afterEach, expect, test } from 'vitest'
import { type RecordingServer, serveRecording } from '../simulate/simulate.ts'
import { createSnmpEngine, type SnmpDevice, type SnmpEngine, type Varbind } from '../snmp/snmp.ts'
import { formatVarbind, parseRecording } from './snmprec.ts'
import { type WalkOptions, walkDevice } from './walk-device.ts'

const RECORDING = parseRecording(
  [
    '1.0.8802.1.1.2.1.3.2.0|4x|00005e005301',
    '1.2.840.10006.300.43.1.2.1.1.13.1|2|9',
    '1.3.6.1.2.1.1.3.0|67|5',
    '1.3.6.1.2.1.1.5.0|4|switch-1',
    ...Array.from({ length: 300 }, (_, row) => `1.3.6.1.2.1.2.2.1.10.${row + 1}|65|${row}`),
    '1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615',
    // One value below another, as net-snmp's registry has.
    '1.3.6.1.4.1.8072.1.2.1.6|2|1',
    '1.3.6.1.4.1.8072.1.2.1.6.13|2|1',
    '1.3.6.1.4.1.8072.1.2.1.6.20|2|1',
  ].join('\n'),
)

let server: RecordingServer
let engine: SnmpEngine

async function open(version: '1' | '2c' = '2c'): Promise<SnmpDevice> {
  server = await serveRecording(RECORDING, { address: '127.0.0.1', port: 0, community: 'public' })
  engine = createSnmpEngine()
  return engine.device({ address: '127.0.0.1', port: server.port, credential: { version, community: 'public' } })
}

afterEach(async () => {
  engine?.close()
  await server?.close()
})

const lines = (varbinds: readonly Varbind[]) => varbinds.map(formatVarbind)

async function walked(device: SnmpDevice, options: Partial<WalkOptions> = {}) {
  const found: Varbind[] = []
  const end = await walkDevice(device, { max: 10_000, isStopped: () => false, ...options }, (some) =>
    found.push(...some),
  )
  return { end, found }
}

test('a walk gives every value once and in order, as the recording has it', async () => {
  const { end, found } = await walked(await open())
  expect(lines(found)).toEqual(lines(RECORDING))
  expect(end).toEqual({ kind: 'whole', read: RECORDING.length })
})

test('version 1 sees all but 64-bit counters', async () => {
  const { found } = await walked(await open('1'))
  expect(found.length).toBe(RECORDING.length - 1)
})

test('a walk below an OID stays below it', async () => {
  const { end, found } = await walked(await open(), { from: '1.3.6.1.2.1.2.2.1.10' })
  expect(end).toMatchObject({ kind: 'whole', read: 300 })
  expect(found.every(({ oid }) => oid.startsWith('1.3.6.1.2.1.2.2.1.10.'))).toBe(true)
})

test('a walk ends at its limit and says so', async () => {
  const { end, found } = await walked(await open(), { max: 50 })
  expect(end).toMatchObject({ kind: 'limit' })
  expect(lines(found)).toEqual(lines(RECORDING.slice(0, found.length)))
  expect(found.length).toBeGreaterThanOrEqual(50)
  expect(found.length).toBeLessThan(60)
})

test('a walk that is stopped keeps what was read', async () => {
  let parts = 0
  const { end, found } = await walked(await open(), { isStopped: () => parts++ === 3 })
  expect(end).toMatchObject({ kind: 'stopped', read: found.length })
  expect(lines(found)).toEqual(lines(RECORDING.slice(0, found.length)))
})

test('a device that goes backwards ends the walk', async () => {
  const device = await open()
  const backwards = { ...device, next: async () => ({ kind: 'ok', value: [RECORDING[2]] }) as const }
  const { end, found } = await walked(backwards)
  expect(end).toMatchObject({ kind: 'broken', problem: expect.stringContaining('backwards') })
  expect(found.length).toBe(2)
})
