import { expect, test } from 'vitest'
import { agent, apiWorld, DEVICE, post } from './api.testkit.ts'

const UUID = '0190dddd-0000-4000-8000-000000000001'
const PUBLIC = [
  'get /api/docs',
  'get /api/docs/docs.css',
  'get /api/v1/openapi.json',
  'get /api/v1/pki/ca',
  'get /api/v1/setup',
  'get /healthz',
  'get /readyz',
  'post /api/v1/agents/enrol',
  'post /api/v1/auth/login',
  'post /api/v1/auth/logout',
  'post /api/v1/auth/refresh',
  'post /api/v1/setup',
]

test('every route but these answers 401 to who shows no token, and 403 to an integration', async () => {
  const { api, ask, as } = await apiWorld()
  const open: string[] = []
  for (const { method, path, access } of api.endpoints) {
    if (access === 'public') {
      open.push(`${method} ${path}`)
      continue
    }
    const url = path.replace('{id}', UUID).replace('{name}', 'job')
    const init = { method: method.toUpperCase() }
    for (const authorization of ['', 'Bearer x', 'Bearer eyn_x', 'Basic YTpi']) {
      const response = await ask(url, { ...init, headers: { authorization } })
      expect([method, path, response.status]).toEqual([method, path, 401])
      expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
    }
    expect([path, (await as('integration')(url, init)).status]).toEqual([path, 403])
  }
  expect(open.sort()).toEqual(PUBLIC)
})

test('what changes things needs more than a viewer', async () => {
  const { api, as } = await apiWorld()
  const changing = api.endpoints.filter((one) => one.method !== 'get' && one.access !== 'public')
  const allowed = changing.filter((one) => one.access === 'viewer').map((one) => one.path)
  // One's own password, predictions, and queries by POST.
  expect(allowed).toEqual([
    '/api/v1/auth/password',
    '/api/v1/predict',
    '/api/v1/query',
    '/api/v1/query_range',
    '/api/v1/series',
    '/api/v1/labels',
    '/api/v1/format_query',
    '/api/v1/parse_query',
    '/api/v1/query_exemplars',
    '/api/v1/export',
  ])
  for (const { method, path, access } of changing.filter((one) => one.access !== 'viewer')) {
    const response = await as(access === 'admin' ? 'operator' : 'viewer')(path.replace('{id}', UUID), {
      method: method.toUpperCase(),
    })
    expect([path, response.status]).toEqual([path, 403])
  }
})

test('the OpenAPI document has every route, and its page shows them without a script', async () => {
  const { api, ask } = await apiWorld()
  const document = await (await ask('/api/v1/openapi.json')).json()
  for (const { method, path } of api.endpoints)
    expect(document.paths[path]?.[method], `${method} ${path}`).toBeDefined()
  expect(document.paths['/api/v1/devices'].get.security).toEqual([{ bearer: [] }])
  expect(document.components.schemas.Agent.properties.name).toEqual({ type: 'string' })
  expect(JSON.stringify(document.paths['/api/v1/agents'])).toContain('#/components/schemas/Agent')
  expect(document.components.schemas.LiveServerMessage).toBeDefined()
  expect(Object.keys(document.paths['/api/v1/query'].post.responses)).toEqual(['200', 'default'])
  expect(Object.keys(document.paths['/api/v1/query'].post.requestBody.content)).toEqual([
    'application/x-www-form-urlencoded',
  ])
  const page = await ask('/api/docs')
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  const html = await page.text()
  expect(html).toContain('/api/v1/query_range')
  expect(html).not.toMatch(/<script|style=|https?:\/\/(?!json-schema)/)
})

test('every answer has the security headers, also errors', async () => {
  const { ask } = await apiWorld()
  for (const path of ['/healthz', '/api/v1/devices', '/nothing.here', '/', '/api/docs']) {
    const { headers } = await ask(path)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('a server on loopback refuses names that are not its own', async () => {
  const { api } = await apiWorld()
  const status = async (host: string) => (await api.fetch(new Request(`http://${host}/healthz`))).status
  expect(await status('evil.example.net')).toBe(421)
  expect(await status('127.0.0.1.evil.example.net')).toBe(421)
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'eyenet.localhost'])
    expect(await status(host)).toBe(200)
  const proxied = await apiWorld({ publicUrl: 'https://eyenet.example.net' })
  expect((await proxied.api.fetch(new Request('http://eyenet.example.net/healthz'))).status).toBe(200)
  const elsewhere = await apiWorld({ listenHost: '0.0.0.0' })
  expect((await elsewhere.api.fetch(new Request('http://any.example.net/healthz'))).status).toBe(200)
})

test('unknown places, wrong methods and wrong ids are told apart', async () => {
  const { ask, as } = await apiWorld()
  expect((await ask('/api/v1/nothing')).status).toBe(404)
  expect((await ask('/api')).status).toBe(404)
  const wrong = await ask('/api/v1/devices', { method: 'DELETE' })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
  expect((await ask('/', { method: 'POST' })).status).toBe(405)
  expect((await as('viewer')(`/api/v1/devices/${UUID}`)).status).toBe(404)
  const malformed = await as('viewer')('/api/v1/devices/1%20OR%201=1')
  expect(malformed.status).toBe(400)
  expect(malformed.headers.get('content-type')).toBe('application/problem+json')
  expect(await malformed.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'id' }] })
})

test('a bad body says where it is wrong', async () => {
  const { ask, as } = await apiWorld()
  const response = await as('admin')('/api/v1/users', post({ username: 'a b', role: 'king', extra: 1 }))
  expect(response.status).toBe(400)
  const { errors } = await response.json()
  expect(errors.map((one: { path: string }) => one.path)).toEqual(['username', 'password', 'role', ''])
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${'k'.repeat(500)}${i}`, 1]))
  expect((await (await ask('/api/v1/auth/login', post(many))).text()).length).toBeLessThan(5_000)
  for (const body of ['{', '', 'null', '[]', '"x"', '1e999', '\ud800', `${'['.repeat(100_000)}`]) {
    expect((await ask('/api/v1/auth/login', post(body))).status).toBe(400)
  }
  const form = {
    method: 'POST',
    body: 'username=a&password=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  expect((await ask('/api/v1/auth/login', form)).status).toBe(400)
  expect((await ask('/api/v1/auth/login', { ...form, headers: { 'content-type': 'text/plain' } })).status).toBe(400)
})

test('a body over the limit is refused before it is held, whether it says its length or not', async () => {
  const { ask } = await apiWorld()
  const large = JSON.stringify({ username: 'x'.repeat(1024 * 1024), password: '' })
  expect((await ask('/api/v1/auth/login', post(large))).status).toBe(413)
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1
      controller.enqueue(new Uint8Array(64 * 1024))
    },
  })
  const streamed = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } }
  expect((await ask('/api/v1/auth/login', streamed)).status).toBe(413)
  expect(sent).toBeLessThan(25)
})

test('a polluted body pollutes nothing', async () => {
  const { ask, as } = await apiWorld()
  const body = '{"username":"a","password":"b","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'
  expect((await ask('/api/v1/auth/login', post(body))).status).toBeGreaterThanOrEqual(400)
  expect(Reflect.get({}, 'admin')).toBeUndefined()
  const form = {
    method: 'POST',
    body: '__proto__=1&query=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  expect((await as('viewer')('/api/v1/query', form)).status).toBe(200)
  expect((await as('viewer')('/api/v1/query?query=1&__proto__=1&constructor=1')).status).toBe(200)
})

test('a header cannot be smuggled in through what is echoed', async () => {
  const { as, ask } = await apiWorld()
  const nasty = encodeURIComponent('x\r\nset-cookie: a=b')
  for (const path of [
    `/api/v1/${nasty}`,
    `/${nasty}`,
    `/api/v1/label/${nasty}/values`,
    `/api/v1/query?query=${nasty}`,
  ]) {
    const response = await as('viewer')(path)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.status).toBeLessThan(500)
  }
  const cookie = { method: 'POST', headers: { cookie: 'eyenet_refresh=%0d%0aset-cookie:a=b' } }
  expect((await ask('/api/v1/auth/refresh', cookie)).headers.get('set-cookie')).toMatch(/^eyenet_refresh=;/)
})

test('a fault of ours tells the caller an id and the log the rest', async () => {
  const { fleet, as, log } = await apiWorld()
  fleet.list = () => Promise.reject(new Error('secret: /var/lib/eyenet'))
  const response = await as('viewer')('/api/v1/agents')
  const text = await response.text()
  expect([response.status, text.includes('secret')]).toEqual([500, false])
  const id = /[0-9a-f-]{36}/.exec(text)?.[0] ?? 'none'
  expect(log.join('')).toContain(id)
  expect(log.join('')).toContain('/var/lib/eyenet')
})

test('large JSON travels compressed, small JSON as it is', async () => {
  const { fleet, as } = await apiWorld()
  fleet.agents = Array(100).fill(agent)
  const response = await as('viewer')('/api/v1/agents', { headers: { 'accept-encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  expect(
    (await as('viewer')('/healthz', { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'),
  ).toBeNull()
  const plain = new Response(response.body?.pipeThrough(new DecompressionStream('gzip')))
  expect((await plain.json()).total).toBe(100)
})

test('health and readiness need no login; metrics do', async () => {
  const { ask, as, ops } = await apiWorld()
  expect(await (await ask('/healthz')).json()).toMatchObject({ status: 'alive', version: '0.1.0' })
  ops.addCheck('broker', () => ({ kind: 'failed', reason: 'the port is taken' }))
  const ready = await ask('/readyz')
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { ready: false, checks: { broker: { kind: 'failed', reason: 'the port is taken' } } },
  ])
  await as('viewer')(`/api/v1/devices/${DEVICE}`)
  const metrics = await (await as('viewer')('/metrics')).text()
  expect(metrics).toContain('route="/api/v1/devices/{id}",status="200"} 1')
})
