import { expect, test } from 'vitest'
import { apiWorld, PASSWORD, post, ROOT } from '../api.testkit.ts'

const LOGIN = { username: 'ada', password: PASSWORD }

async function withUser(options = {}) {
  const world = await apiWorld(options)
  await world.auth.users.add({ ...LOGIN, role: 'operator' }, ROOT)
  const login = () => world.ask('/api/v1/auth/login', post(LOGIN))
  return { ...world, login }
}
const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const withCookie = (cookie: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { cookie, ...headers },
})

test('the first administrator is made with the code, once', async () => {
  const { ask, auth } = await apiWorld()
  expect(await (await ask('/api/v1/setup')).json()).toEqual({ needed: true, version: '0.1.0' })
  const wanted = { code: await auth.setup.code(), ...LOGIN }
  expect((await ask('/api/v1/setup', post({ ...wanted, code: 'AAAA-AAAA-AAAA' }))).status).toBe(401)
  expect((await ask('/api/v1/setup', post({ ...wanted, password: 'short' }))).status).toBe(400)
  const made = await ask('/api/v1/setup', post(wanted))
  const { accessToken, user } = await made.json()
  expect(user).toMatchObject({ username: 'ada', role: 'admin' })
  expect((await ask('/api/v1/users', { headers: { authorization: `Bearer ${accessToken}` } })).status).toBe(200)
  expect((await ask('/api/v1/auth/refresh', withCookie(cookieOf(made)))).status).toBe(200)
  expect(await (await ask('/api/v1/setup')).json()).toMatchObject({ needed: false })
  expect((await ask('/api/v1/setup', post(wanted))).status).toBe(409)
})

test('a login gives a session, and a cookie that scripts and other sites cannot use', async () => {
  const { login, ask } = await withUser()
  const response = await login()
  expect(response.headers.get('set-cookie')).toMatch(
    /^eyenet_refresh=[\w-]{43}; Path=\/api\/v1\/auth; Expires=[^;]+ GMT; HttpOnly; SameSite=Strict$/,
  )
  const body = await response.json()
  expect(JSON.stringify(body)).not.toContain(cookieOf(response).split('=')[1])
  const me = await ask('/api/v1/auth/me', { headers: { authorization: `Bearer ${body.accessToken}` } })
  expect(await me.json()).toMatchObject({ username: 'ada', role: 'operator' })
})

test('behind https the cookie is for https only', async () => {
  const { login } = await withUser({ publicUrl: 'https://eyenet.example.net' })
  expect((await login()).headers.get('set-cookie')).toMatch(/; Secure$/)
})

test('the refresh cookie is replaced at each use, and an old one ends the login', async () => {
  const { login, ask } = await withUser()
  const first = cookieOf(await login())
  const refreshed = await ask('/api/v1/auth/refresh', withCookie(first))
  const second = cookieOf(refreshed)
  expect(second).not.toBe(first)
  const { accessToken } = await refreshed.json()
  const stolen = await ask('/api/v1/auth/refresh', withCookie(first))
  expect([stolen.status, cookieOf(stolen)]).toEqual([401, 'eyenet_refresh='])
  expect((await ask('/api/v1/auth/refresh', withCookie(second))).status).toBe(401)
  expect((await ask('/api/v1/auth/me', { headers: { authorization: `Bearer ${accessToken}` } })).status).toBe(401)
})

test('a logout ends the login and forgets the cookie, also when there is none', async () => {
  const { login, ask } = await withUser()
  const cookie = cookieOf(await login())
  const out = await ask('/api/v1/auth/logout', withCookie(cookie))
  expect([out.status, cookieOf(out)]).toEqual([204, 'eyenet_refresh='])
  expect((await ask('/api/v1/auth/refresh', withCookie(cookie))).status).toBe(401)
  expect((await ask('/api/v1/auth/logout', { method: 'POST' })).status).toBe(204)
  expect((await ask('/api/v1/auth/refresh', { method: 'POST' })).status).toBe(401)
})

test('another site cannot use the cookie', async () => {
  const { login, ask } = await withUser()
  const cookie = cookieOf(await login())
  for (const headers of [
    { origin: 'https://evil.example.net' },
    { origin: 'null' },
    { origin: 'http://localhost:9999' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await ask('/api/v1/auth/refresh', withCookie(cookie, { host: 'localhost:8080', ...headers }))).status).toBe(
      403,
    )
  }
  const own = { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }
  expect((await ask('/api/v1/auth/refresh', withCookie(cookie, own))).status).toBe(200)
})

test('guessing is answered with 429 and when to try again, for that sender only', async () => {
  const { ask } = await withUser()
  const guess = (name: string, peer: string) => ask('/api/v1/auth/login', post({ username: name, password: 'x' }), peer)
  const statuses = []
  for (let i = 0; i < 51; i += 1) statuses.push((await guess(`u${i}`, '192.0.2.66')).status)
  expect(statuses).toEqual([...Array(50).fill(401), 429])
  expect((await guess('u0', '192.0.2.66')).headers.get('retry-after')).toBe('300')
  expect((await ask('/api/v1/auth/login', post(LOGIN), '192.0.2.7')).status).toBe(200)
})

test('a sender cannot pretend to be another one, and a proxy on this machine can tell', async () => {
  const audited = async (options: object, peer: string) => {
    const { ask, auth } = await withUser(options)
    await ask(
      '/api/v1/auth/login',
      post(LOGIN, { 'x-forwarded-for': '198.51.100.1, 203.0.113.9', host: 'localhost' }),
      peer,
    )
    return (await auth.audit.list({ limit: 1 })).items[0]?.address
  }
  const publicUrl = 'https://eyenet.example.net'
  expect(await audited({}, '127.0.0.1')).toBe('127.0.0.1')
  expect(await audited({ publicUrl }, '192.0.2.66')).toBe('192.0.2.66')
  expect(await audited({ publicUrl }, '::ffff:127.0.0.1')).toBe('203.0.113.9')
})

test('people change their password; API tokens have none', async () => {
  const { login, ask, as } = await withUser()
  const { accessToken } = await (await login()).json()
  const change = (current: string) =>
    ask(
      '/api/v1/auth/password',
      post({ current, next: 'a new long password' }, { authorization: `Bearer ${accessToken}` }),
    )
  expect((await change('wrong')).status).toBe(403)
  expect((await change(PASSWORD)).status).toBe(204)
  expect((await login()).status).toBe(401)
  expect((await as('admin')('/api/v1/auth/password', post({ current: 'x', next: 'a new long password' }))).status).toBe(
    403,
  )
  expect((await as('admin')('/api/v1/auth/me')).status).toBe(403)
})
