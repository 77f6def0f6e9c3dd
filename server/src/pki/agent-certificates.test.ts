import { randomUUID } from 'node:crypto'
import { AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { createToken, useToken } from '../fleet/enrolment.ts'
import { agentKey, HOME, START } from '../fleet/fleet.testkit.ts'
import { expiryOfAgents, forgetAgent, judgeLogin, recordIssued, revocations, revokeAgent, revokeSerial } from './pki.ts'

const DAY_MS = 86_400_000
const days = (count: number): EpochMs => epochMs(START + count * DAY_MS)

let db: ControlDb
let agent: AgentId
beforeEach(async () => {
  db = await openDatabase(':memory:')
  const token = await createToken(db, { site: HOME, by: 'test' }, START)
  const encryptionKey = (await agentKey()).publicJwk
  agent = (await useToken(db, { token, hostname: 'box', version: '1', encryptionKey }, START)).agent.id
})
afterEach(() => db.destroy())

/** A certificate by its name alone: what it says is not looked at here. */
async function issued(name: string, at: EpochMs, whose = agent): Promise<string> {
  const one = { serial: name, fingerprint: `print of ${name}`, certificate: name, expiresAt: epochMs(at + 30 * DAY_MS) }
  await recordIssued(db, whose, { ...one, at })
  return one.fingerprint
}
const judged = async (fingerprint: string, at: EpochMs) => {
  const judgement = await judgeLogin(db, fingerprint, at)
  return judgement.kind === 'accepted' ? judgement.agent : judgement.reason
}

test('a certificate is good until a newer one is used, and not before', async () => {
  const first = await issued('a', days(0))
  expect(await judged(first, days(1))).toBe(agent)
  const second = await issued('b', days(20))
  expect(await judged(first, days(21))).toBe(agent)
  expect(await judged(second, days(22))).toBe(agent)
  expect(await judged(first, days(23))).toBe('a newer one of the same agent is in use')
})

test('unknown, expired and revoked ones are refused, each with its reason', async () => {
  const first = await issued('a', days(0))
  expect(await judged('print of nothing', days(0))).toBe('this server knows no such certificate')
  expect(await judged(first, days(30))).toBe('it has expired')
  expect(await revokeSerial(db, 'A', days(2))).toBe(agent)
  expect(await judged(first, days(3))).toBe('it was revoked')
  await expect(revokeSerial(db, 'ff', days(2))).rejects.toMatchObject({ code: 'not_found' })
})

test('a revoked agent takes no certificate that was issued before or after', async () => {
  const first = await issued('a', days(0))
  await revokeAgent(db, agent, days(1))
  const second = await issued('b', days(2))
  expect([await judged(first, days(3)), await judged(second, days(3))]).toEqual(['it was revoked', 'it was revoked'])
  await revokeAgent(db, agent, days(4))
  const row = await db.selectFrom('agents').select('revoked_at').executeTakeFirstOrThrow()
  expect(row.revoked_at).toBe(days(1))
  await expect(revokeAgent(db, AgentId.parse(randomUUID()), days(1))).rejects.toMatchObject({ code: 'not_found' })
})

test('what was revoked is listed until it would have ended anyway, also of an agent that is gone', async () => {
  const first = await issued('a', days(0))
  await judged(first, days(0))
  await issued('b', days(1))
  await forgetAgent(db, agent, days(2))
  await db.deleteFrom('agents').execute()
  const serials = async (at: EpochMs) => (await revocations(db, at)).map(({ serial }) => serial)
  expect(await serials(days(3))).toEqual(['a', 'b'])
  expect(await serials(days(30))).toEqual(['b'])
  expect(await judged(first, days(3))).toBe('this server knows no such certificate')
})

test('certificates that are asked for and never used are bounded, and make room after an hour', async () => {
  for (let count = 0; count < 10; count += 1) await issued(`n${count}`, days(0))
  await expect(issued('more', days(0))).rejects.toMatchObject({ code: 'too_many' })
  await issued('later', epochMs(days(0) + 3_600_001))
  const left = await db.selectFrom('agent_certificates').select('serial').execute()
  expect(left).toEqual([{ serial: 'later' }])
})

test('the end that is shown is that of the newest certificate that is not revoked', async () => {
  await judged(await issued('a', days(0)), days(0))
  await issued('b', days(10))
  expect((await expiryOfAgents(db)).get(agent)).toBe(days(40))
  await revokeSerial(db, 'b', days(11))
  expect((await expiryOfAgents(db, [agent])).get(agent)).toBe(days(30))
})
