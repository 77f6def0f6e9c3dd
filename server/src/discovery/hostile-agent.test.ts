import { DiscoveryPlan } from '@eyenet/shared/api'
import { DeviceId } from '@eyenet/shared/identity'
import { afterEach, expect, test } from 'vitest'
import {
  ATTIC,
  addDevice,
  BRANCH,
  deviceOf,
  discoveryWorld,
  EDGE,
  FAR,
  found,
  HOME,
  snmpOf,
} from './discovery.testkit.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world(...given: Parameters<typeof discoveryWorld>) {
  const at = await discoveryWorld(...given)
  closing.push(at.close)
  return at
}

const CREDENTIAL = { name: 'core', credential: { version: '2c', community: 'a-community' } } as const

test('an agent gets no credential by saying that it worked: only one that its plan names, or that somebody chooses', async () => {
  const { room, fleet, tell, inbox } = await world()
  const { id: credential } = await room.addCredential(CREDENTIAL, 'ada')
  const plan = DiscoveryPlan.parse({ networks: ['192.0.2.0/24'], credentials: [credential] })
  await room.setPlan(ATTIC.agent, plan, 'ada')
  await room.setRules(
    { rules: [{ name: 'all', enabled: true, action: 'accept', when: { snmp: true } }], apply: false },
    'ada',
  )
  await tell(EDGE, [found('192.0.2.1', { snmp: snmpOf(1, { credential }) })])
  const [entry] = await inbox('new')
  const ids = [entry?.id ?? '']
  expect(await room.accept({ ids }, 'ada')).toMatchObject([{ ok: false, problem: expect.stringMatching(/choose/) }])
  expect(fleet.watched.size).toBe(0)
  expect(await room.accept({ ids, credential }, 'ada')).toMatchObject([{ ok: true }])
})

test('an agent speaks for no device of another site: it is not known, not woken, not watched and not forgotten by it', async () => {
  const { db, room, fleet, tell, inbox, foundAgain, forgotten } = await world()
  await addDevice(db, { id: deviceOf(1), site: HOME, address: '192.0.2.1' })
  await tell(FAR, [found('198.51.100.1', { snmp: snmpOf(1) })])
  expect(foundAgain).toEqual([])
  const [entry] = await inbox()
  expect(entry).toMatchObject({ site: BRANCH, state: 'new' })
  expect(entry?.device).toBeUndefined()
  const ids = [entry?.id ?? '']
  const { id: credential } = await room.addCredential(CREDENTIAL, 'ada')
  expect(await room.accept({ ids, credential }, 'ada')).toMatchObject([
    { ok: false, problem: expect.stringMatching(/another site/) },
  ])
  expect(fleet.watched.size).toBe(0)
  await room.undo(ids, 'ada')
  expect(forgotten).toEqual([])
})

test('a device that appeared at another site after its id was accepted here is not forgotten by undo', async () => {
  const { db, room, tell, inbox, forgotten } = await world()
  const { id: credential } = await room.addCredential(CREDENTIAL, 'ada')
  await tell(FAR, [found('198.51.100.1', { snmp: snmpOf(1) })])
  const ids = (await inbox()).map(({ id }) => id)
  expect(await room.accept({ ids, credential }, 'ada')).toMatchObject([{ ok: true }])
  const device = { id: deviceOf(1), site: HOME, address: '192.0.2.1' }
  await addDevice(db, device)
  await room.deviceChanged(device)
  expect(await room.undo(ids, 'ada')).toMatchObject([{ ok: true }])
  expect(forgotten).toEqual([])
})

test('undo forgets no device that was there before and that the accepted one was merged into', async () => {
  const older = DeviceId.parse('0190bbbb-0000-4000-8000-000000000099')
  const merged = new Map<DeviceId, DeviceId>()
  const { db, room, fleet, tell, inbox, forgotten } = await world({ resolve: (id) => merged.get(id) ?? id })
  await tell(EDGE, [found('192.0.2.1')])
  const ids = (await inbox()).map(({ id }) => id)
  const [done] = await room.accept({ ids }, 'ada')
  if (done?.device === undefined) throw new Error('it was not accepted')
  await addDevice(db, { id: older, site: HOME, address: '192.0.2.1' })
  merged.set(done.device, older)
  await room.deviceRemoved(done.device)
  expect(await inbox()).toMatchObject([{ state: 'known', device: older }])
  expect(await room.undo(ids, 'ada')).toMatchObject([{ ok: false }])
  expect(forgotten).toEqual([])
  expect(fleet.watched.size).toBe(1)
})

test('an entry follows its device when a merge is undone', async () => {
  const older = deviceOf(9)
  const merged = new Map<DeviceId, DeviceId>()
  const { db, room, tell, inbox } = await world({ resolve: (id) => merged.get(id) ?? id })
  const own = { id: deviceOf(1), site: HOME, address: '192.0.2.1' }
  await addDevice(db, { id: older, site: HOME, address: '192.0.2.9' })
  merged.set(own.id, older)
  await tell(EDGE, [found('192.0.2.1', { snmp: snmpOf(1) })])
  expect(await inbox()).toMatchObject([{ state: 'known', device: older }])
  merged.clear()
  await addDevice(db, own)
  await room.deviceChanged(own)
  expect(await inbox()).toMatchObject([{ state: 'known', device: own.id }])
})

test('hundreds of made-up findings push out none of another agent, and none that somebody decided about', async () => {
  const { room, tell, inbox } = await world({ maxPerAgent: 100 })
  await tell(ATTIC, [found('203.0.113.1')])
  await tell(EDGE, [found('203.0.113.2')])
  await room.ignore(
    (await inbox()).filter(({ agent }) => agent === EDGE.agent).map(({ id }) => id),
    'ada',
  )
  for (let report = 0; report < 2; report += 1) {
    await tell(
      EDGE,
      Array.from({ length: 200 }, (_none, at) => found(`10.${report}.${at >> 8}.${at & 255}`)),
    )
  }
  const left = await inbox()
  expect(left).toHaveLength(101)
  expect(left.filter(({ state }) => state === 'ignored')).toHaveLength(1)
  expect(left.filter(({ agent }) => agent === ATTIC.agent)).toHaveLength(1)
  expect((await room.overview()).dropped).toBe(301)
})
