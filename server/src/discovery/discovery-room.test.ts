import { DiscoveryPlan } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { Target } from '@eyenet/shared/wire'
import { afterEach, expect, test } from 'vitest'
import {
  ATTIC,
  addDevice,
  birthOf,
  DAY_MS,
  deviceOf,
  discoveryWorld,
  EDGE,
  FAR,
  found,
  HOME,
  START,
  snmpOf,
} from './discovery.testkit.ts'

const SECRET = 'a-community-nobody-guesses'
const CREDENTIAL = { name: 'core', credential: { version: '2c', community: SECRET } } as const
const RUN = '0190eeee-0000-4000-8000-000000000001'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world(...given: Parameters<typeof discoveryWorld>) {
  const at = await discoveryWorld(...given)
  closing.push(at.close)
  return at
}

const planOf = (plan: Partial<DiscoveryPlan> = {}) => DiscoveryPlan.parse({ networks: ['192.0.2.0/24'], ...plan })

test('only agents that find devices are told where to look, and only of credentials that were chosen for them', async () => {
  const { room, fleet } = await world()
  const { id } = await room.addCredential(CREDENTIAL, 'ada')
  await room.addCredential({ ...CREDENTIAL, name: 'other' }, 'ada')
  await room.receiveBirth(EDGE.agent, birthOf(EDGE, { discovery: true, networks: ['192.0.2.0/24'] }))
  await room.receiveBirth(ATTIC.agent, birthOf(ATTIC))
  for (const agent of [EDGE.agent, ATTIC.agent]) await room.setPlan(agent, planOf({ credentials: [id] }), 'ada')
  const { credential } = CREDENTIAL
  expect(await room.settingsFor(EDGE.agent)).toMatchObject({
    ...{ networks: ['192.0.2.0/24'], credentials: [{ id, credential }], packetsPerSecond: 50, everySeconds: 86_400 },
  })
  expect(await room.settingsFor(ATTIC.agent)).toBeUndefined()
  expect(await room.settingsFor(FAR.agent)).toBeUndefined()
  expect(fleet.changed).toEqual([EDGE.agent, ATTIC.agent])
  // An update makes it able: what was planned for it is told now.
  await room.receiveBirth(ATTIC.agent, birthOf(ATTIC, { discovery: true }))
  expect(fleet.changed.at(-1)).toBe(ATTIC.agent)
  expect(await room.settingsFor(ATTIC.agent)).toMatchObject({ networks: ['192.0.2.0/24'] })
})

test('each change of a plan or of a credential in it is a new revision of its agent', async () => {
  const { room, db, fleet } = await world()
  const revision = async () => {
    const row = await db.selectFrom('agents').select('desired_revision').where('id', '=', EDGE.agent).executeTakeFirst()
    return row?.desired_revision
  }
  const { id } = await room.addCredential(CREDENTIAL, 'ada')
  await room.setPlan(EDGE.agent, planOf({ credentials: [id] }), 'ada')
  await room.receiveBirth(EDGE.agent, birthOf(EDGE, { discovery: true }))
  const before = (await revision()) ?? 0
  const changed = await room.changeCredential(id, { name: 'renamed' }, 'bob')
  expect(changed).toMatchObject({ name: 'renamed', changedBy: 'bob', agents: [EDGE.agent] })
  expect(await room.settingsFor(EDGE.agent)).toMatchObject({ credentials: [{ credential: CREDENTIAL.credential }] })
  await room.removeCredential(id)
  expect(await revision()).toBe(before + 2)
  expect((await room.settingsFor(EDGE.agent))?.credentials).toEqual([])
  expect((await room.agent(EDGE.agent)).plan.credentials).toEqual([])
  expect(fleet.changed.filter((agent) => agent === EDGE.agent)).toHaveLength(4)
})

test('secrets rest sealed and never come out', async () => {
  const { room, db } = await world()
  await room.addCredential(CREDENTIAL, 'ada')
  expect(JSON.stringify(await room.credentials())).not.toContain(SECRET)
  const [row] = await db.selectFrom('discovery_credentials').selectAll().execute()
  expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain(SECRET)
})

test('plans that cannot be kept are refused with a sentence', async () => {
  const { room } = await world()
  const credentials = ['0190cccc-0000-4000-8000-000000000001']
  await expect(room.setPlan(EDGE.agent, planOf({ credentials }), 'ada')).rejects.toMatchObject({ code: 'invalid' })
  await expect(room.setPlan(EDGE.agent, planOf({ networks: ['10.0.0.0/8'] }), 'ada')).rejects.toThrow(/16777216/)
  await expect(room.setPlan(EDGE.agent, planOf({ networks: ['0.0.0.0/0'] }), 'ada')).rejects.toThrow(
    /everySeconds to 0/,
  )
  // Without a schedule it is the bound of what is asked on demand and of what devices tell of.
  const large = planOf({ networks: ['10.0.0.0/8', '2001:db8::/32'], everySeconds: 0 })
  await expect(room.setPlan(EDGE.agent, large, 'ada')).resolves.toMatchObject({ plannedBy: 'ada' })
  const excluded = planOf({ networks: ['10.0.0.0/15'], exclude: ['10.1.0.0/16'] })
  await expect(room.setPlan(EDGE.agent, excluded, 'ada')).resolves.toMatchObject({ plannedBy: 'ada' })
  await room.addCredential(CREDENTIAL, 'ada')
  await expect(room.addCredential(CREDENTIAL, 'ada')).rejects.toMatchObject({ code: 'conflict' })
  await expect(room.removeCredential(RUN)).rejects.toMatchObject({ code: 'not_found' })
})

test('what is accepted is watched by its agent with the credential that worked, and told once', async () => {
  const { room, fleet, tell, inbox } = await world()
  const { id: credential } = await room.addCredential({ ...CREDENTIAL, port: 1161 }, 'ada')
  await room.setPlan(EDGE.agent, planOf({ credentials: [credential] }), 'ada')
  await tell(EDGE, [
    found('192.0.2.1', { snmp: snmpOf(1, { credential, port: 1161 }) }),
    found('192.0.2.2', { hostname: 'printer.example.net' }),
    { how: 'passive', mac: '00:00:5e:00:53:01' },
  ])
  const ids = (await inbox('new')).map(({ id }) => id)
  const results = await room.accept({ ids: [...ids, RUN] }, 'ada')
  expect(results.map(({ ok }) => ok).sort()).toEqual([false, false, true, true])
  expect(results.find(({ problem }) => problem?.includes('MAC'))).toBeDefined()
  const targets = [...fleet.watched.values()].map(({ target }) => target)
  targets.sort((a, b) => (a.address < b.address ? -1 : 1))
  expect(targets).toMatchObject([
    { address: '192.0.2.1', device: deviceOf(1), snmp: { port: 1161, credential: CREDENTIAL.credential }, ping: true },
    { address: '192.0.2.2', name: 'printer.example.net', ping: true },
  ])
  expect(targets[1]?.snmp).toBeUndefined()
  expect(await inbox('accepted')).toMatchObject([{ decidedBy: 'ada' }, { decidedBy: 'ada' }])
  expect((await room.accept({ ids }, 'ada')).every(({ ok }) => !ok)).toBe(true)
})

test('a device that answered to a credential of the agent’s own file needs one that is known here', async () => {
  const { room, fleet, tell, inbox } = await world()
  await tell(EDGE, [found('192.0.2.1', { snmp: snmpOf(1, { credential: 'of-the-file' }) })])
  const [entry] = await inbox('new')
  expect(entry?.snmp).toMatchObject({ credentialName: 'of-the-file', known: false })
  const ids = [entry?.id ?? '']
  expect(await room.accept({ ids }, 'ada')).toMatchObject([
    { ok: false, problem: expect.stringMatching(/of-the-file/) },
  ])
  const { id: credential } = await room.addCredential(CREDENTIAL, 'ada')
  expect(await room.accept({ ids, credential }, 'ada')).toMatchObject([{ ok: true, device: deviceOf(1) }])
  expect(fleet.watched.get(deviceOf(1))?.target.snmp?.credential).toEqual(CREDENTIAL.credential)
})

test('of many at once each is done or not, with its reason', async () => {
  const { room, fleet, tell, inbox } = await world()
  fleet.room = 1
  await tell(EDGE, [found('192.0.2.1'), found('192.0.2.2')])
  const results = await room.accept({ ids: (await inbox('new')).map(({ id }) => id) }, 'ada')
  expect(results).toMatchObject([{ ok: true }, { ok: false, problem: 'it is full' }])
  expect(await inbox('new')).toHaveLength(1)
})

test('undo of an acceptance ends the watching and forgets the device; undo of ignoring makes it new', async () => {
  const { room, fleet, tell, inbox, forgotten } = await world()
  await tell(EDGE, [found('192.0.2.1'), found('192.0.2.2')])
  const [first, second] = await inbox('new')
  const [done] = await room.accept({ ids: [first?.id ?? ''] }, 'ada')
  await room.ignore([second?.id ?? ''], 'ada')
  const ids = [first?.id ?? '', second?.id ?? '']
  expect(await room.undo(ids, 'bob')).toMatchObject([{ ok: true }, { ok: true }])
  expect(fleet.watched.size).toBe(0)
  expect(forgotten).toEqual([done?.device])
  expect(await inbox('new')).toMatchObject([{ decidedBy: 'bob' }, { decidedBy: 'bob' }])
  expect(await room.undo(ids, 'bob')).toMatchObject([{ ok: false }, { ok: false }])
})

test('undo of an acceptance ends that watching alone where another watched device was merged into it since', async () => {
  const { room, fleet, tell, inbox, forgotten } = await world({ isWatchedBeside: async (id) => id === deviceOf(1) })
  const { id: credential } = await room.addCredential(CREDENTIAL, 'ada')
  await room.setPlan(EDGE.agent, planOf({ credentials: [credential] }), 'ada')
  await tell(
    EDGE,
    [1, 2].map((at) => found(`192.0.2.${at}`, { snmp: snmpOf(at, { credential }) })),
  )
  const ids = (await inbox('new')).map(({ id }) => id)
  await room.accept({ ids }, 'ada')
  fleet.watched.set(deviceOf(9), { agent: EDGE.agent, target: Target.parse({ address: '192.0.2.9' }) })
  expect(await room.undo(ids, 'bob')).toMatchObject([{ ok: true }, { ok: true }])
  expect([...fleet.watched.keys()]).toEqual([deviceOf(9)])
  expect(forgotten).toEqual([deviceOf(2)])
  expect(await inbox('known')).toMatchObject([{ device: deviceOf(1), decidedBy: 'bob' }])
  expect(await inbox('new')).toHaveLength(1)
})

test('what is ignored stays ignored when it is found again, also by another agent and after a restart', async () => {
  const { room, tell, inbox, open } = await world()
  await tell(EDGE, [found('192.0.2.1', { mac: '00:00:5e:00:53:01' })])
  await room.ignore(
    (await inbox('new')).map(({ id }) => id),
    'ada',
  )
  await tell(ATTIC, [found('192.0.2.1'), { how: 'passive', mac: '00:00:5e:00:53:01' }])
  expect(await inbox()).toMatchObject([{ state: 'ignored', how: ['sweep', 'passive'] }])
  const next = await open()
  expect((await next.inbox({ limit: 10, state: 'ignored' })).total).toBe(1)
  await next.close()
})

test('the same address at another site is another thing', async () => {
  const { tell, inbox } = await world()
  await tell(EDGE, [found('192.0.2.1')])
  await tell(FAR, [found('192.0.2.1')])
  expect(await inbox('new')).toHaveLength(2)
})

test('what is watched already is known, not new; by identity, by address and by the MAC of an interface', async () => {
  const { db, room, tell, inbox } = await world()
  const id = deviceOf(1)
  await addDevice(db, { id, site: HOME, address: '192.0.2.1' })
  const facts = JSON.stringify({ mac: '00:00:5E:00:53:01' })
  await db.insertInto('interfaces').values({ device: id, interface: 'eth0', facts }).execute()
  await tell(EDGE, [
    found('192.0.2.1'),
    found('198.51.100.1', { snmp: snmpOf(1) }),
    { how: 'passive', mac: '00:00:5e:00:53:01' },
    found('192.0.2.2'),
  ])
  expect((await inbox('known')).map(({ device }) => device)).toEqual([id, id, id])
  const [known] = await inbox('known')
  const answer = await room.accept({ ids: [known?.id ?? ''] }, 'ada')
  expect(answer).toMatchObject([{ ok: false, problem: 'it is watched already, as core-1' }])
  expect(await inbox('new')).toHaveLength(1)
})

test('what was found before somebody watched it becomes known, and new again when the device is removed', async () => {
  const { db, room, tell, inbox, clock } = await world()
  await tell(EDGE, [found('192.0.2.1')])
  clock.now = epochMs(START + 60_000)
  const device = { id: deviceOf(1), site: HOME, address: '192.0.2.1' }
  await addDevice(db, device)
  await room.deviceChanged(device)
  expect(await inbox()).toMatchObject([{ state: 'known', device: device.id }])
  await db.deleteFrom('devices').execute()
  await room.deviceRemoved(device.id)
  expect(await inbox()).toMatchObject([{ state: 'new' }])
})

test('a device that was accepted and then removed by hand does not come back by a rule', async () => {
  const { room, tell, inbox, fleet } = await world()
  await room.setRules(
    { rules: [{ name: 'all', enabled: true, action: 'accept', when: { snmp: false } }], apply: false },
    'ada',
  )
  await tell(EDGE, [found('192.0.2.1')])
  const [device] = [...fleet.watched.keys()]
  if (device === undefined) throw new Error('it was not accepted')
  fleet.watched.clear()
  await room.deviceRemoved(device)
  await tell(EDGE, [found('192.0.2.1')])
  expect(await inbox()).toMatchObject([{ state: 'ignored' }])
  expect(fleet.watched.size).toBe(0)
})

test('rules accept and ignore what is found, in their order, and the audit log says which', async () => {
  const { room, tell, inbox, fleet, audited } = await world()
  const rules = [
    { name: 'no phones', enabled: true, action: 'ignore', when: { roles: ['phone'] } },
    { name: 'lab', enabled: true, action: 'accept', when: { networks: ['192.0.2.0/25'] } },
  ] as const
  await tell(EDGE, [found('192.0.2.9')])
  const all = rules.map((rule) => ({ ...rule, when: structuredClone(rule.when) })) as never
  expect(await room.tryRules(all)).toMatchObject({
    ...{ looked: 1, untouched: 0, rules: [{ count: 0 }, { count: 1, examples: [{ address: '192.0.2.9' }] }] },
  })
  expect(fleet.watched.size).toBe(0)
  await room.setRules({ rules: all, apply: false }, 'ada')
  await tell(EDGE, [found('192.0.2.1', { role: 'phone' }), found('192.0.2.2'), found('192.0.2.200')])
  expect((await inbox('ignored')).map(({ decidedBy }) => decidedBy)).toEqual(['rule no phones'])
  expect((await inbox('accepted')).map(({ decidedBy }) => decidedBy)).toEqual(['rule lab'])
  expect(audited).toEqual(['rule no phones discovery.ignore 192.0.2.1', 'rule lab discovery.accept 192.0.2.2'])
  await room.setRules({ rules: all, apply: true }, 'ada')
  expect((await inbox('new')).map(({ addresses }) => addresses[0]?.address)).toEqual(['192.0.2.200'])
  expect(fleet.watched.size).toBe(2)
  // What somebody puts back by hand is left alone.
  const back = await inbox('accepted')
  await room.undo(
    back.map(({ id }) => id),
    'ada',
  )
  await tell(EDGE, [found('192.0.2.2')])
  expect(fleet.watched.size).toBe(0)
})

test('a full inbox loses first what only passed by, the oldest first, and says how much', async () => {
  const { room, tell, inbox, clock, db } = await world({ maxPerAgent: 4 })
  const heard = (last: number) => ({ how: 'passive', mac: `00:00:5e:00:53:0${last}` }) as const
  await tell(EDGE, [found('192.0.2.1'), found('192.0.2.2')])
  await room.ignore(
    (await inbox()).slice(0, 1).map(({ id }) => id),
    'ada',
  )
  for (const day of [1, 2, 3]) {
    clock.now = epochMs(START + day * DAY_MS)
    await tell(EDGE, [heard(day)])
  }
  expect(await inbox()).toHaveLength(4)
  expect((await inbox()).flatMap(({ macs }) => macs).sort()).toEqual(['00:00:5e:00:53:02', '00:00:5e:00:53:03'])
  await tell(EDGE, [found('192.0.2.3'), found('192.0.2.4'), found('192.0.2.5')])
  expect((await inbox()).map(({ state }) => state).sort()).toEqual(['ignored', 'new', 'new', 'new'])
  expect((await room.overview()).dropped).toBe(4)
  expect(await db.selectFrom('discovered_keys').selectAll().execute()).toHaveLength(4)
})

test('a search begins at the agent, its progress is known, and it is ended by its id', async () => {
  const { room, fleet, tell, clock } = await world()
  await expect(room.run(EDGE.agent, {}, 'ada')).rejects.toMatchObject({ code: 'conflict' })
  await room.receiveBirth(EDGE.agent, birthOf(EDGE, { discovery: true }))
  await expect(room.run(EDGE.agent, {}, 'ada')).rejects.toMatchObject({ code: 'unavailable' })
  fleet.reply = (kind) =>
    kind === 'discover'
      ? { kind, id: RUN, ok: true, message: 'it runs', total: 254 }
      : { kind: 'cancel', id: RUN, ok: true }
  const news: unknown[] = []
  room.onChange((one) => news.push(one))
  expect(await room.run(EDGE.agent, { networks: ['192.0.2.0/24'] }, 'ada')).toMatchObject({ total: 254, by: 'ada' })
  const progress = { run: RUN, startedAt: START, done: 100, total: 254, answered: 3, heldBack: 0 }
  clock.now = epochMs(START + 60_000)
  await tell(EDGE, [found('192.0.2.1')], { progress: { ...progress, state: 'running' } })
  const [run] = (await room.agent(EDGE.agent)).runs
  expect(run).toMatchObject({ state: 'running', done: 100, by: 'ada', toldAt: clock.now })
  expect(news.at(-1)).toMatchObject({ agent: EDGE.agent, run: { done: 100 }, inbox: { new: 1 } })
  // A report that was held up does not undo it, and another agent cannot speak for it.
  await tell(EDGE, [], { at: START, progress: { ...progress, state: 'waiting', done: 0 } })
  await tell(ATTIC, [], { progress: { ...progress, state: 'failed' } })
  expect((await room.agent(EDGE.agent)).runs).toEqual([run])
  await room.stop(EDGE.agent)
  expect(fleet.asked.at(-1)).toEqual({ agent: EDGE.agent, kind: 'cancel', task: RUN })
  await tell(EDGE, [], { progress: { ...progress, state: 'stopped' } })
  await expect(room.stop(EDGE.agent)).rejects.toMatchObject({ code: 'not_found' })
})

test('a search that was through before its begin was written down ends, though its last word comes after', async () => {
  const { room, fleet, tell, clock } = await world()
  await room.receiveBirth(EDGE.agent, birthOf(EDGE, { discovery: true }))
  const endedAt = clock.now
  fleet.reply = () => ({ kind: 'discover', id: RUN, ok: true, message: 'it runs', total: 1 })
  clock.now = epochMs(endedAt + 500)
  expect(await room.run(EDGE.agent, {}, 'ada')).toMatchObject({ state: 'waiting', toldAt: clock.now })
  const counts = { done: 1, total: 1, answered: 1, heldBack: 0 }
  await tell(EDGE, [], { at: endedAt, progress: { run: RUN, state: 'done', startedAt: endedAt, ...counts } })
  expect((await room.agent(EDGE.agent)).runs).toMatchObject([{ state: 'done', by: 'ada', toldAt: endedAt }])
})

test('the same report again changes nothing', async () => {
  const { tell, inbox } = await world()
  const items = [found('192.0.2.1', { snmp: snmpOf(1) }), found('192.0.2.2', { ports: [22] })]
  await tell(EDGE, items)
  const before = await inbox()
  await tell(EDGE, items)
  expect(await inbox()).toEqual(before)
})

test('devices that a search has found are told, those that others only speak of are not', async () => {
  const { db, tell, foundAgain } = await world()
  for (const last of [1, 2]) await addDevice(db, { id: deviceOf(last), site: HOME, address: `192.0.2.${last}` })
  await tell(EDGE, [found('192.0.2.1'), { how: 'route', address: '192.0.2.2' }])
  expect(foundAgain).toEqual([deviceOf(1)])
})

test('entries that nobody decided about leave with their agent; what was decided stays', async () => {
  const { room, tell, inbox } = await world()
  await tell(EDGE, [found('192.0.2.1'), found('192.0.2.2')])
  await room.ignore(
    (await inbox()).slice(0, 1).map(({ id }) => id),
    'ada',
  )
  await room.agentRemoved(EDGE.agent)
  expect(await inbox()).toMatchObject([{ state: 'ignored' }])
})

test('a part of a name, address, MAC or vendor finds an entry, whatever its case', async () => {
  const { room, tell } = await world()
  await tell(EDGE, [found('192.0.2.1', { vendor: 'MikroTik', mac: '00:00:5e:00:53:0a' }), found('192.0.2.2')])
  for (const q of ['mikro', '5E:00:53:0A', '2.0.2.1']) expect((await room.inbox({ limit: 10, q })).total).toBe(1)
  for (const q of ['%', '_']) expect((await room.inbox({ limit: 10, q })).total).toBe(0)
})

test('pages of the inbox hold each entry once', async () => {
  const { room, tell } = await world()
  await tell(
    EDGE,
    Array.from({ length: 25 }, (_none, at) => found(`192.0.2.${at + 1}`)),
  )
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await room.inbox({ limit: 10, ...(cursor !== undefined && { cursor }) })
    expect(page.total).toBe(25)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined)
  expect(new Set(seen).size).toBe(25)
  expect(seen).toHaveLength(25)
})
