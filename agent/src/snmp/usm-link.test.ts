import { afterEach, expect, test } from 'vitest'
import { TAG } from './message.ts'
import { int32, raw, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine, describeOutcome, type SnmpTarget } from './snmp.ts'
import { type Asked, REPORT, type Spoken, UsmDevice } from './usm-device.testkit.ts'

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const uptime = raw(SYS_UPTIME, TAG.timeticks, int32(4711))
const credential = {
  version: '3',
  user: 'poller',
  level: 'authPriv',
  authProtocol: 'sha',
  authKey: 'auth-key-12345',
  privProtocol: 'aes',
  privKey: 'priv-key-12345',
} as const
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

type Change = (answer: Spoken, asked: Asked) => Partial<Spoken>

async function site(options: {
  change?: Change
  target?: Partial<SnmpTarget>
  also?: (device: UsmDevice) => Buffer[]
}) {
  const agent = new UsmDevice({ ...credential, ...options.target?.credential } as typeof credential, uptime)
  const state = { change: options.change, now: 0 }
  const responder = await udpResponder(({ packet }) => {
    const answer = agent.answer(packet, state.change)
    return [...(options.also?.(agent) ?? []), answer]
  })
  const engine = createSnmpEngine({ monotonicMs: () => state.now })
  closers.push(responder.close, () => engine.close())
  const target: SnmpTarget = {
    address: '127.0.0.1',
    port: responder.port,
    credential,
    timeoutMs: 1_000,
    retries: 0,
    ...options.target,
  }
  return { agent, engine, state, responder, target, device: engine.device(target) }
}

const taken = { kind: 'ok', value: [{ oid: SYS_UPTIME, value: { kind: 'timeticks', value: 4711 } }] }

test('the engine is discovered once, and then a question costs one packet', async () => {
  const { device, responder } = await site({})
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(2)
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(3)
})

test('time goes on between polls, and the device is asked with its own', async () => {
  const { agent, device, responder, state } = await site({})
  await device.get([SYS_UPTIME])
  agent.time += 86_400
  state.now += 86_400_000
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(3)
})

test('a device that has restarted is asked again at once, with its new boots', async () => {
  const { agent, device, responder } = await site({})
  await device.get([SYS_UPTIME])
  agent.boots++
  agent.time = 5
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(4)
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(5)
})

test('a device that never counts its boots is found again after a restart', async () => {
  const { agent, device, state } = await site({})
  agent.boots = 0
  agent.time = 500_000
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  agent.time = 3
  state.now += 60_000
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
})

test('one that neither counts its boots nor looks at the time is found again too', async () => {
  const { agent, device, state, responder } = await site({})
  agent.boots = 1
  agent.time = 500_000
  agent.checksTime = false
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  agent.time = 3
  state.now += 60_000
  const heard = responder.heard()
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  // The stale answer, the discovery, the question again.
  expect(responder.heard() - heard).toBe(3)
})

test('a device that tells no time at its discovery is asked again with the time of its report', async () => {
  const { device, responder } = await site({
    change: ({ varbinds }) => (varbinds[0]?.name[8] === 4 ? { boots: 0, time: 0 } : {}),
  })
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(3)
})

test('a device that was replaced is recognised by its new engine id', async () => {
  const { agent, device, responder } = await site({})
  await device.get([SYS_UPTIME])
  agent.engine = agent.engineNamed('8000000009090909')
  agent.boots = 1
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(responder.heard()).toBe(4)
})

test('a device that never agrees on the time is given up after a few packets', async () => {
  const { device, responder } = await site({
    change: ({ engine, user }, { names }) =>
      names.length === 0
        ? {}
        : {
            pduTag: 0xa8,
            level: 1,
            time: 900_000 * Math.random(),
            engine,
            user,
            varbinds: [raw(REPORT.notInTimeWindow, TAG.counter32, int32(1))],
          },
  })
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'malformed', detail: expect.stringMatching(/again/) })
  expect(responder.heard()).toBeLessThan(8)
})

test('a device that is another engine at each answer is given up after a few packets', async () => {
  const { agent, device, responder } = await site({
    change: () => {
      agent.engine = agent.engineNamed(`80000000${responder.heard().toString(16).padStart(8, '0')}`)
      return {}
    },
  })
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'malformed', detail: expect.stringMatching(/again/) })
  expect(responder.heard()).toBeLessThan(8)
})

const isQuestion = (asked: Asked): boolean => asked.names.length > 0
const only =
  (change: Change): Change =>
  (answer, asked) =>
    isQuestion(asked) ? change(answer, asked) : {}

test.each<[string, Change, RegExp]>([
  ['without signature', () => ({ level: 0 }), /not authenticated/],
  ['signed but not encrypted', () => ({ level: 1 }), /not authenticated/],
  [
    'signed by another engine',
    ({ engine }) => ({ engine: { ...engine, id: Buffer.from('8000000005', 'hex') } }),
    /anoth/,
  ],
  ['to another user', () => ({ user: 'other' }), /another engine or user/],
  ['that is a question', () => ({ pduTag: 0xa0 }), /no SNMPv3/],
])('an answer %s is refused', async (_what, change, detail) => {
  const { device, engine } = await site({ change: only(change) })
  expect(await device.get([SYS_UPTIME])).toEqual({ kind: 'malformed', detail: expect.stringMatching(detail) })
  expect(engine.counters.malformed).toBeGreaterThan(0)
})

test.each<[string, Change]>([
  ['message', ({ msgId }) => ({ msgId: msgId ^ 1 })],
  ['request', ({ requestId }) => ({ requestId: requestId ^ 1 })],
])('an answer to another %s is not taken', async (_what, change) => {
  const { device, engine } = await site({ change: only(change) })
  expect((await device.get([SYS_UPTIME])).kind).not.toBe('ok')
  expect(engine.counters.unmatched).toBe(1)
})

test('an answer signed with other keys is refused, and one that follows it is taken', async () => {
  const { agent, device, engine } = await site({
    also: ({ said }) => {
      const forged = Buffer.from(said.at(-1) ?? [])
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
      return said.length > 1 ? [forged] : []
    },
  })
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(engine.counters.malformed).toBe(1)
  expect(agent.asked).toHaveLength(1)
})

test('answers of before, sent again, are not taken for new ones', async () => {
  const { agent, device, engine } = await site({ also: ({ said }) => said.slice(0, -1) })
  for (let round = 0; round < 5; round++) {
    agent.value = raw(SYS_UPTIME, TAG.timeticks, int32(round))
    expect(await device.get([SYS_UPTIME])).toMatchObject({ value: [{ value: { value: round } }] })
  }
  expect(engine.counters.unmatched).toBeGreaterThan(5)
})

test('an answer of more than 150 seconds ago is refused', async () => {
  const { device, state } = await site({ change: only(({ time }) => ({ time: time - 200 })) })
  expect(await device.get([SYS_UPTIME])).toEqual({ kind: 'malformed', detail: 'its answer is an old one' })
  state.change = only(({ time }) => ({ time: time - 100 }))
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
})

test('a report without signature does not set the clock of a user who has keys', async () => {
  const { device, agent, state } = await site({})
  await device.get([SYS_UPTIME])
  state.change = only(() => ({
    pduTag: 0xa8,
    level: 0,
    boots: 77,
    varbinds: [raw(REPORT.notInTimeWindow, TAG.counter32, int32(1))],
  }))
  expect(await device.get([SYS_UPTIME])).toEqual({ kind: 'malformed', detail: 'it is not authenticated' })
  state.change = undefined
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(agent.boots).toBe(3)
})

test.each([
  [REPORT.unknownUser, 0, /does not know this user/],
  [REPORT.unsupportedLevel, 0, /security level/],
  [REPORT.unknownContext, 3, /no such context/],
])('the report %s says what to correct', async (oid, level, detail) => {
  const { device, target, engine } = await site({
    change: only(() => ({ pduTag: 0xa8, level, varbinds: [raw(oid, TAG.counter32, int32(1))] })),
  })
  const outcome = await device.get([SYS_UPTIME])
  expect(outcome.kind).toBe('wrong-credential')
  expect(describeOutcome(outcome, target)).toMatch(detail)
  expect(engine.counters.wrongCredential).toBe(1)
})

test('a user without keys is answered, and a signed answer is not expected', async () => {
  const plain = { version: '3', user: 'guest', level: 'noAuthNoPriv' } as const
  const agent = new UsmDevice(plain, uptime)
  const responder = await udpResponder(({ packet }) => agent.answer(packet))
  const engine = createSnmpEngine()
  closers.push(responder.close, () => engine.close())
  const device = engine.device({ address: '127.0.0.1', port: responder.port, credential: plain, retries: 0 })
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  agent.engine = agent.engineNamed('80000000aabbcc')
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
})

test('contexts of a device share its engine, and their questions go one at a time', async () => {
  const { agent, device, responder } = await site({ target: { timeoutMs: 5_000 } })
  const vlans = ['vlan-10', 'vlan-20', ''].map((name) => device.inContext(name))
  const outcomes = await Promise.all([device, ...vlans].map((view) => view.get([SYS_UPTIME])))
  expect(outcomes).toEqual([taken, taken, taken, taken])
  expect(agent.asked.map(({ context }) => context)).toEqual(['', 'vlan-10', 'vlan-20', ''])
  expect(responder.heard()).toBe(5)
})

test('closing ends an open v3 question', async () => {
  for (const close of ['device', 'engine'] as const) {
    const responder = await udpResponder(() => null)
    const engine = createSnmpEngine()
    closers.push(responder.close, () => engine.close())
    const device = engine.device({ address: '127.0.0.1', port: responder.port, credential, timeoutMs: 20_000 })
    const open = device.get([SYS_UPTIME])
    await new Promise((resolve) => setImmediate(resolve))
    if (close === 'device') device.close()
    else engine.close()
    expect(await open).toEqual({ kind: 'unreachable', detail: expect.stringContaining('closed') })
  }
})
