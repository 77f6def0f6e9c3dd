import { randomUUID } from 'node:crypto'
import { type AgentId, DeviceId } from '@eyenet/shared/identity'
import { MAX_TARGETS, Target } from '@eyenet/shared/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, type DeviceMergeRow, type DeviceRow, openDatabase } from '../db/db.ts'
import { vaultOf } from '../vault/vault.ts'
import { DesiredTargets } from './desired-targets.ts'
import { createToken, useToken } from './enrolment.ts'
import { agentKey, HOME, START } from './fleet.testkit.ts'

let db: ControlDb
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.destroy())

const vault = vaultOf(new Uint8Array(32).fill(5))
const SECRET = 'a-community-nobody-guesses'
const targetOf = (device: DeviceId) => {
  const snmp = { credential: { version: '2c', community: SECRET } }
  return { ...Target.parse({ device, address: '192.0.2.1', snmp }), device }
}

async function world() {
  const token = await createToken(db, { site: HOME, by: 'test' }, START)
  const encryptionKey = (await agentKey()).publicJwk
  const { agent } = await useToken(db, { token, hostname: 'box', version: '1', encryptionKey }, START)
  const state = async (targets: DesiredTargets) =>
    targets.stateOf(
      await db.selectFrom('agents').selectAll().where('id', '=', agent.id).executeTakeFirstOrThrow(),
      START,
    )
  return { agent: agent.id, targets: new DesiredTargets(db, vault), state }
}

test('each addition and removal is a new revision, and secrets rest sealed', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.addAll(agent, [targetOf(device)], START)
  expect(await state(targets)).toMatchObject({ agent, site: 'home', revision: 1, targets: [targetOf(device)] })
  const [row] = await db.selectFrom('targets').selectAll().execute()
  expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain(SECRET)
  expect(await targets.removeAll([device])).toEqual([agent])
  expect(await state(targets)).toMatchObject({ revision: 2, targets: [] })
  expect(await targets.removeAll([device])).toEqual([])
})

test('a device is watched once, and a refused addition leaves the revision', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.addAll(agent, [targetOf(device)], START)
  const again = await targets.addAll(agent, [targetOf(device)], START)
  expect(again).toMatchObject([{ device, problem: { code: 'conflict' } }])
  expect((await state(targets)).revision).toBe(1)
})

test('of many at once each is added or not, and that is one revision', async () => {
  const { agent, targets, state } = await world()
  const [first, second] = [DeviceId.parse(randomUUID()), DeviceId.parse(randomUUID())]
  const outcomes = await targets.addAll(agent, [targetOf(first), targetOf(first), targetOf(second)], START)
  expect(outcomes.map(({ problem }) => problem?.code)).toEqual([undefined, 'conflict', undefined])
  expect(await state(targets)).toMatchObject({ revision: 1, targets: [{ device: first }, { device: second }] })
  expect(await targets.removeAll([first, second])).toEqual([agent])
  expect((await state(targets)).revision).toBe(2)
})

test('a retired device is not polled, and is again once it is restored', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.addAll(agent, [targetOf(device)], START)
  await db.insertInto('devices').values(deviceRow(device, agent)).execute()
  const lifecycle = { device, lifecycle: 'retired', since: START, by: '', answered_at: null } as const
  await db.insertInto('device_lifecycles').values(lifecycle).execute()
  expect((await state(targets)).targets).toEqual([])
  await db.updateTable('device_lifecycles').set({ lifecycle: 'active' }).execute()
  expect((await state(targets)).targets).toHaveLength(1)
})

test('a retired device is not polled under an id that was merged into one that was merged into it', async () => {
  const { agent, targets, state } = await world()
  const [first, second, last] = [randomUUID(), randomUUID(), randomUUID()].map((id) => DeviceId.parse(id))
  if (first === undefined || second === undefined || last === undefined) throw new Error('there are three')
  await targets.addAll(agent, [targetOf(first), targetOf(second), targetOf(last)], START)
  await db.insertInto('devices').values(deviceRow(last, agent)).execute()
  await db
    .insertInto('device_merges')
    .values([mergeRow(first, second), mergeRow(second, last)])
    .execute()
  const lifecycle = { device: last, lifecycle: 'retired', since: START, by: '', answered_at: null } as const
  await db.insertInto('device_lifecycles').values(lifecycle).execute()
  expect((await state(targets)).targets).toEqual([])
  await db.updateTable('device_merges').set({ undone_at: START }).where('merged', '=', first).execute()
  expect((await state(targets)).targets).toMatchObject([{ device: first }])
})

function mergeRow(merged: DeviceId, device: DeviceId): DeviceMergeRow {
  return {
    ...{ id: randomUUID(), device, merged, merged_name: 'n', merged_address: '192.0.2.1', evidence: '[]', by: '' },
    ...{ at: START, undone_at: null, undone_by: null, kept: '{}', history: 'done', copied_samples: 0 },
  }
}

function deviceRow(id: DeviceId, agent: AgentId): DeviceRow {
  return {
    ...{ id, agent, site: HOME, name: 'n', address: '192.0.2.1', kind: 'snmp', interval_seconds: 60 },
    ...{ identity_rank: 'address', identity: '{}', reach: '{}', reach_at: START, state: 'ok', state_since: START },
    ...{ first_seen_at: START, facts_at: START },
  }
}

test('an agent that has its fill takes no more', async () => {
  const { agent, targets } = await world()
  const row = { agent, sealed: new Uint8Array(1), interval_seconds: null, created_at: START }
  const rows = Array.from({ length: MAX_TARGETS }, () => ({ ...row, device: DeviceId.parse(randomUUID()) }))
  await db.insertInto('targets').values(rows).execute()
  const device = DeviceId.parse(randomUUID())
  const added = await targets.addAll(agent, [targetOf(device)], START)
  expect(added).toMatchObject([{ device, problem: { code: 'limit_exceeded' } }])
})

test('under another key the state is refused with a sentence that carries no secret', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.addAll(agent, [targetOf(device)], START)
  const other = new DesiredTargets(db, vaultOf(new Uint8Array(32).fill(6)))
  await expect(state(other)).rejects.toMatchObject({ code: 'unavailable' })
  await state(other).catch((thrown) => expect(thrown.message).not.toContain(SECRET))
})
