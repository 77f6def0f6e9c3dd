import { DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import { DesiredState, MAX_SENSOR_CHOICES } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'

const CHOICE = { family: 'cisco ios', object: '1.3.6.1.4.1.9.1', enabled: true }
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world() {
  const at = await fleetWorld()
  closing.push(at.close)
  const agent = await enrolled(at.fleet)
  const told = async () => {
    const { payload } = await compactVerify(at.sent.at(-1)?.payload ?? '', await importJWK(agent.signingKey, 'EdDSA'))
    const { plaintext } = await compactDecrypt(payload, await importJWK(agent.key.privateJwk, 'ECDH-ES'))
    return DesiredState.parse(JSON.parse(new TextDecoder().decode(plaintext)))
  }
  return { ...at, ...agent, told }
}

test('a decision reaches agents that are connected, and others when they connect; several at once are one state', async () => {
  const { fleet, agent, sent, told } = await world()
  await fleet.connected(agent)
  expect(sent).toEqual([])
  await fleet.choices.set(CHOICE, 'alice')
  await fleet.choices.set({ ...CHOICE, object: '1.3.6.1.4.1.9.2', enabled: false }, 'alice')
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(await told()).toMatchObject({ revision: 2, sensorChoices: [CHOICE, { enabled: false }] })
  const late = await enrolled(fleet)
  await fleet.connected(late.agent)
  expect(sent).toHaveLength(2)
  expect(sent.at(-1)?.topic).toContain(late.agent)
})

test('what was taken back is not told any more: without decisions there is no field that an old agent refuses', async () => {
  const { fleet, agent, sent, told } = await world()
  await fleet.connected(agent)
  await fleet.choices.set(CHOICE, 'alice')
  expect(await fleet.choices.remove(CHOICE)).toBe(true)
  expect(await fleet.choices.remove(CHOICE)).toBe(false)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  const state = await told()
  expect(state.revision).toBe(2)
  expect(state).not.toHaveProperty('sensorChoices')
})

test('the same decision again is no news; another one replaces it', async () => {
  const { fleet, clock, db } = await world()
  const revision = async () =>
    (await db.selectFrom('agents').select('desired_revision').executeTakeFirstOrThrow()).desired_revision
  await fleet.choices.set(CHOICE, 'alice')
  clock.now = epochMs(START + 1)
  expect(await fleet.choices.set(CHOICE, 'bob')).toMatchObject({ by: 'alice', at: START })
  expect(await revision()).toBe(1)
  expect(await fleet.choices.set({ ...CHOICE, enabled: false }, 'bob')).toMatchObject({ by: 'bob', enabled: false })
  expect(await revision()).toBe(2)
  expect(await fleet.choices.ofFamily('cisco ios')).toEqual(new Map([[CHOICE.object, false]]))
  expect(await fleet.choices.ofFamily('other')).toEqual(new Map())
})

test('the list is newest first and counts the devices of the family that have the object', async () => {
  const { fleet, clock, db } = await world()
  const device = (digit: number) => DeviceId.parse(`6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a1${digit}`)
  for (const digit of [1, 2, 3]) {
    await db
      .insertInto('devices')
      .values(deviceRow(device(digit)))
      .execute()
    const family = digit === 3 ? 'other' : CHOICE.family
    await db
      .insertInto('device_objects')
      .values({ device: device(digit), family, object: CHOICE.object })
      .execute()
  }
  await fleet.choices.set(CHOICE, 'alice')
  clock.now = epochMs(START + 1)
  await fleet.choices.set({ ...CHOICE, object: '1.2.3' }, 'alice')
  expect(await fleet.choices.list()).toMatchObject([
    { object: '1.2.3', devices: 0 },
    { object: CHOICE.object, devices: 2 },
  ])
})

test('there may be so many and no more, but those that are there can be changed', async () => {
  const { fleet, db } = await world()
  const rows = Array.from({ length: MAX_SENSOR_CHOICES }, (_, at) => ({
    ...{ family: 'f', object: `1.${at}`, enabled: 1 as const, by: 'x', at: START },
  }))
  for (let at = 0; at < rows.length; at += 1_000) {
    await db
      .insertInto('sensor_choices')
      .values(rows.slice(at, at + 1_000))
      .execute()
  }
  await expect(fleet.choices.set(CHOICE, 'alice')).rejects.toMatchObject({ code: 'limit_exceeded' })
  expect(await fleet.choices.set({ family: 'f', object: '1.0', enabled: false }, 'a')).toMatchObject({ enabled: false })
})

function deviceRow(id: DeviceId) {
  return {
    ...{ id, agent: '' as never, site: SiteName.parse('home'), name: '', address: '', kind: 'snmp' as const },
    ...{ interval_seconds: 60, identity_rank: '', identity: '{}', reach: '{}', reach_at: START },
    ...{ state: 'ok' as const, state_since: START, first_seen_at: START, facts_at: START },
  }
}
