import type { AgentTask } from '@eyenet/shared/api'
import { epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { addDevice } from '../../anomalies/anomalies.testkit.ts'
import { AGENT, apiWorld, DEVICE, post } from '../api.testkit.ts'

const SITE = SiteName.parse('lab')
const TASK = '0190dddd-0000-4000-8000-000000000001'
const EVIL = '\u001b[2J<b>'

/** An API over one router, and an agent that has traced the way to it over a stranger. */
async function tracedWorld() {
  const world = await apiWorld()
  await addDevice(world.db, DEVICE, SITE)
  const [device] = world.inventory.devices
  if (device === undefined) throw new Error('there is a device')
  world.inventory.changes.tell({ kind: 'device', device })
  const report = { kind: 'links', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 1, device: DEVICE } as const
  const addresses = [{ ip: '2001:db8::1' }]
  const links = { ...report, at: epochMs(world.clock.now()), addresses, truncated: [] }
  await world.topology.receiveLinks({ agent: AGENT, site: SITE }, links)
  await world.topology.work()
  const begun: unknown[] = []
  const ended: AgentTask = {
    ...{
      id: TASK,
      agent: AGENT,
      kind: 'traceroute',
      about: '192.0.2.1',
      by: 'operator',
      at: epochMs(1),
      state: 'done',
    },
    result: {
      ...{ kind: 'traceroute', ended: 'whole', message: '192.0.2.1 is 2 hops away.' },
      hops: [
        { hop: 1, addresses: ['203.0.113.1', EVIL], rtts: [0.001] },
        { hop: 2, addresses: ['2001:0db8::0001'], rtts: [0.001, 0.001, 0.001] },
      ],
    },
  }
  const over = { now: false }
  const { result: _result, ...head } = ended
  const running: AgentTask = { ...head, state: 'running', progress: { done: 1, at: EVIL } }
  world.fleet.tasks.start = async (agent, wanted, by) => {
    begun.push({ agent, wanted, by })
    return { task: running, ended: over.now ? Promise.resolve(ended) : new Promise(() => {}) }
  }
  world.fleet.tasks.get = (agent, id) => (agent === AGENT && id === TASK ? (over.now ? ended : running) : undefined)
  return { ...world, begun, end: () => Object.assign(over, { now: true }) }
}

const START = '/api/v1/topology/trace'

test('an operator has a way traced to a device: a task of the agent, audited as one, laid over the graph when it is over', async () => {
  const { as, begun, end, auth } = await tracedWorld()
  const wanted = post({ from: AGENT, to: { device: DEVICE } })
  const waits = await as('operator')(`${START}?waitSeconds=0`, wanted)
  expect([waits.status, await waits.json()]).toMatchObject([202, { task: { state: 'running', progress: { done: 1 } } }])
  end()
  const over = await (await as('operator')(START, wanted)).json()
  expect(begun[1]).toEqual({
    ...{ agent: AGENT, by: 'operator' },
    wanted: { kind: 'traceroute', address: '192.0.2.1', maxHops: 30, timeoutMs: 60_000 },
  })
  expect(over.laid).toMatchObject({
    to: DEVICE,
    hops: [
      { place: 'unknown', lost: 2, answers: [{ address: '203.0.113.1' }, { address: EVIL }] },
      { place: 'expected', lost: 0, answers: [{ address: '2001:0db8::0001', node: DEVICE }] },
    ],
    expected: [{ node: DEVICE, hop: 2 }],
  })
  expect(over.laid.text).toContain('Not on the map: 203.0.113.1, [2J<b>.')
  expect(await (await as('operator')(`${START}/${AGENT}/${TASK}`)).json()).toEqual(over)
  const { items } = await auth.audit.list({ limit: 10 })
  expect(items.map(({ action, subject }) => [action, subject])).toContainEqual([
    'agent.task-ended',
    `traceroute: 192.0.2.1, at agent ${AGENT}: whole`,
  ])
})

test('who may not ask agents to do something may not have a way traced, and what makes no sense is refused', async () => {
  const { as, begun, inventory } = await tracedWorld()
  const to = (one: unknown) => post({ from: AGENT, to: one })
  expect((await as('viewer')(START, to({ device: DEVICE }))).status).toBe(403)
  expect((await as('viewer')(`${START}/${AGENT}/${TASK}`)).status).toBe(403)
  const operator = as('operator')
  for (const bad of [{ address: '-m 99' }, { address: '192.0.2.1; id' }, { device: 'x' }, { address: '' }, {}, 'x']) {
    expect((await operator(START, to(bad))).status).toBe(400)
  }
  expect((await operator(START, post({ from: AGENT, to: { address: 'a' }, maxHops: 65 }))).status).toBe(400)
  expect((await operator(START, to({ device: AGENT }))).status).toBe(404)
  expect((await operator(`${START}/${AGENT}/${AGENT.replace('-7000-', '-4000-')}`)).status).toBe(404)
  inventory.devices = inventory.devices.map((one) => ({ ...one, address: '--help' }))
  expect((await operator(START, to({ device: DEVICE }))).status).toBe(409)
  expect(begun).toEqual([])
})
