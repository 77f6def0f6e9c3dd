import { epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { type Discovered, DiscoveredReport } from '@eyenet/shared/wire'
import { afterEach, expect, test } from 'vitest'
import { AGENT, apiWorld, DEVICE, post } from './api.testkit.ts'

const SECRET = 'a-community-nobody-guesses'
const CREDENTIAL = { name: 'core', credential: { version: '2c', community: SECRET } }
const PLAN = { networks: ['192.0.2.0/24'], exclude: ['192.0.2.128/25'] }
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world() {
  const at = await apiWorld()
  closing.push(
    () => at.discovery.close(),
    () => at.db.destroy(),
  )
  // The agent of the fake fleet, as the database has it.
  await at.db
    .insertInto('agents')
    .values({
      ...{ id: AGENT, name: 'edge', site: SiteName.parse('lab'), password_hash: 'h', encryption_key: '{}' },
      ...{ hostname: 'edge', version: '0.3.0', enrolled_at: epochMs(0), state: 'connected', state_since: epochMs(0) },
      ...{ desired_revision: 1, actual_revision: 1, takes_settings: 1, resends: 0 },
    })
    .execute()
  const tell = (items: readonly Discovered[]) =>
    at.discovery.receive(
      { site: SiteName.parse('lab'), agent: AGENT },
      DiscoveredReport.parse({
        ...{ kind: 'discovered', epoch: OutboxEpoch.parse('00112233aabbccdd'), seq: 1, at: at.clock.now(), items },
      }),
    )
  const audited = async () => (await at.auth.audit.list({ limit: 50 })).items.map(({ action }) => action)
  return { ...at, tell, audited }
}

const put = (body: unknown) => ({ ...post(body), method: 'PUT' })

test('an administrator plans where an agent looks; others see it, and wrong plans are told where they are wrong', async () => {
  const { as, audited } = await world()
  const path = `/api/v1/discovery/agents/${AGENT}`
  const set = await as('admin')(path, put(PLAN))
  expect(set.status).toBe(200)
  const shown = {
    agent: AGENT,
    able: false,
    plan: { ...PLAN, packetsPerSecond: 50, everySeconds: 86_400, crawl: true },
  }
  expect(await set.json()).toMatchObject(shown)
  const overview = await (await as('viewer')('/api/v1/discovery')).json()
  expect(overview).toMatchObject({ agents: [shown], inbox: { new: 0 }, dropped: 0 })
  expect((await as('operator')(path, put(PLAN))).status).toBe(403)
  for (const wrong of [{ networks: ['192.0.2.0/33'] }, { networks: ['example.net'] }, { ...PLAN, ports: [0] }]) {
    expect((await as('admin')(path, put(wrong))).status).toBe(400)
  }
  expect((await as('admin')(path, put({ networks: ['10.0.0.0/8'] }))).status).toBe(400)
  const nobody = '/api/v1/discovery/agents/0190aaaa-0000-7000-8000-00000000dead'
  expect((await as('admin')(nobody, put(PLAN))).status).toBe(404)
  expect(await audited()).toContain('discovery.plan')
})

test('secrets of credentials go in and never come out, not in answers, errors or the audit log', async () => {
  const { as, auth, log } = await world()
  const made = await as('admin')('/api/v1/discovery/credentials', post(CREDENTIAL))
  expect(made.status).toBe(201)
  const { id } = await made.clone().json()
  const path = `/api/v1/discovery/credentials/${id}`
  const answers = [
    made,
    await as('admin')('/api/v1/discovery/credentials', post(CREDENTIAL)),
    await as('admin')(path, put({ name: 'renamed' })),
    await as('admin')(path, put({ name: 'x', credential: { version: '9', community: SECRET } })),
    await as('operator')('/api/v1/discovery/credentials'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 409, 200, 400, 200])
  const told = [
    ...(await Promise.all(answers.map((one) => one.text()))),
    JSON.stringify(await auth.audit.list({ limit: 50 })),
  ]
  expect([...told, ...log].join('\n')).not.toContain(SECRET)
  expect((await as('viewer')('/api/v1/discovery/credentials')).status).toBe(403)
  expect((await as('operator')(path, { method: 'DELETE' })).status).toBe(403)
  expect((await as('admin')(path, { method: 'DELETE' })).status).toBe(204)
  expect((await as('admin')(path, { method: 'DELETE' })).status).toBe(404)
})

test('the inbox is listed, accepted, ignored and undone, each with its own result, by operators alone', async () => {
  const { as, tell, audited } = await world()
  await tell(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ address, how: 'sweep' })))
  const list = async (query = '') => (await as('viewer')(`/api/v1/discovery/inbox${query}`)).json()
  const { items, total } = await list('?state=new')
  expect(total).toBe(3)
  const [first, second] = items
  const unknown = '0190eeee-0000-4000-8000-000000000001'
  const decide = (what: string, ids: string[], role: 'viewer' | 'operator' = 'operator') =>
    as(role)(`/api/v1/discovery/inbox/${what}`, post({ ids }))
  expect((await decide('accept', [first.id], 'viewer')).status).toBe(403)
  expect((await decide('accept', [])).status).toBe(400)
  const accepted = await (await decide('accept', [first.id, unknown])).json()
  expect(accepted).toMatchObject({
    results: [
      { id: first.id, ok: true, device: expect.any(String) },
      { id: unknown, ok: false },
    ],
  })
  expect(await (await decide('ignore', [second.id, first.id])).json()).toMatchObject({
    results: [{ ok: true }, { ok: false, problem: 'it is accepted already' }],
  })
  expect((await list('?state=accepted')).items).toMatchObject([{ id: first.id, decidedBy: 'operator' }])
  expect(await (await decide('undo', [first.id, second.id])).json()).toMatchObject({
    results: [{ ok: true }, { ok: true }],
  })
  expect((await list('?state=new')).total).toBe(3)
  expect(await audited()).toEqual(expect.arrayContaining(['discovery.accept', 'discovery.ignore', 'discovery.undo']))
})

test('names from the network are no formulas in the file for a spreadsheet', async () => {
  const { as, tell } = await world()
  await tell([{ address: '192.0.2.1', how: 'sweep', hostname: '=cmd|calc', vendor: '<script>, "x"' }])
  const answer = await as('viewer')('/api/v1/discovery/inbox?format=csv')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const [head = '', line = ''] = (await answer.text()).split('\r\n')
  expect(head.startsWith('state,name,addresses,macs')).toBe(true)
  // What is accepted or ignored is named by it.
  expect(head.endsWith(',decided_by,id')).toBe(true)
  expect(line).toMatch(/,[0-9a-f-]{36}$/)
  expect(line.startsWith("new,'=cmd|calc,192.0.2.1,")).toBe(true)
  expect(line).toContain('"<script>, ""x"""')
})

test('rules are set in their order, tried without a change, and refused where they would be about everything', async () => {
  const { as, tell } = await world()
  await tell([{ address: '192.0.2.1', how: 'sweep', role: 'phone' }])
  const rules = [{ name: 'phones', action: 'ignore', when: { roles: ['phone'] } }]
  const trial = await as('operator')('/api/v1/discovery/rules/try', post({ rules }))
  expect(await trial.json()).toMatchObject({ looked: 1, untouched: 0, rules: [{ name: 'phones', count: 1 }] })
  expect((await (await as('viewer')('/api/v1/discovery/inbox?state=ignored')).json()).total).toBe(0)
  const set = await as('admin')('/api/v1/discovery/rules', put({ rules, apply: true }))
  expect(await set.json()).toMatchObject({ rules: [{ name: 'phones', enabled: true }], changedBy: 'admin' })
  expect((await (await as('viewer')('/api/v1/discovery/inbox?state=ignored')).json()).total).toBe(1)
  expect((await as('operator')('/api/v1/discovery/rules', put({ rules }))).status).toBe(403)
  for (const wrong of [[{ ...rules[0], when: {} }], [...rules, ...rules], [{ ...rules[0], action: 'delete' }]]) {
    expect((await as('admin')('/api/v1/discovery/rules', put({ rules: wrong }))).status).toBe(400)
  }
})

test('a search that cannot begin says why', async () => {
  const { as } = await world()
  const path = `/api/v1/discovery/agents/${AGENT}`
  const answer = await as('operator')(`${path}/run`, post({}))
  expect(answer.status).toBe(409)
  expect((await answer.json()).detail).toMatch(/cannot find devices; update it/)
  expect((await as('operator')(`${path}/stop`, post({}))).status).toBe(404)
  expect((await as('viewer')(`${path}/run`, post({}))).status).toBe(403)
})

test('a retired device leaves the list and is there when it is asked for; it is restored by hand', async () => {
  const { as, audited } = await world()
  const path = `/api/v1/devices/${DEVICE}`
  const count = async (query = '') => (await (await as('viewer')(`/api/v1/devices${query}`)).json()).total
  expect((await as('viewer')(`${path}/retire`, { method: 'POST' })).status).toBe(403)
  expect(await (await as('operator')(`${path}/retire`, { method: 'POST' })).json()).toMatchObject({
    lifecycle: 'retired',
  })
  expect([await count(), await count('?lifecycle=retired'), await count('?lifecycle=all')]).toEqual([0, 1, 1])
  expect(await (await as('operator')(`${path}/restore`, { method: 'POST' })).json()).toMatchObject({
    lifecycle: 'active',
  })
  expect(await count()).toBe(1)
  expect(await audited()).toEqual(expect.arrayContaining(['device.retire', 'device.restore']))
})
