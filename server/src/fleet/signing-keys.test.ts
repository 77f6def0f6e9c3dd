import { type KeyChain, keysTopic, SIGNED_TYPES } from '@eyenet/shared/wire'
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'
import { SigningKeys } from './signing-keys.ts'

let world: Awaited<ReturnType<typeof fleetWorld>>
beforeEach(async () => {
  world = await fleetWorld()
})
afterEach(() => world.close())

const keys = () => new SigningKeys({ db: world.db, vault: world.vault, now: () => world.clock.now })
const stateOf = async () => (await keys().list()).map(({ state }) => state).sort()

type Enrolled = Awaited<ReturnType<typeof enrolled>>

const birth = ({ agent }: Enrolled, signingKeys: readonly string[]) =>
  Buffer.from(
    JSON.stringify({
      kind: 'birth',
      ...{ agent, epoch: '0123456789abcdef', version: '0.1.0', hostname: 'box', startedAt: START, at: START },
      abilities: { ping: 'none', platform: 'test' },
      ...{ revision: 0, signingKeys },
    }),
  )

/** What the agent was told last of the keys, opened. */
function told({ peer }: Enrolled) {
  const payload = world.sent.findLast((one) => one.topic === keysTopic(peer))?.payload
  if (payload === undefined || payload === '') return []
  const { announcements }: KeyChain = JSON.parse(payload)
  return announcements.map((jws) => ({ by: decodeProtectedHeader(jws).kid, ...decodeJwt(jws) }))
}

test('a new key is announced by the old one, and signs once every connected agent knows it', async () => {
  const [one, two] = [await enrolled(world.fleet), await enrolled(world.fleet)]
  await world.fleet.connected(one.agent)
  await world.fleet.connected(two.agent)
  expect(told(one)).toEqual([])
  const old = one.signingKey.kid
  await world.fleet.signingKeys.rotate({ atOnce: false })
  expect(told(one)).toMatchObject([{ by: old, kind: 'successor', key: { kty: 'OKP' } }])
  await expect(world.fleet.signingKeys.rotate({ atOnce: false })).rejects.toMatchObject({ code: 'conflict' })
  const next = (await keys().list()).find(({ state }) => state === 'next')?.kid ?? ''

  await world.fleet.receivePresence(one.peer, birth(one, [old, next]))
  await world.look()
  expect(await stateOf()).toEqual(['current', 'next'])
  expect(await world.fleet.signingKeys.list()).toMatchObject([{ connectedAgents: 2 }, { connectedAgents: 2 }])

  await world.fleet.receivePresence(two.peer, birth(two, [old, next]))
  await world.look()
  expect(await stateOf()).toEqual(['current', 'replaced'])
  expect((await enrolled(world.fleet)).signingKey.kid).toBe(next)
  expect(told(two)).toMatchObject([
    { by: old, kind: 'successor' },
    { by: next, kind: 'ended', kid: old, why: 'replaced' },
  ])
})

test('every announcement carries the signature of the key that it names', async () => {
  const before = await keys().current()
  await keys().replaceAtOnce()
  const [jws = ''] = await keys().announcements()
  const { d: _secret, ...publicJwk } = before.key
  await expect(compactVerify(jws, await importJWK(publicJwk, 'EdDSA'))).resolves.toBeDefined()
  const after = await keys().current()
  await expect(compactVerify(jws, await importJWK({ ...publicJwk, x: after.key.x }, 'EdDSA'))).rejects.toThrow()
})

test('a key that another process made takes over after a look, and what agents should run is signed anew', async () => {
  const one = await enrolled(world.fleet)
  await world.fleet.connected(one.agent)
  await world.fleet.watch(one.agent, { address: '192.0.2.1', ping: true })
  await keys().replaceAtOnce()
  const { kid } = await keys().current()
  await world.look()
  const desired = world.sent.filter((sent) => sent.topic.endsWith('/down/desired')).at(-1)?.payload ?? ''
  expect(decodeProtectedHeader(desired)).toMatchObject({ kid, typ: SIGNED_TYPES.desired })
})

test('a revoked key ends at once whatever its state, its private half is gone, and another signs', async () => {
  await keys().announceNext()
  for (const state of ['next', 'current', 'replaced'] as const) {
    const kid = (await keys().list()).find((one) => one.state === state)?.kid ?? ''
    await keys().revoke(kid)
    expect((await keys().list()).find((one) => one.kid === kid)).toMatchObject({ state: 'compromised' })
    const row = await world.db.selectFrom('downlink_keys').selectAll().where('kid', '=', kid).executeTakeFirstOrThrow()
    expect(row.sealed).toHaveLength(0)
    expect((await keys().current()).kid).not.toBe(kid)
    if (state === 'current') await keys().replaceAtOnce()
  }
  await expect(keys().revoke('nonsense')).rejects.toMatchObject({ code: 'not_found' })
})

test('an agent that connects is told of the keys before what it should run; a removed one leaves no topic behind', async () => {
  const one = await enrolled(world.fleet)
  await world.fleet.watch(one.agent, { address: '192.0.2.1', ping: true })
  await keys().replaceAtOnce()
  await world.look()
  world.sent.length = 0
  await world.fleet.connected(one.agent)
  expect(world.sent.map(({ topic }) => topic.split('/').at(-1))).toEqual(['keys', 'desired'])
  await world.fleet.remove(one.agent)
  expect(told(one)).toEqual([])
})
