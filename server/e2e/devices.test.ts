import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { AddedDevice, DeviceTest } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { parts } from '../../install/parts.mjs'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort, type Snmpd, startSnmpd } from './snmpd.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const here = parts.snmpd !== undefined
/** Each with a device of its own, so that all wait at the same time. */
const check = here ? test.concurrent : test.skip
const USER = {
  version: '3',
  user: 'watcher',
  authProtocol: 'sha',
  authKey: 'authentic-passphrase',
  privProtocol: 'aes128',
  privKey: 'private-passphrase',
} as const
const Refused = z.looseObject({ status: z.literal(422), detail: z.string(), test: DeviceTest })

let server: ServerProcess
let agent: AgentProcess

beforeAll(async () => {
  if (!here) return
  server = await startServer(stage)
  agent = await startAgent(stage, server, { name: 'eye', settings: {} })
  await until('the agent is connected', async () => (await server.api.agent(agent.id)).state === 'connected')
})

/** What a person fills in to add the device; `credential` is how to ask it. */
function wanted(snmpd: Snmpd, credential: object) {
  return { agent: agent.id, address: snmpd.address, ping: false, snmp: { port: snmpd.port, credential } }
}

check(
  'a device is tried before it is saved: a wrong community says what to do, the right one is watched until removed',
  { timeout: 240_000 },
  async () => {
    const snmpd = await startSnmpd(stage, { lines: ['rocommunity right', 'sysName sw1.example.net'] })
    const wrong = wanted(snmpd, { version: '2c', community: 'wrong-community' })
    const [asked, added] = await Promise.all([
      server.api.send('POST', '/api/v1/devices/test', wrong),
      server.api.send('POST', '/api/v1/devices', wrong),
    ])
    const tried = DeviceTest.parse(asked.body)
    expect(tried.ok).toBe(false)
    const step = tried.steps.find((one) => one.check === 'snmp')
    expect(step?.outcome).toBe('failed')
    expect(step?.message).toMatch(/no answer.*wrong community/)
    const saved = Refused.parse(added.body)
    expect(saved.test.ok).toBe(false)
    expect(JSON.stringify([tried, saved])).not.toContain('wrong-community')
    expect((await server.api.devices()).filter((one) => one.name === 'sw1.example.net')).toEqual([])

    const right = wanted(snmpd, { version: '2c', community: 'right' })
    const works = DeviceTest.parse((await server.api.send('POST', '/api/v1/devices/test', right)).body)
    expect(works).toMatchObject({ ok: true, sysName: 'sw1.example.net' })
    const addedAt = Date.now()
    const { status, body } = await server.api.send('POST', '/api/v1/devices', right)
    expect(status).toBe(201)
    const { id } = AddedDevice.parse(body)
    expect(id).toBe(works.device)
    await polledTwice(String(id), addedAt)
    // What it is comes on another way than its samples.
    const device = await until('it is known and well', async () => {
      const one = (await server.api.devices()).find((shown) => shown.id === id)
      return one?.state === 'ok' && one
    })
    expect(device).toMatchObject({ name: 'sw1.example.net', reach: { snmp: 'up' } })
    await removed(String(id))
  },
)

check(
  'a device by SNMPv3 with authentication and privacy, and what fails when a key is wrong',
  { timeout: 240_000 },
  async () => {
    const lines = [`createUser ${USER.user} SHA ${USER.authKey} AES ${USER.privKey}`, `rouser ${USER.user} priv`]
    const snmpd = await startSnmpd(stage, { lines: [...lines, 'sysName sw2.example.net'] })
    const wrong = wanted(snmpd, { ...USER, authKey: 'mistaken-passphrase' })
    const tried = DeviceTest.parse((await server.api.send('POST', '/api/v1/devices/test', wrong)).body)
    expect(tried.ok).toBe(false)
    expect(tried.steps.find((one) => one.check === 'snmp')?.message).toMatch(/auth/i)
    expect(JSON.stringify(tried)).not.toContain('mistaken-passphrase')

    const addedAt = Date.now()
    const { status, body } = await server.api.send('POST', '/api/v1/devices', wanted(snmpd, USER))
    expect(status).toBe(201)
    const { id } = AddedDevice.parse(body)
    await polledTwice(String(id), addedAt)
    const { managed } = await until('it is known', async () => {
      const one = await server.api.device(String(id))
      return one.sysName === 'sw2.example.net' && one
    })
    expect(managed).toBe(true)
    await removed(String(id))
  },
)

check('a device that does not answer yet can be saved by force, and is watched', { timeout: 240_000 }, async () => {
  const silent = { agent: agent.id, address: '127.0.21.9', ping: false, force: true }
  const snmp = { port: await freeUdpPort('127.0.21.9'), credential: { version: '2c', community: 'right' } }
  const { status, body } = await server.api.send('POST', '/api/v1/devices', { ...silent, snmp })
  expect(body).toMatchObject({ test: { ok: false } })
  expect(status).toBe(201)
  const device = await until('it is in the inventory', async () =>
    (await server.api.devices()).find((one) => one.address === silent.address),
  )
  expect(device.reach.snmp).toBe('down')
  await removed(device.id)
})

async function polledTwice(id: string, since: number): Promise<void> {
  await until('two polls are stored', async () => {
    const [series] = await server.api.query(`sysUpTime{device="${id}"}[10m]`)
    return (series?.times.filter((time) => time >= since).length ?? 0) >= 2
  })
}

/** Takes the device away again: the agent polls it no more, and what was under way does not bring it back. */
async function removed(id: string): Promise<void> {
  const before = (await server.api.agent(agent.id)).desiredRevision
  expect((await server.api.send('DELETE', `/api/v1/devices/${id}`)).status).toBe(204)
  expect((await server.api.send('GET', `/api/v1/devices/${id}`)).status).toBe(404)
  await until('the agent has the new list', async () => {
    const { desiredRevision, actualRevision } = await server.api.agent(agent.id)
    return desiredRevision > before && actualRevision === desiredRevision
  })
  const since = Date.now()
  await until('two ticks later', () => Date.now() > since + 2_500)
  const [series] = await server.api.query(`snmp_up{device="${id}"}[10m]`)
  expect(series?.times.filter((time) => time > since)).toEqual([])
  expect((await server.api.devices()).filter((one) => one.id === id)).toEqual([])
}

check(
  'devices that never answer, answer late or answer garbage do not delay the good one beside them',
  { timeout: 240_000 },
  async () => {
    const snmpd = await startSnmpd(stage, { lines: ['rocommunity right'] })
    const [silent, late, garbage] = await Promise.all([
      responder(() => undefined),
      responder((reply) => setTimeout(reply, 3_000)),
      responder((reply) => reply()),
    ])
    const bad = [silent, late, garbage].map(({ address, port }, at) => ({
      name: `bad${at}`,
      ...{ address, ping: false },
      snmp: { credential: 'lab', port, timeoutMs: 1_000, retries: 2 },
    }))
    const good = {
      name: 'good',
      ...{ address: snmpd.address, ping: false },
      snmp: { credential: 'lab', port: snmpd.port, timeoutMs: 1_000 },
    }
    const credentials = { lab: { version: '2c', community: 'right' } }
    const other = await startAgent(stage, server, { name: 'mixed', settings: { credentials, targets: [...bad, good] } })
    const device = await until('the good one is known', async () =>
      (await server.api.devices()).find((one) => one.name === 'good'),
    )
    // A busy machine may leave out a tick; each of the others takes three seconds to give up.
    await until('six polls of it in a row, a second apart', async () => {
      const [series] = await server.api.query(`snmp_up{device="${device.id}"}[10m]`)
      const times = series?.times ?? []
      return times.some((time, at) => times[at + 5] === time + 5_000)
    })
    const others = await until('the others are told', async () => {
      const found = (await server.api.devices()).filter((one) => one.name.startsWith('bad'))
      return found.length === 3 && found
    })
    for (const one of others) expect(one).toMatchObject({ state: 'critical', reach: { snmp: 'down' } })
    for (const { asked } of [silent, late, garbage]) expect(asked()).toBeGreaterThan(0)
    await other.kill()
  },
)

let loopback = 0

/** Takes datagrams on a loopback address of its own; `answer` decides when garbage comes back. */
async function responder(answer: (reply: () => void) => void) {
  loopback += 1
  const address = `127.0.20.${loopback}`
  const socket = createSocket('udp4')
  let asked = 0
  let open = true
  socket.on('message', (_question, from) => {
    asked += 1
    answer(() => {
      if (open) socket.send(Buffer.from('30ff02010400deadbeef', 'hex'), from.port, from.address)
    })
  })
  socket.bind(0, address)
  await once(socket, 'listening')
  stage.onClose(async () => {
    open = false
    socket.close()
  })
  return { address, port: socket.address().port, asked: () => asked }
}
