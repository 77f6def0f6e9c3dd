import { AgentConfigurationView, ConfigRevisionAnswer, Rollout } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { runChild, startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const addressOf = (index: number): string => `127.0.73.${index + 1}`
let server: ServerProcess
let agents: AgentProcess[]

beforeAll(async () => {
  const port = await freeUdpPort(addressOf(0))
  const words = [AGENT, 'simulate', '--address', addressOf(0), '--port', `${port}`, '--ready-json']
  const simulator = startChild(process.execPath, words)
  stage.onClose(() => simulator.kill())
  server = await startServer(stage)
  await simulator.line((one) => one.includes('"ready"'))
  agents = await Promise.all(
    [0, 1, 2].map((index) =>
      startAgent(stage, server, {
        name: `eye-${index}`,
        settings: {
          // Not named by the file, and so the server's to rule.
          intervalSeconds: undefined,
          credentials: { lab: { version: '2c', community: 'public' } },
          targets: [{ address: addressOf(index), ping: false, snmp: { credential: 'lab', port } }],
        },
      }),
    ),
  )
})

/** The interval of each agent's device, as the devices themselves are told of. */
async function intervals(): Promise<readonly (number | undefined)[]> {
  const devices = await server.api.devices()
  return [0, 1, 2].map((index) => devices.find((one) => one.address === addressOf(index))?.intervalSeconds)
}

async function rollOut(configuration: object): Promise<string> {
  const made = await server.api.send('POST', '/api/v1/fleet/config/all/revisions', { configuration })
  const { revision } = ConfigRevisionAnswer.parse(made.body)
  const canaries = { kind: 'agents', agents: [agents[0]?.id] }
  const wanted = { scope: 'all', revision, canaries, observeSeconds: 10 }
  const started = await server.api.send('POST', '/api/v1/fleet/rollouts', wanted)
  expect(started).toMatchObject({ status: 201 })
  return Rollout.parse(started.body).id
}

const rollout = (id: string) => server.api.get(`/api/v1/fleet/rollouts/${id}`, Rollout)

test('another interval goes to the canary, then to all; a profile that is wrong halts and changes nothing', {
  timeout: 300_000,
}, async () => {
  await until('all devices are known', async () => (await intervals()).every((one) => one === 60))
  await until('all agents take settings', async () => {
    const views = await Promise.all(
      agents.map(({ id }) => server.api.get(`/api/v1/fleet/agents/${id}/configuration`, AgentConfigurationView)),
    )
    return views.every(({ takesSettings }) => takesSettings)
  })
  const good = await rollOut({ settings: { intervalSeconds: 2 } })
  await until('the canary polls as it was told', async () => (await intervals())[0] === 2)
  expect(await intervals()).toEqual([2, 60, 60])
  await until('all poll so', async () => (await intervals()).every((one) => one === 2), 150_000)
  await until('it is completed', async () => (await rollout(good)).stage === 'completed', 120_000)

  const shown = await runChild(process.execPath, [
    ...[AGENT, 'config', 'show', stage.path('agents/eye-1.yaml'), '--data', stage.path('agents/eye-1'), '--json'],
  ])
  expect(shown).toMatchObject({ status: 0, stderr: '' })
  const { settings, applied } = JSON.parse(shown.stdout)
  expect(settings).toContainEqual({ path: 'intervalSeconds', value: 2, ruledBy: 'server' })
  expect(settings).toContainEqual({ path: 'host.enabled', value: false, ruledBy: 'file' })
  // What an agent is able to judge is told at its birth, and may have been a revision of its own.
  expect(applied).toMatchObject({ revision: expect.any(Number), confirmed: true })

  const bad = await rollOut({
    settings: { intervalSeconds: 3 },
    profiles: [{ name: 'acme', text: 'match: { sysObjectIdd: 1.3.6.1.4.1.99999 }' }],
  })
  const halted = await until('it halts', async () => {
    const now = await rollout(bad)
    return now.stage === 'halted' && now
  })
  expect(halted.reason).toMatch(/^eye-0 refused it: acme\.yaml:1:\d+: .*sysObjectIdd/)
  const view = await server.api.get(`/api/v1/fleet/agents/${agents[0]?.id}/configuration`, AgentConfigurationView)
  expect(view).toMatchObject({ rejected: { how: 'refused' }, configuration: { settings: { intervalSeconds: 2 } } })
  expect(await intervals()).toEqual([2, 2, 2])
})
