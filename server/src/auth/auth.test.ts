import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { KEY_AGE_MS } from './access-tokens.ts'
import { authWorld, PASSWORD, ROOT, TEST_VAULT } from './auth.testkit.ts'
import { addToken, addUser, createAuth } from './auth.ts'
import { REFRESH_TOKEN_MS } from './sessions.ts'

const FROM = '192.0.2.7'
const MINUTE = 60_000

async function withUser(role: 'viewer' | 'operator' | 'admin' = 'admin') {
  const world = await authWorld()
  const user = await world.auth.users.add({ username: 'Ada', password: PASSWORD, role }, ROOT)
  const login = () => world.auth.sessions.login({ username: 'ada', password: PASSWORD }, FROM)
  const who = (token: string) => world.auth.authenticate(`Bearer ${token}`)
  return { ...world, user, login, who }
}

test('a login gives an access token for ten minutes and tells who it is', async () => {
  const { login, who, clock, user } = await withUser()
  const { session } = await login()
  expect(session.expiresAt - clock.now()).toBe(10 * MINUTE)
  expect(session.user).toMatchObject({ id: user.id, username: 'Ada', role: 'admin', lastLoginAt: clock.now() })
  expect(await who(session.accessToken)).toMatchObject({ kind: 'user', name: 'Ada', role: 'admin' })
  clock.advance(10 * MINUTE)
  expect(await who(session.accessToken)).toBeUndefined()
})

test('a wrong password and an unknown name get the same answer', async () => {
  const { auth } = await withUser()
  const answer = (username: string) =>
    auth.sessions.login({ username, password: 'wrong password' }, FROM).catch((thrown: Error) => thrown.message)
  expect(await answer('ada')).toBe(await answer('nobody'))
})

test('what is no token of ours is nobody', async () => {
  const { who, login, auth } = await withUser()
  const { session } = await login()
  const [head = '', body = '', signature = ''] = session.accessToken.split('.')
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  for (const token of [
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${head}.${body}.`,
    `${head}.${body}.${flipped}`,
  ]) {
    expect(await who(token)).toBeUndefined()
  }
  for (const token of ['', 'x', 'a.b.c', 'x'.repeat(5000), `eyn_${'A'.repeat(43)}`, 'eyn_', "eyn_' OR 1=1 --"]) {
    expect(await who(token)).toBeUndefined()
  }
  expect(await auth.authenticate(undefined)).toBeUndefined()
  expect(await auth.authenticate(`Basic ${session.accessToken}`)).toBeUndefined()
})

test('a token signed with the public key as an HMAC secret is refused', async () => {
  const { who, login, db } = await withUser()
  await login()
  const key = await db.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
  const { x } = JSON.parse(TEST_VAULT.open(key.sealed, 'access token key'))
  const claims = { sub: 'a', sid: 'b', iss: 'eyenet', aud: 'eyenet-api', exp: 4_000_000_000 }
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })
    .sign(Buffer.from(x, 'base64url'))
  expect(await who(forged)).toBeUndefined()
})

test("another server's token is refused", async () => {
  const one = await withUser()
  const other = await withUser()
  const { session } = await other.login()
  await one.login()
  expect(await one.who(session.accessToken)).toBeUndefined()
})

test('a new key signs after 30 days and the old one still verifies what it signed', async () => {
  const { login, who, clock, db } = await withUser()
  await login()
  clock.advance(KEY_AGE_MS - MINUTE)
  const late = await login()
  clock.advance(2 * MINUTE)
  const next = await login()
  const kid = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  expect(kid(next.session.accessToken)).not.toBe(kid(late.session.accessToken))
  expect(await who(late.session.accessToken)).toBeDefined()
  expect(await who(next.session.accessToken)).toBeDefined()
  clock.advance(KEY_AGE_MS)
  await login()
  expect((await db.selectFrom('signing_keys').select('kid').execute()).length).toBe(2)
})

test('a refresh token works once, and showing it again ends the whole login', async () => {
  const { login, who, auth } = await withUser()
  const first = await login()
  const second = await auth.sessions.refresh(first.refreshToken, FROM)
  expect(await who(second?.session.accessToken ?? '')).toBeDefined()
  expect(await auth.sessions.refresh(first.refreshToken, '192.0.2.66')).toBeUndefined()
  expect(await auth.sessions.refresh(second?.refreshToken ?? '', FROM)).toBeUndefined()
  expect(await who(second?.session.accessToken ?? '')).toBeUndefined()
  expect(auth.stats().reused).toBe(1)
  expect((await auth.audit.list({ limit: 1 })).items).toMatchObject([
    { action: 'session.reuse', address: '192.0.2.66' },
  ])
})

test('two uses of one refresh token at the same time give one session at most', async () => {
  const { login, auth } = await withUser()
  const { refreshToken } = await login()
  const both = await Promise.all([0, 1].map(() => auth.sessions.refresh(refreshToken, FROM)))
  expect(both.filter((one) => one !== undefined).length).toBeLessThanOrEqual(1)
})

test('a refresh token ends when it is not used for a week, and other logins go on', async () => {
  const { login, auth, clock } = await withUser()
  const idle = await login()
  clock.advance(REFRESH_TOKEN_MS - 1)
  const fresh = await login()
  clock.advance(1)
  expect(await auth.sessions.refresh(idle.refreshToken, FROM)).toBeUndefined()
  expect(await auth.sessions.refresh(fresh.refreshToken, FROM)).toBeDefined()
})

test('a logout ends the access token too', async () => {
  const { login, who, auth } = await withUser()
  const { session, refreshToken } = await login()
  await auth.sessions.logout(refreshToken, FROM)
  expect(await who(session.accessToken)).toBeUndefined()
})

test('a user has at most fifty logins; the oldest end', async () => {
  const { auth, user, who, clock, db } = await withUser()
  const tokens: string[] = []
  for (let i = 0; i < 52; i += 1) {
    clock.advance(1)
    tokens.push((await auth.sessions.open(user.id)).session.accessToken)
  }
  expect((await db.selectFrom('sessions').select('id').execute()).length).toBe(50)
  expect(await who(tokens[1] ?? '')).toBeUndefined()
  expect(await who(tokens[2] ?? '')).toBeDefined()
})

test('guessing at a password is stopped after ten tries, also for the right one, until five minutes are over', async () => {
  const { login, auth, clock } = await withUser()
  for (let i = 0; i < 10; i += 1) {
    await expect(auth.sessions.login({ username: 'ada', password: `${i}` }, `198.51.100.${i}`)).rejects.toThrow(/wrong/)
  }
  await expect(login()).rejects.toMatchObject({ code: 'too_many' })
  expect(auth.stats()).toMatchObject({ failed: 10, limited: 1 })
  clock.advance(5 * MINUTE)
  await login()
})

test('one sender trying many names is stopped too, and good logins do not count', async () => {
  const { login, auth } = await withUser()
  for (let i = 0; i < 60; i += 1) await login()
  const outcomes = new Set<string>()
  for (let i = 0; i < 51; i += 1) {
    await auth.sessions.login({ username: `u${i}`, password: 'x' }, FROM).catch((thrown) => outcomes.add(thrown.code))
  }
  expect(outcomes).toEqual(new Set(['unauthenticated', 'too_many']))
})

test('a change of role counts at once, and a removed user is nobody', async () => {
  const { login, who, auth, user } = await withUser()
  const other = await auth.users.add({ username: 'bob', password: PASSWORD, role: 'admin' }, ROOT)
  const { session } = await login()
  await auth.users.change(user.id, { role: 'viewer' }, ROOT)
  expect(await who(session.accessToken)).toMatchObject({ role: 'viewer' })
  await auth.users.remove(user.id, ROOT)
  expect(await who(session.accessToken)).toBeUndefined()
  expect((await auth.users.list()).map((one) => one.id)).toEqual([other.id])
})

test('the last administrator can be neither removed nor demoted', async () => {
  const { auth, user } = await withUser()
  await expect(auth.users.remove(user.id, ROOT)).rejects.toMatchObject({ code: 'conflict' })
  await expect(auth.users.change(user.id, { role: 'operator' }, ROOT)).rejects.toMatchObject({ code: 'conflict' })
})

test('a changed password ends the other logins and keeps this one; guessing at the present one is stopped', async () => {
  const { login, who, auth, clock } = await withUser()
  const here = await login()
  const there = await login()
  const principal = await who(here.session.accessToken)
  if (principal === undefined) throw new Error('not logged in')
  const wrong = { current: 'not this one', next: 'a new long password' }
  for (const code of [...Array(10).fill('forbidden'), 'too_many']) {
    await expect(auth.users.changePassword(principal, wrong, ROOT)).rejects.toMatchObject({ code })
  }
  clock.advance(5 * MINUTE)
  await auth.users.changePassword(principal, { current: PASSWORD, next: 'a new long password' }, ROOT)
  expect(await who(here.session.accessToken)).toBeDefined()
  expect(await who(there.session.accessToken)).toBeUndefined()
  await expect(login()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('names differ by more than case, and passwords have twelve characters', async () => {
  const { auth } = await withUser()
  await expect(auth.users.add({ username: 'ADA', password: PASSWORD, role: 'viewer' }, ROOT)).rejects.toMatchObject({
    code: 'conflict',
  })
  await expect(auth.users.add({ username: 'x', password: 'short', role: 'viewer' }, ROOT)).rejects.toMatchObject({
    code: 'invalid',
    message: 'password: at least 12 characters',
  })
})

test('the setup code makes the first administrator once, however it is typed', async () => {
  const { auth } = await authWorld()
  const code = await auth.setup.code()
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  const request = { code: (code ?? '').toLowerCase().replaceAll('-', ' '), username: 'ada', password: PASSWORD }
  await expect(auth.setup.finish({ ...request, code: 'AAAA-AAAA-AAAA' }, FROM)).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  const outcomes = await Promise.allSettled([
    auth.setup.finish(request, FROM),
    auth.setup.finish({ ...request, username: 'eve' }, FROM),
  ])
  expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await auth.setup.needed()).toBe(false)
  expect(await auth.setup.code()).toBeUndefined()
  await expect(auth.setup.finish(request, FROM)).rejects.toMatchObject({ code: 'conflict' })
  expect((await auth.users.list()).length).toBe(1)
})

test('guessing at the setup code is stopped after ten tries', async () => {
  const { auth } = await authWorld()
  const request = { code: 'x', username: 'eve', password: PASSWORD }
  const codes = []
  for (let i = 0; i < 11; i += 1) codes.push(await auth.setup.finish(request, FROM).catch((thrown) => thrown.code))
  expect(codes).toEqual([...Array(10).fill('unauthenticated'), 'too_many'])
})

test('an API token is kept as a hash, has a role, and ends', async () => {
  const { auth, who, db, clock } = await withUser()
  const made = await auth.tokens.add(
    { name: 'grafana', role: 'viewer', expiresAt: epochMs(clock.now() + MINUTE) },
    ROOT,
  )
  expect(made.token).toMatch(/^eyn_[\w-]{43}$/)
  expect(await who(made.token)).toMatchObject({ kind: 'token', name: 'grafana', role: 'viewer' })
  expect(JSON.stringify(await db.selectFrom('api_tokens').selectAll().execute())).not.toContain(made.token.slice(4))
  expect(JSON.stringify(await auth.tokens.list())).not.toContain(made.token)
  clock.advance(MINUTE)
  expect(await who(made.token)).toBeUndefined()
  await expect(auth.tokens.add({ name: 'grafana', role: 'viewer' }, ROOT)).rejects.toMatchObject({ code: 'conflict' })
  await auth.tokens.remove(made.id, ROOT)
  await expect(auth.tokens.remove(made.id, ROOT)).rejects.toMatchObject({ code: 'not_found' })
})

test("an API token's last use is noted once a minute", async () => {
  const { auth, who, clock } = await withUser()
  const { token } = await auth.tokens.add({ name: 't', role: 'viewer' }, ROOT)
  const lastUsed = async () => (await auth.tokens.list())[0]?.lastUsedAt
  const first = clock.now()
  await who(token)
  clock.advance(MINUTE - 1)
  await who(token)
  expect(await lastUsed()).toBe(first)
  clock.advance(1)
  await who(token)
  expect(await lastUsed()).toBe(first + MINUTE)
})

test('what the command line adds, a running server knows at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-auth-'))
  const server = await openDatabase(join(folder, 'control.db'))
  const auth = createAuth({ db: server, vault: TEST_VAULT })
  const commandLine = await openDatabase(join(folder, 'control.db'))
  const { token } = await addToken(commandLine, { name: 'ci', role: 'admin' }, { name: 'root', address: 'local' })
  expect(await auth.authenticate(`Bearer ${token}`)).toMatchObject({ name: 'ci', role: 'admin' })
  await addUser(commandLine, { username: 'ada', password: PASSWORD, role: 'admin' }, { name: 'root', address: 'local' })
  expect(await auth.setup.needed()).toBe(false)
  await auth.sessions.login({ username: 'ada', password: PASSWORD }, FROM)
  await commandLine.destroy()
  await server.destroy()
  rmSync(folder, { recursive: true })
})

test('the audit log says who, what, on what, from where and when, newest first, by pages', async () => {
  const { auth, clock } = await withUser()
  await auth.sessions.login({ username: PASSWORD, password: 'x' }, FROM).catch(() => undefined)
  const first = await auth.audit.list({ limit: 1 })
  expect(first).toMatchObject({
    total: 2,
    items: [{ who: '(unknown)', action: 'login.failed', address: FROM, at: clock.now() }],
  })
  const next = await auth.audit.list({ limit: 1, cursor: first.next ?? '' })
  expect(next.items).toMatchObject([{ who: 'root', action: 'user.add.admin', subject: 'Ada', address: '192.0.2.1' }])
  expect(next.next).toBeUndefined()
})
