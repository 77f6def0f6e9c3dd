import {
  Device,
  DiscoveryCredential,
  DiscoveryOverview,
  DiscoveryRun,
  InboxItem,
  InboxResults,
  pageOf,
} from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { type Snmpd, startSnmpd } from './snmpd.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const here = parts.snmpd !== undefined
const check = here ? test : test.skip
const COMMUNITY = 'found-by-search'
const SILENT_MS = 5_000
const NAME = 'sw-found.example.net'

let server: ServerProcess
let agent: AgentProcess
let snmpd: Snmpd

beforeAll(async () => {
  if (!here) return
  snmpd = await startSnmpd(stage, { lines: [`rocommunity ${COMMUNITY}`, `sysName ${NAME}`] })
  server = await startServer(stage)
  agent = await startAgent(stage, server, { name: 'eye', settings: {} })
  await until('the agent says that it finds devices', async () => {
    const { agents } = await server.api.get('/api/v1/discovery', DiscoveryOverview)
    return agents.some((one) => one.connected && one.able)
  })
}, 240_000)

async function credential(name: string, community: string): Promise<string> {
  const wanted = { name, credential: { version: '2c', community }, port: snmpd.port }
  const { status, body } = await server.api.send('POST', '/api/v1/discovery/credentials', wanted)
  expect(status).toBe(201)
  return DiscoveryCredential.parse(body).id
}

const inbox = async (state: string) =>
  (await server.api.get(`/api/v1/discovery/inbox?state=${state}`, pageOf(InboxItem))).items
const found = async (state: string) => (await inbox(state)).find(({ sysName }) => sysName === NAME)
const shown = async () => (await server.api.devices()).find(({ name }) => name === NAME)

/** Begins a search and waits until the agent says that it is through. */
async function search(): Promise<DiscoveryRun> {
  const path = `/api/v1/discovery/agents/${agent.id}/run`
  // The plan may still be on its way to the agent.
  const begun = await until('the search begins', async () => {
    const { status, body } = await server.api.send('POST', path, {})
    return status === 201 && DiscoveryRun.parse(body)
  })
  return until('the search is through', async () => {
    const { agents } = await server.api.get('/api/v1/discovery', DiscoveryOverview)
    const run = agents.flatMap(({ runs }) => runs).find((one) => one.run === begun.run)
    return run !== undefined && run.state === 'done' && run
  })
}

async function decide(what: 'accept' | 'undo', id: string) {
  const { body } = await server.api.send('POST', `/api/v1/discovery/inbox/${what}`, { ids: [id] })
  return InboxResults.parse(body).results[0]
}

check(
  'a device is found by a search with the credential that fits, accepted, polled, retired, restored, and let go',
  { timeout: 240_000 },
  async () => {
    const credentials = [await credential('wrong', 'not-this-one'), await credential('right', COMMUNITY)]
    const plan = {
      networks: ['127.0.0.1/32'],
      credentials,
      everySeconds: 0,
      ports: [],
      crawl: false,
      silentHosts: true,
    }
    expect((await server.api.send('PUT', `/api/v1/discovery/agents/${agent.id}`, plan)).status).toBe(200)
    expect(await search()).toMatchObject({ by: expect.any(String), answered: 1 })

    const entry = await until('it is in the inbox', async () => found('new'))
    expect(entry).toMatchObject({ snmp: { credentialName: 'right', port: snmpd.port, known: true } })
    expect(JSON.stringify(entry)).not.toContain(COMMUNITY)
    const accepted = await decide('accept', entry.id)
    expect(accepted).toMatchObject({ ok: true })
    const device = await until('it is polled', async () => {
      const one = await shown()
      return one?.state === 'ok' && one.reach.snmp === 'up' && one
    })
    expect(device).toMatchObject({ id: accepted?.device, lifecycle: 'active' })

    await search()
    expect(await found('new')).toBeUndefined()
    expect(await found('accepted')).toMatchObject({ id: entry.id, device: device.id })

    const path = `/api/v1/devices/${device.id}`
    const retired = Device.parse((await server.api.send('POST', `${path}/retire`)).body)
    expect(retired).toMatchObject({ lifecycle: 'retired', managed: true })
    expect(await shown()).toBeUndefined()
    const newest = async () => (await server.api.query(`snmp_up{device="${device.id}"}[5m]`))[0]?.times.at(-1) ?? 0
    // It was polled each second.
    await until('it is polled no more', async () => Date.now() - (await newest()) > SILENT_MS)
    const before = await newest()
    await server.api.send('POST', `${path}/restore`)
    await until('it is polled again', async () => (await newest()) > before)

    expect(await decide('undo', entry.id)).toMatchObject({ ok: true })
    expect(await shown()).toBeUndefined()
    expect(await found('new')).toMatchObject({ id: entry.id })
  },
)
