import { expect, test } from 'vitest'
import { AGENT, ALERT, apiWorld, DEVICE, PASSWORD, post } from '../api.testkit.ts'

const json = async (response: Response) => ({
  status: response.status,
  body: response.status === 204 ? null : await response.json(),
})
const NEW = { agent: AGENT, address: '192.0.2.9', snmp: { credential: { version: '2c', community: 'public' } } }

test('an administrator adds, changes and removes users, and the audit log says so', async () => {
  const { as } = await apiWorld()
  const admin = as('admin')
  const added = await json(await admin('/api/v1/users', post({ username: 'bob', password: PASSWORD, role: 'viewer' })))
  expect(added).toMatchObject({ status: 201, body: { username: 'bob', role: 'viewer' } })
  expect(JSON.stringify(added)).not.toContain('argon2')
  const path = `/api/v1/users/${added.body.id}`
  expect((await admin('/api/v1/users', post({ username: 'BOB', password: PASSWORD, role: 'viewer' }))).status).toBe(409)
  expect(await json(await admin(path, { ...post({ role: 'operator' }), method: 'PATCH' }))).toMatchObject({
    body: { role: 'operator' },
  })
  expect(await json(await admin('/api/v1/users'))).toMatchObject({ body: { total: 1 } })
  expect((await admin(path, { method: 'DELETE' })).status).toBe(204)
  expect((await admin(path, { method: 'DELETE' })).status).toBe(404)
  const { body } = await json(await admin('/api/v1/audit?limit=3'))
  expect(body.items.map((one: { action: string }) => one.action)).toEqual([
    'user.remove',
    'user.role.operator',
    'user.add.viewer',
  ])
  expect(body.items[0]).toMatchObject({ who: 'admin', subject: 'bob', address: '192.0.2.7' })
  expect(body.next).toBeDefined()
  expect((await admin('/api/v1/audit?limit=1001')).status).toBe(400)
})

test('an API token is shown once and refused when it is removed', async () => {
  const { as, ask } = await apiWorld()
  const made = await json(await as('admin')('/api/v1/tokens', post({ name: 'grafana', role: 'viewer' })))
  expect(made).toMatchObject({ status: 201, body: { name: 'grafana', createdBy: 'admin' } })
  const use = async () =>
    (await ask('/api/v1/agents', { headers: { authorization: `Bearer ${made.body.token}` } })).status
  expect(await use()).toBe(200)
  expect(await (await as('admin')('/api/v1/tokens')).text()).not.toContain(made.body.token)
  expect((await as('admin')(`/api/v1/tokens/${made.body.id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await use()).toBe(401)
})

test('agents are listed, enrolled by token and removed', async () => {
  const { as, ask, fleet } = await apiWorld()
  expect(await json(await as('viewer')('/api/v1/agents'))).toMatchObject({
    body: { total: 1, items: [{ name: 'edge' }] },
  })
  const token = await json(await as('admin')('/api/v1/agents/enrolment-tokens', post({ site: 'lab' })))
  expect(token).toMatchObject({ status: 201, body: { token: 'once-admin', site: 'lab' } })
  const encryptionKey = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
  const enrol = (secret: string) =>
    ask('/api/v1/agents/enrol', post({ token: secret, hostname: 'h', version: '1', encryptionKey }))
  expect((await enrol('bad')).status).toBe(401)
  expect(await json(await enrol('good'))).toMatchObject({ status: 200, body: { agent: AGENT, mqttPassword: 'p' } })
  expect((await as('admin')(`/api/v1/agents/${AGENT}`, { method: 'DELETE' })).status).toBe(204)
  expect(fleet.calls).toEqual([['remove', AGENT]])
  for (let i = 1; i < 50; i += 1) await enrol('bad')
  expect((await enrol('good')).status).toBe(429)
})

test('a device that passes its test is watched under its identity', async () => {
  const { as, fleet } = await apiWorld()
  const added = await json(await as('operator')('/api/v1/devices', post(NEW)))
  expect(added).toEqual({ status: 201, body: { id: DEVICE, test: { ok: true, steps: [], device: DEVICE } } })
  expect(fleet.calls).toMatchObject([
    [
      'watch',
      AGENT,
      { address: '192.0.2.9', device: DEVICE, ping: true, snmp: { port: 161, timeoutMs: 2000, retries: 2 } },
    ],
  ])
})

test('a device that fails its test is told with its steps, and watched only by force', async () => {
  const { as, fleet } = await apiWorld()
  fleet.test = { ok: false, steps: [{ check: 'snmp', outcome: 'failed', message: 'no answer' }] }
  const refused = await json(await as('operator')('/api/v1/devices', post(NEW)))
  expect(refused).toMatchObject({ status: 422, body: { code: 'invalid', test: fleet.test } })
  expect(JSON.stringify(refused)).not.toContain('public')
  expect(fleet.calls).toEqual([])
  expect(await json(await as('operator')('/api/v1/devices', post({ ...NEW, force: true })))).toEqual({
    status: 201,
    body: { test: fleet.test },
  })
  expect(fleet.calls.length).toBe(1)
})

test('an agent that is away tests nothing, and gets what is forced later', async () => {
  const { as, fleet } = await apiWorld()
  fleet.test = undefined
  expect((await as('operator')('/api/v1/devices/test', post(NEW))).status).toBe(503)
  expect((await as('operator')('/api/v1/devices', post(NEW))).status).toBe(503)
  const forced = await json(await as('operator')('/api/v1/devices', post({ ...NEW, force: true })))
  expect(forced).toMatchObject({ status: 201, body: { test: { ok: false, steps: [{ outcome: 'skipped' }] } } })
})

test('a credential in a wrong form is not repeated in the answer', async () => {
  const { as } = await apiWorld()
  const wrong = { ...NEW, snmp: { credential: { version: '3', user: 'u', authKey: 'hunter2hunter2' } } }
  const response = await as('operator')('/api/v1/devices', post(wrong))
  expect([response.status, (await response.text()).includes('hunter2')]).toEqual([400, false])
})

test('a device has details, interfaces and readings, and is removed where it was added here', async () => {
  const { as, fleet, inventory } = await apiWorld()
  const path = `/api/v1/devices/${DEVICE}`
  expect(await json(await as('viewer')('/api/v1/devices'))).toMatchObject({ body: { total: 1 } })
  expect(await json(await as('viewer')(path))).toMatchObject({ body: { id: DEVICE, managed: true } })
  expect(await json(await as('viewer')(`${path}/interfaces`))).toEqual({ status: 200, body: { items: [] } })
  expect(await json(await as('viewer')(`${path}/readings`))).toEqual({ status: 200, body: { items: [] } })
  inventory.devices = inventory.devices.map((one) => ({ ...one, managed: false }))
  expect((await as('operator')(path, { method: 'DELETE' })).status).toBe(409)
  inventory.devices = inventory.devices.map((one) => ({ ...one, managed: true }))
  expect((await as('operator')(path, { method: 'DELETE' })).status).toBe(204)
  expect(fleet.calls).toEqual([['unwatch', DEVICE]])
  expect((await as('viewer')(path)).status).toBe(404)
})

test('alerts have a history by pages, and are acknowledged by name', async () => {
  const { as } = await apiWorld()
  const first = await json(await as('viewer')('/api/v1/alerts/history?state=open&limit=1'))
  expect(first).toMatchObject({ status: 200, body: { total: 1, next: 'more', items: [{ id: ALERT }] } })
  expect(await json(await as('viewer')('/api/v1/alerts/history?cursor=more'))).toEqual({
    status: 200,
    body: { items: [], total: 1 },
  })
  expect((await as('viewer')('/api/v1/alerts/history?state=bad')).status).toBe(400)
  expect(await json(await as('viewer')(`/api/v1/alerts/${ALERT}`))).toMatchObject({ body: { rule: 'DeviceDown' } })
  const path = `/api/v1/alerts/${ALERT}/acknowledge`
  expect(await json(await as('operator')(path, post({ comment: 'on it' })))).toMatchObject({
    body: { acknowledgement: { by: 'operator', comment: 'on it' } },
  })
  expect((await as('operator')(path, { method: 'DELETE' })).status).toBe(200)
  expect((await as('operator')(path.replace('cccc', 'dddd'), post({}))).status).toBe(404)
})

test('what a device consists of is answered for devices that are known', async () => {
  const { as, inventory } = await apiWorld()
  const hostile = '<img src=x onerror=alert(1)>\u001b[31m'
  inventory.sensors = async () => ({ family: hostile, items: [], truncated: true })
  const sensors = await as('viewer')(`/api/v1/devices/${DEVICE}/sensors`)
  expect(sensors.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await sensors.json()).toEqual({ family: hostile, items: [], truncated: true })
  for (const part of ['hardware', 'network']) {
    expect(await json(await as('viewer')(`/api/v1/devices/${DEVICE}/${part}`))).toMatchObject({ status: 200 })
    expect((await as('viewer')(`/api/v1/devices/${ALERT}/${part}`)).status).toBe(404)
  }
})

test('a decision about a sensor is made, listed and taken back, in the query or in a body, and the audit log says so', async () => {
  const { as } = await apiWorld()
  const path = '/api/v1/sensor-choices'
  const key = { family: 'cisco ios', object: '1.3.6.1.4.1.9.1' }
  const put = (body: unknown) => as('operator')(path, { ...post(body), method: 'PUT' })
  expect(await json(await put({ ...key, enabled: true }))).toMatchObject({
    ...{ status: 200, body: { ...key, enabled: true, by: 'operator', devices: 0 } },
  })
  expect(await json(await as('viewer')(path))).toMatchObject({ body: { total: 1, items: [key] } })
  expect((await put({ ...key, enabled: 'yes' })).status).toBe(400)
  const query = `${path}?${new URLSearchParams(key)}`
  expect((await as('operator')(query, { method: 'DELETE' })).status).toBe(204)
  expect((await as('operator')(query, { method: 'DELETE' })).status).toBe(404)
  await put({ ...key, enabled: false })
  expect((await as('operator')(path, { ...post({ family: 'x' }), method: 'DELETE' })).status).toBe(400)
  expect((await as('operator')(path, { ...post({ ...key, enabled: false }), method: 'DELETE' })).status).toBe(204)
  const { body } = await json(await as('admin')('/api/v1/audit?limit=4'))
  expect(body.items.map((one: { action: string }) => one.action)).toEqual([
    ...['sensor.undo', 'sensor.disable', 'sensor.undo', 'sensor.enable'],
  ])
  expect(body.items[0].subject).toBe('1.3.6.1.4.1.9.1 of cisco ios')
})

test('MIB files are added, listed and removed; their endpoint alone takes large bodies', async () => {
  const { as } = await apiWorld()
  const text = `A-MIB DEFINITIONS ::= BEGIN\n${' '.repeat(2_000_000)}END`
  const added = await json(await as('operator')('/api/v1/mibs', post({ files: [{ name: 'a b.mib', text }] })))
  expect(added).toMatchObject({ status: 200, body: { total: 1, items: [{ name: 'a b.mib', bytes: text.length }] } })
  expect(JSON.stringify(added)).not.toContain('DEFINITIONS')
  expect(await json(await as('viewer')('/api/v1/mibs'))).toMatchObject({ body: { total: 1 } })
  const tooLarge = post({ files: [{ name: 'a', text: 'x'.repeat(17 * 1024 * 1024) }] })
  expect((await as('operator')('/api/v1/mibs', tooLarge)).status).toBe(413)
  const elsewhere = { ...post({ family: 'x', object: 'y'.repeat(1_100_000), enabled: true }), method: 'PUT' }
  expect((await as('operator')('/api/v1/sensor-choices', elsewhere)).status).toBe(413)
  expect((await as('operator')('/api/v1/mibs/a%20b.mib', { method: 'DELETE' })).status).toBe(204)
  expect((await as('operator')('/api/v1/mibs/a%20b.mib', { method: 'DELETE' })).status).toBe(404)
})

test('how a device is asked, how often, and what of its own it has, go to its agent', async () => {
  const { as, fleet } = await apiWorld()
  const metric = { oid: '1.3.6.1.4.1.9.1.1', name: 'rack_door_open', labelsFromIndex: ['door'] }
  const wanted = {
    ...{ agent: AGENT, address: '192.0.2.9', intervals: { sensorsSeconds: 300 }, metrics: [metric] },
    snmp: { ...NEW.snmp, transport: 'tcp', maxRequestsPerSecond: 20 },
  }
  expect((await as('operator')('/api/v1/devices', post(wanted))).status).toBe(201)
  expect(fleet.calls).toMatchObject([
    [
      'watch',
      AGENT,
      {
        snmp: { transport: 'tcp', maxRequestsPerSecond: 20 },
        intervals: { sensorsSeconds: 300 },
        metrics: [{ ...metric, kind: 'gauge', factor: 1 }],
      },
    ],
  ])
  const taken = { ...wanted, metrics: [{ ...metric, name: 'device_up' }] }
  const refused = await json(await as('operator')('/api/v1/devices', post(taken)))
  expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'metrics.0.name'])
})
