import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { AgentId } from '@eyenet/shared/identity'
import { certificateTopic, type Peer, RENEWAL_TYPE } from '@eyenet/shared/wire'
import { CompactSign } from 'jose'
import { afterEach, expect, test } from 'vitest'
import { requestOf } from '../pki/certificate-request.testkit.ts'
import { agentKey, fleetWorld, HOME, START } from './fleet.testkit.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world() {
  const at = await fleetWorld()
  closing.push(at.close)
  const enrol = async () => {
    const { token } = await at.fleet.createEnrolmentToken({ site: HOME }, 'test')
    const { csr, key } = await requestOf()
    const encryptionKey = (await agentKey()).publicJwk
    const { agent, certificate = '' } = await at.fleet.enrol({ token, hostname: 'b', version: '1', encryptionKey, csr })
    const peer: Peer = { site: HOME, agent }
    return { agent, peer, certificate, key }
  }
  /** What the server answers to this renewal request. */
  const renewed = async (peer: Peer, payload: string) => {
    at.sent.length = 0
    await at.fleet.trust.renew(peer, Buffer.from(payload))
    const [answer] = at.sent.filter(({ topic }) => topic === certificateTopic(peer))
    return JSON.parse(answer?.payload ?? 'null')
  }
  return { ...at, enrol, renewed }
}

type Signer = { readonly certificate: string; readonly key: string }

async function signed({ certificate, key }: Signer, body: unknown, typ: string = RENEWAL_TYPE): Promise<string> {
  const kid = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url')
  return new CompactSign(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: 'ES256', typ, kid })
    .sign(createPrivateKey(key))
}

test('a request that the present key has signed brings a certificate for the new key, of the same agent', async () => {
  const { enrol, renewed } = await world()
  const agent = await enrol()
  const next = await requestOf()
  const answer = await renewed(agent.peer, await signed(agent, { csr: next.csr }))
  const made = new X509Certificate(answer.certificate)
  expect(answer.kind).toBe('issued')
  expect(made.subject).toBe(`CN=${agent.agent}`)
  expect(made.checkPrivateKey(createPrivateKey(next.key))).toBe(true)
})

test('whatever is not signed by the present key of that agent, for this purpose, is refused', async () => {
  const { enrol, renewed, fleet } = await world()
  const [agent, other, revoked] = [await enrol(), await enrol(), await enrol()]
  await fleet.trust.revoke(revoked.agent)
  const { csr } = await requestOf()
  const good = await signed(agent, { csr })
  const [head = '', body = '', signature = ''] = good.split('.')
  const answers = {
    unsigned: await renewed(agent.peer, csr),
    'none as algorithm': await renewed(agent.peer, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`),
    forged: await renewed(agent.peer, `${head}.${body}.${signature.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`),
    'of another agent': await renewed(agent.peer, await signed(other, { csr })),
    'by another key': await renewed(agent.peer, await signed({ ...agent, key: other.key }, { csr })),
    'for another purpose': await renewed(agent.peer, await signed(agent, { csr }, 'eyenet-desired+jws')),
    'of a revoked agent': await renewed(revoked.peer, await signed(revoked, { csr })),
    'no request inside': await renewed(agent.peer, await signed(agent, { csr: 'nonsense' })),
    'another shape': await renewed(agent.peer, await signed(agent, [])),
    'too long': await renewed(agent.peer, 'x'.repeat(20_000)),
  }
  const taken = Object.entries(answers).filter(([, answer]) => answer.kind !== 'refused')
  expect(taken).toEqual([])
})

test('an agent that asks without end is bounded', async () => {
  const { enrol, renewed } = await world()
  const agent = await enrol()
  const { csr } = await requestOf()
  const kinds: string[] = []
  for (let count = 0; count < 12; count += 1) kinds.push((await renewed(agent.peer, await signed(agent, { csr }))).kind)
  expect(kinds.filter((kind) => kind === 'issued')).toHaveLength(10)
})

test('a revoked agent is cut off, its orders are taken away, and its password is none either', async () => {
  const { fleet, cut, sent } = await world()
  const { token } = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  const encryptionKey = (await agentKey()).publicJwk
  const { agent, mqttPassword = '' } = await fleet.enrol({ token, hostname: 'b', version: '1', encryptionKey })
  expect(await fleet.login(agent, mqttPassword)).toMatchObject({ agent })
  await fleet.trust.revoke(agent)
  expect(cut).toEqual([agent])
  expect(sent.at(-1)).toMatchObject({ payload: '', retain: true })
  expect(await fleet.login(agent, mqttPassword)).toBeUndefined()
  expect(await fleet.knows({ site: HOME, agent })).toBe(false)
  expect((await fleet.get(agent))?.revokedAt).toBe(START)
})

test('a token carries the fingerprint of the authority, and its secret part alone is what is kept', async () => {
  const { fleet, authority, db } = await world()
  const { token } = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  const [secret = '', fingerprint] = token.split('.')
  expect(fingerprint).toBe(authority.fingerprint)
  const row = await db.selectFrom('enrolment_tokens').select('hash').executeTakeFirstOrThrow()
  expect(row.hash).toBe(createHash('sha256').update(secret).digest('base64url'))
})

test('two processes of one identity are told in the notices of the agent', async () => {
  const { fleet, enrol } = await world()
  const { agent, peer } = await enrol()
  const speak = (instance: string, address: string) => born(fleet, { peer, agent, instance, address })
  await speak('one', '192.0.2.1')
  await speak('two', '192.0.2.2')
  await speak('one', '192.0.2.1')
  await fleet.close()
  const notice = (await fleet.get(agent))?.notices.find(({ code }) => code === 'identity-conflict')
  expect(notice?.message).toContain('from 192.0.2.2 and 192.0.2.1')
})

type Fleet = Awaited<ReturnType<typeof world>>['fleet']
type Said = { readonly peer: Peer; readonly agent: AgentId; readonly instance: string; readonly address: string }

async function born(fleet: Fleet, { peer, agent, instance, address }: Said): Promise<void> {
  await fleet.connected(agent, address)
  const birth = {
    ...{ kind: 'birth', agent, epoch: '00112233aabbccdd', version: '0.2.0', hostname: 'attic', revision: 0 },
    ...{ startedAt: START, at: START, abilities: { ping: 'none', platform: 'linux' }, instance, machine: instance },
  }
  await fleet.receivePresence(peer, Buffer.from(JSON.stringify(birth)))
}
