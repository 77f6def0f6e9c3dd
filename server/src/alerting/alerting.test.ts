import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { type MetricStore, openStore } from '../store/store.ts'
import { type AlertingRoom, openAlerting } from './alerting.ts'

const logger = pino({ level: 'silent' })
const START = Date.UTC(2026, 5, 1)
const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const RULES = `
groups:
  - name: availability
    interval: 10s
    rules:
      - alert: DeviceDown
        expr: device_up == 0
        for: 30s
        labels: { severity: critical }
        annotations: { summary: '{{ $labels.device }} does not answer' }
`

async function world() {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-alerting-'))
  const rules = join(folder, 'rules.yaml')
  writeFileSync(rules, RULES)
  const told: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      told.push(JSON.parse(Buffer.concat(chunks).toString()).status)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const clock: { now: EpochMs } = { now: epochMs(START) }
  const db = await openDatabase(':memory:')
  const store = await openStore({ folder: join(folder, 'store'), logger, clock: { now: () => clock.now } })
  closing.push(
    () => db.destroy(),
    () => store.close(),
  )
  const open = () => openRoom({ db, store, clock, rules, url })
  return { db, store, clock, told, open, rules }
}

type Parts = { db: ControlDb; store: MetricStore; clock: { now: EpochMs }; rules: string; url: string }

async function openRoom({ db, store, clock, rules, url }: Parts): Promise<AlertingRoom> {
  const room = await openAlerting({
    db,
    store,
    logger,
    now: () => clock.now,
    settings: {
      evaluationInterval: '10s',
      shippedRules: true,
      ruleFiles: [],
      webhooks: [{ name: 'hook', url }],
    },
    shippedRules: rules,
    publicUrl: 'http://eyenet.example.net',
    deviceName: (device) => (device === CORE ? 'core-1' : undefined),
    agentName: () => undefined,
    onCounts: () => {},
    evaluateByItself: false,
  })
  closing.push(() => room.close())
  return room
}

type World = Awaited<ReturnType<typeof world>>

/** Ten seconds pass; `up` is what the device said then, nothing when undefined. */
async function tick({ store, clock }: World, room: AlertingRoom, up: number | undefined): Promise<string | undefined> {
  clock.now = epochMs(clock.now + 10_000)
  if (up !== undefined) {
    const refs = await store.intern([{ __name__: 'device_up', site: 'home', device: CORE }])
    await store.append({ refs, times: clock.now, values: Float64Array.of(up) })
  }
  await room.evaluateDue(clock.now)
  return (await room.open())[0]?.state
}

async function ticks(at: World, room: AlertingRoom, up: readonly (number | undefined)[]) {
  const states: (string | undefined)[] = []
  for (const value of up) states.push(await tick(at, room, value))
  return states
}

test('an outage is pending, fires once, is told once, and its end is told once', async () => {
  const at = await world()
  const room = await at.open()
  expect(await ticks(at, room, [1, 0, 0, 0, 0, 0, 1, 1])).toEqual([
    undefined,
    'pending',
    'pending',
    'pending',
    'firing',
    'firing',
    undefined,
    undefined,
  ])
  expect(at.told).toEqual(['firing', 'resolved'])
  const { items, total } = await room.history({ state: 'all', limit: 10 })
  expect(total).toBe(1)
  expect(items[0]).toMatchObject({
    rule: 'DeviceDown',
    state: 'resolved',
    deviceName: 'core-1',
    annotations: { summary: 'core-1 does not answer' },
    labels: { alertname: 'DeviceDown', device: CORE, severity: 'critical' },
    notifications: [
      { change: 'firing', state: 'sent' },
      { change: 'resolved', state: 'sent' },
    ],
  })
  expect(items[0]?.timeline.map(({ what }) => what)).toEqual(['the condition began to hold', 'fired', 'resolved'])
})

test('an alert with the label notify="none" is shown from beginning to end, and sent to nobody', async () => {
  const at = await world()
  writeFileSync(at.rules, RULES.replace('severity: critical', 'severity: info, notify: none'))
  const room = await at.open()
  expect((await ticks(at, room, [1, 0, 0, 0, 0, 1])).at(-2)).toBe('firing')
  expect(at.told).toEqual([])
  expect((await room.history({ state: 'all', limit: 10 })).items).toMatchObject([
    { state: 'resolved', notifications: [] },
  ])
})

test('an outage shorter than `for` leaves no history and tells nobody', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [1, 0, 0, 1, 1])
  expect(await room.history({ state: 'all', limit: 10 })).toMatchObject({ items: [], total: 0 })
  expect(at.told).toEqual([])
})

test('when the data go away a firing alert becomes unknown, and is resolved by data alone', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  // The look-back of five minutes has to pass first.
  const silent = await ticks(
    at,
    room,
    Array.from({ length: 32 }, () => undefined),
  )
  expect(silent[0]).toBe('firing')
  expect(silent.at(-1)).toBe('unknown')
  expect(at.told).toEqual(['firing'])
  expect(await ticks(at, room, [1])).toEqual([undefined])
  expect(at.told).toEqual(['firing', 'resolved'])
})

test('a restart goes on where it was: nothing is told twice, and the end is told', async () => {
  const at = await world()
  const before = await at.open()
  await ticks(at, before, [0, 0, 0, 0, 0])
  await before.close()
  const after = await at.open()
  expect((await after.open())[0]?.state).toBe('firing')
  await ticks(at, after, [0, 0, 1])
  expect(at.told).toEqual(['firing', 'resolved'])
})

test('an acknowledgement is kept with who and why, shown in the timeline, and can be taken back', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  const [alert] = await room.open()
  const id = alert?.id ?? ''
  const acknowledged = await room.acknowledge(id, 'ada', 'on my way')
  expect(acknowledged.acknowledgement).toMatchObject({ by: 'ada', comment: 'on my way' })
  await ticks(at, room, [0])
  expect((await room.get(id))?.acknowledgement).toMatchObject({ by: 'ada' })
  expect((await room.unacknowledge(id, 'ada')).acknowledgement).toBeUndefined()
  await expect(room.acknowledge('00000000-0000-4000-8000-000000000000', 'ada', '')).rejects.toThrow(/there is no alert/)
})

test('a removed device ends its alert and people are told', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  await room.deviceRemoved(CORE)
  await room.evaluateDue(at.clock.now)
  expect(at.told).toEqual(['firing', 'resolved'])
})

test('the last values of a removed device or agent open nothing again', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  await room.deviceRemoved(CORE)
  expect(await ticks(at, room, Array(8).fill(undefined))).toEqual(Array(8).fill(undefined))
  expect(at.told).toEqual(['firing', 'resolved'])
})

test("a removed agent's alerts end, others stay", async () => {
  const at = await world()
  writeFileSync(at.rules, RULES.replace('device_up', 'agent_up'))
  const room = await at.open()
  const agents = ['a', 'b'].map((start) => AgentId.parse(`${start.repeat(8)}-6b7a-4a53-9c5b-0d5c3c9f8a11`))
  const refs = await at.store.intern(agents.map((agent) => ({ __name__: 'agent_up', site: 'home', agent })))
  const values = new Float64Array(refs.length)
  await at.store.append({ refs, times: at.clock.now, values })
  await ticks(at, room, Array(4).fill(undefined))
  expect((await room.open()).map(({ state }) => state)).toEqual(['firing', 'firing'])
  for (const agent of agents.slice(0, 1)) await room.agentRemoved(agent)
  expect((await room.open()).map(({ labels }) => labels.agent)).toEqual(agents.slice(1))
})

test('a pending alert that is forgotten is told as resolved, so that nobody goes on showing it', async () => {
  const at = await world()
  const room = await at.open()
  const heard: string[] = []
  room.onChange(({ id, state }) => heard.push(`${id.length} ${state}`))
  await ticks(at, room, [0])
  await vi.waitFor(() => expect(heard).toEqual(['36 pending']))
  await ticks(at, room, [1])
  await vi.waitFor(() => expect(heard).toEqual(['36 pending', '36 resolved']))
})

test('a damaged row does not keep the next alert of its kind from firing', async () => {
  const at = await world()
  const before = await at.open()
  await ticks(at, before, [0, 0, 0, 0])
  await before.close()
  await at.db.updateTable('alerts').set({ machine: '{' }).execute()
  const after = await at.open()
  expect(await ticks(at, after, [0, 0, 0, 0])).toEqual(['pending', 'pending', 'pending', 'firing'])
})

test('when all rules go, their alerts end with the severity they had', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  await room.reload({ evaluationInterval: '10s', shippedRules: false, ruleFiles: [], webhooks: [] })
  expect(await room.open()).toEqual([])
  const { items } = await room.history({ state: 'resolved', limit: 1 })
  expect(items[0]).toMatchObject({ severity: 'critical', expr: 'device_up == 0' })
})

test('hundreds of alerts at once are saved and told', async () => {
  const at = await world()
  const room = await at.open()
  const refs = await at.store.intern(
    Array.from({ length: 1_200 }, (_, port) => ({
      ...{ __name__: 'device_up', site: 'home', device: CORE },
      port: `${port}`,
    })),
  )
  await at.store.append({ refs, times: at.clock.now, values: new Float64Array(1_200) })
  const heard = new Set<string>()
  room.onChange(({ id }) => heard.add(id))
  await room.evaluateDue(at.clock.now)
  await vi.waitFor(() => expect(heard.size).toBe(1_200))
  expect(await room.open()).toHaveLength(1_200)
})

test('a rule file with mistakes is refused on reload, and the old rules go on', async () => {
  const at = await world()
  const room = await at.open()
  writeFileSync(at.rules, 'groups: [{ name: a, rules: [{ alert: X, expr: "1 +" }] }]')
  const settings = { evaluationInterval: '10s', shippedRules: true, ruleFiles: [], webhooks: [] }
  await expect(room.reload(settings)).rejects.toThrow(/rules\.yaml:1:/)
  expect(room.rules()[0]?.rules[0]?.name).toBe('DeviceDown')
})

test('the status of rules has the shape of Prometheus', async () => {
  const at = await world()
  const room = await at.open()
  await ticks(at, room, [0, 0, 0, 0])
  expect(room.rules()).toMatchObject([
    {
      name: 'availability',
      interval: 10,
      rules: [
        {
          type: 'alerting',
          name: 'DeviceDown',
          duration: 30,
          state: 'firing',
          health: 'ok',
          alerts: [{ state: 'firing' }],
        },
      ],
    },
  ])
})
