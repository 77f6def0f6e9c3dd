import { DeviceHardware, DeviceSensors, pageOf, SensorChoiceResource, type SensorResource } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AgentProcess } from './agent-process.testkit.ts'
import { startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

/** The demonstration site on addresses of its own; its last device is one that only its MIB describes. */
const FIRST = '127.0.31.1'
const ODD = '127.0.31.16'
const SERVER_1 = '127.0.31.14'

let server: ServerProcess

beforeAll(async () => {
  const port = await freeUdpPort(FIRST)
  const simulator = startChild(process.execPath, [
    AGENT,
    'simulate',
    '--address',
    FIRST,
    '--port',
    `${port}`,
    '--ready-json',
  ])
  stage.onClose(() => simulator.kill())
  server = await startServer(stage)
  await simulator.line((one) => one.includes('"ready"'))
  const agent = new AgentProcess(stage, 'eye', {
    intervals: { sensorsSeconds: 5 },
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: [ODD, SERVER_1].map((address) => ({ address, ping: false, snmp: { credential: 'lab', port } })),
    metrics: [{ oid: '1.3.6.1.4.1.37662.1.2.2.1.1.5.2.0', name: 'ats_rated_current_amperes', factor: 0.1 }],
  })
  await agent.enrol(server)
  await agent.start()
})

const idOf = (name: string): Promise<string> =>
  until(`${name} is known`, async () => (await server.api.devices()).find((one) => one.name.startsWith(name))?.id)
const sensorsOf = async (id: string): Promise<DeviceSensors> =>
  server.api.get(`/api/v1/devices/${id}/sensors`, DeviceSensors)
const named = (sensors: DeviceSensors, name: RegExp): SensorResource | undefined =>
  sensors.items.find(({ sensor }) => name.test(sensor))

test('a device that nobody described is read by its MIB; what is doubtful is read once somebody accepts it, and not after', {
  timeout: 240_000,
}, async () => {
  const id = await idOf('ats-1')
  const sensors = await until('its sensors are read', async () => {
    const found = await sensorsOf(id)
    return named(found, /^Output group load/)?.reading !== undefined && found
  })
  expect(named(sensors, /^Output group load/)).toMatchObject({
    metric: 'sensor_load_ratio',
    unit: 'ratio',
    enabled: true,
  })
  expect(named(sensors, /source a status/)).toMatchObject({ reading: 2, word: 'ok', status: 'ok' })
  const offered = named(sensors, /buzzer/)
  expect(offered).toMatchObject({ enabled: false, evidence: 'state labels' })
  const choice = { family: sensors.family, object: offered?.object, enabled: true }
  expect((await server.api.send('PUT', '/api/v1/sensor-choices', choice)).status).toBe(200)
  const accepted = await until('the buzzer is read', async () => {
    const found = named(await sensorsOf(id), /buzzer/)
    return found?.reading !== undefined && found
  })
  expect(accepted).toMatchObject({ enabled: true, chosen: true, word: 'buzzerEnabled' })
  const taken = await server.api.send('DELETE', '/api/v1/sensor-choices', {
    family: choice.family,
    object: choice.object,
  })
  expect(taken.status).toBe(204)
  await until('the buzzer is only offered again', async () => named(await sensorsOf(id), /buzzer/)?.enabled === false)
  expect((await server.api.get('/api/v1/sensor-choices', pageOf(SensorChoiceResource))).items).toEqual([])
})

test('processors, memory, storage and parts are told with their figures; an object of the configuration is a metric', {
  timeout: 240_000,
}, async () => {
  const id = await idOf('server-1')
  const hardware = await until('its hardware is read', async () => {
    const found = await server.api.get(`/api/v1/devices/${id}/hardware`, DeviceHardware)
    return found.processors.some(({ ratio }) => ratio !== undefined) && found
  })
  expect(hardware.processors.length).toBe(8)
  expect(hardware.storage.map(({ pool }) => pool)).toEqual(['/', '/srv'])
  expect(hardware.storage[0]?.usedBytes).toBeGreaterThan(1e9)
  expect(hardware.memory[0]?.totalBytes).toBe(64 * 2 ** 30)
  expect(hardware.parts.some(({ class: kind, model }) => kind === 'chassis' && model === 'ProLiant DL360 Gen10')).toBe(
    true,
  )
  const rated = await until('the custom metric is read', async () => {
    const found = await server.api.query('ats_rated_current_amperes')
    return found.length > 0 && found
  })
  expect(rated[0]?.values).toEqual([16])
})
