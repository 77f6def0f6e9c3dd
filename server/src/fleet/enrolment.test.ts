import { SiteName } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { agentOfLogin, createToken, TOKEN_LIFE_MS, useToken } from './enrolment.ts'
import { agentKey, HOME, START } from './fleet.testkit.ts'

let db: ControlDb
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.destroy())

const later = (ms: number) => (START + ms) as typeof START
const requestWith = async (token: string) => ({
  token,
  hostname: 'box',
  version: '0.1.0',
  encryptionKey: (await agentKey()).publicJwk,
})

test('a token enrols one agent of its site and name, whose password then logs in', async () => {
  const token = await createToken(db, { site: HOME, name: 'attic', by: 'alice' }, START)
  const { agent, password } = await useToken(db, await requestWith(token), later(1_000))
  expect(agent).toMatchObject({ site: 'home', name: 'attic', hostname: 'box', state: 'never' })
  expect((await agentOfLogin(db, agent.id, password))?.id).toBe(agent.id)
  expect(await agentOfLogin(db, agent.id, `${password}x`)).toBeUndefined()
  expect(await agentOfLogin(db, 'no-uuid', password)).toBeUndefined()
})

test('neither the token nor the password is kept as it is', async () => {
  const token = await createToken(db, { site: HOME, by: 'alice' }, START)
  const { password } = await useToken(db, await requestWith(token), START)
  const kept = JSON.stringify([
    await db.selectFrom('agents').selectAll().execute(),
    await db.selectFrom('enrolment_tokens').selectAll().execute(),
  ])
  expect(kept).not.toContain(token)
  expect(kept).not.toContain(password)
})

test('a token that is used, expired or made up is refused with the same words', async () => {
  const used = await createToken(db, { site: HOME, by: 'alice' }, START)
  await useToken(db, await requestWith(used), START)
  const expired = await createToken(db, { site: HOME, by: 'alice' }, START)
  const words: unknown[] = []
  for (const token of [used, expired, 'eye_enrol_nothing']) {
    const refusal = useToken(db, await requestWith(token), later(TOKEN_LIFE_MS))
    await expect(refusal).rejects.toMatchObject({ code: 'unauthenticated' })
    await refusal.catch((thrown) => words.push(thrown.message))
  }
  expect(new Set(words).size).toBe(1)
})

test('two that use a token at once: one is enrolled', async () => {
  const token = await createToken(db, { site: HOME, by: 'alice' }, START)
  const request = await requestWith(token)
  const outcomes = await Promise.allSettled([useToken(db, request, START), useToken(db, request, START)])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await db.selectFrom('agents').select('id').execute()).toHaveLength(1)
})

test('a key that is no point of the curve is refused, and the token stays good', async () => {
  const token = await createToken(db, { site: HOME, by: 'alice' }, START)
  const wrong = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } as const
  const request = await requestWith(token)
  await expect(useToken(db, { ...request, encryptionKey: wrong }, START)).rejects.toMatchObject({ code: 'invalid' })
  await useToken(db, request, START)
})

test('no site takes the name under which integrations read', async () => {
  const site = SiteName.parse('public')
  await expect(createToken(db, { site, by: 'alice' }, START)).rejects.toMatchObject({ code: 'invalid' })
})

test('open tokens are bounded, and expired ones make room', async () => {
  const one = { site: HOME, by: 'alice' }
  for (let count = 0; count < 1_000; count += 1) await createToken(db, one, START)
  await expect(createToken(db, one, START)).rejects.toMatchObject({ code: 'too_many' })
  await createToken(db, one, later(TOKEN_LIFE_MS + 1))
})
