import { randomUUID } from 'node:crypto'
import { DeviceId } from '@eyenet/shared/identity'
import { MAX_TARGETS, Target } from '@eyenet/shared/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
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
const targetOf = (device: DeviceId) =>
  Target.parse({ device, address: '192.0.2.1', snmp: { credential: { version: '2c', community: SECRET } } })

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
  await targets.add({ agent, device, target: targetOf(device) }, START)
  expect(await state(targets)).toMatchObject({ agent, site: 'home', revision: 1, targets: [targetOf(device)] })
  const [row] = await db.selectFrom('targets').selectAll().execute()
  expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain(SECRET)
  expect(await targets.remove(device)).toBe(agent)
  expect(await state(targets)).toMatchObject({ revision: 2, targets: [] })
  expect(await targets.remove(device)).toBeUndefined()
})

test('a device is watched once, and a refused addition leaves the revision', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.add({ agent, device, target: targetOf(device) }, START)
  const again = targets.add({ agent, device, target: targetOf(device) }, START)
  await expect(again).rejects.toMatchObject({ code: 'conflict' })
  expect((await state(targets)).revision).toBe(1)
})

test('an agent that has its fill takes no more', async () => {
  const { agent, targets } = await world()
  const row = { agent, sealed: new Uint8Array(1), interval_seconds: null, created_at: START }
  const rows = Array.from({ length: MAX_TARGETS }, () => ({ ...row, device: DeviceId.parse(randomUUID()) }))
  await db.insertInto('targets').values(rows).execute()
  const device = DeviceId.parse(randomUUID())
  const added = targets.add({ agent, device, target: targetOf(device) }, START)
  await expect(added).rejects.toMatchObject({ code: 'limit_exceeded' })
})

test('under another key the state is refused with a sentence that carries no secret', async () => {
  const { agent, targets, state } = await world()
  const device = DeviceId.parse(randomUUID())
  await targets.add({ agent, device, target: targetOf(device) }, START)
  const other = new DesiredTargets(db, vaultOf(new Uint8Array(32).fill(6)))
  await expect(state(other)).rejects.toMatchObject({ code: 'unavailable' })
  await state(other).catch((thrown) => expect(thrown.message).not.toContain(SECRET))
})
