import { createSocket } from 'node:dgram'
import { afterEach, expect, test } from 'vitest'
import { TAG } from './message.ts'
import { INTERFACE_COLUMNS, int32, interfaceMib, mibAnswers, raw, response, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine, describeOutcome, exactAt, type SnmpTarget } from './snmp.ts'

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const IF_IN = '1.3.6.1.2.1.2.2.1.10'
const uptime = raw(SYS_UPTIME, TAG.timeticks, int32(4711))
/** For tests in which an answer must fail to come; the others wait as long as a busy machine needs. */
const SOON = { timeoutMs: 100 }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function site(
  answer: Parameters<typeof udpResponder>[0],
  extra: Partial<SnmpTarget> = {},
  host: '127.0.0.1' | '::1' = '127.0.0.1',
) {
  const responder = await udpResponder(answer, host)
  const engine = createSnmpEngine()
  closers.push(responder.close, () => engine.close())
  const target: SnmpTarget = {
    address: host,
    port: responder.port,
    credential: { version: '2c', community: 's3cret' },
    timeoutMs: 5_000,
    retries: 1,
    ...extra,
  }
  return { engine, responder, target, device: engine.device(target) }
}

test('a value is read over IPv4', async () => {
  const { device } = await site((q) => response(q, [uptime]))
  const wanted = [{ oid: SYS_UPTIME, value: { kind: 'timeticks', value: 4711 } }]
  expect(await device.get([SYS_UPTIME])).toEqual({ kind: 'ok', value: wanted })
})

test('a value is read over IPv6, however its address is written', async () => {
  const { device } = await site((q) => response(q, [uptime]), { address: '0:0:0:0:0:0:0:1' }, '::1')
  expect((await device.get([SYS_UPTIME])).kind).toBe('ok')
})

test('a host name is resolved once for many questions', async () => {
  const asked: string[] = []
  const responder = await udpResponder((q) => response(q, [uptime]))
  const engine = createSnmpEngine({
    resolve: async (host) => {
      asked.push(host)
      return '127.0.0.1'
    },
  })
  closers.push(responder.close, () => engine.close())
  const credential = { version: '2c', community: 'public' } as const
  const device = engine.device({ address: 'sw1.example.net', port: responder.port, credential })
  await device.get([SYS_UPTIME])
  expect((await device.get([SYS_UPTIME])).kind).toBe('ok')
  expect(asked).toEqual(['sw1.example.net'])
})

test('a name that does not resolve is unreachable', async () => {
  const engine = createSnmpEngine({ resolve: () => Promise.reject(new Error('no')) })
  closers.push(() => engine.close())
  const device = engine.device({ address: 'gone.example.net', credential: { version: '1', community: 'x' } })
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'unreachable' })
})

test('a silent device is a timeout after the tries, and the sentence keeps the community secret', async () => {
  const { device, engine, responder, target } = await site(() => null, SOON)
  const outcome = await device.get([SYS_UPTIME])
  expect(outcome).toEqual({ kind: 'timeout', attempts: 2 })
  expect(responder.heard()).toBe(2)
  expect(engine.counters).toMatchObject({ timeouts: 2, retries: 1, requests: 2 })
  const sentence = describeOutcome(outcome, target)
  expect(sentence).toContain('wrong community')
  expect(sentence).toContain('127.0.0.1')
  expect(sentence).not.toContain('s3cret')
})

test('one lost packet costs a retry and nothing else', async () => {
  let round = 0
  const { device } = await site((q) => (round++ === 0 ? null : response(q, [uptime])), SOON)
  expect((await device.get([SYS_UPTIME])).kind).toBe('ok')
})

test('an answer that comes late is counted and belongs to nobody', async () => {
  const held: Uint8Array[] = []
  const { device, engine } = await site((q) => {
    held.push(response(q, [uptime]))
    return held.length < 3 ? null : held
  }, SOON)
  expect((await device.get([SYS_UPTIME])).kind).toBe('timeout')
  expect((await device.get([SYS_UPTIME])).kind).toBe('ok')
  expect(engine.counters.unmatched).toBe(2)
})

test('an answer with a wrong request id is not believed', async () => {
  const { device, engine } = await site((q) => response({ ...q, requestId: q.requestId ^ 1 }, [uptime]), SOON)
  expect((await device.get([SYS_UPTIME])).kind).toBe('timeout')
  expect(engine.counters.unmatched).toBe(2)
})

test('an answer from another port is not believed, and the sentence tells of it', async () => {
  const stranger = createSocket('udp4')
  closers.push(() => stranger.close())
  const { device, engine, target } = await site((q) => {
    stranger.send(response(q, [uptime]), q.from.port, q.from.address)
    return null
  }, SOON)
  const outcome = await device.get([SYS_UPTIME])
  expect(outcome.kind).toBe('timeout')
  expect(engine.counters.wrongSource).toBe(2)
  expect(describeOutcome(outcome, target)).toContain('another address')
})

test.each([
  ['garbage', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['an empty packet', () => Buffer.alloc(0)],
  ['a packet cut short', (whole: Buffer) => whole.subarray(0, whole.length - 3)],
  ['a packet of the largest size', () => Buffer.alloc(60_000, 0x30)],
  ['an indefinite length', () => Buffer.from('3080020101', 'hex')],
])('%s is malformed after the tries', async (_name, bytes) => {
  const { device, engine } = await site((q) => bytes(response(q, [uptime])), SOON)
  expect((await device.get([SYS_UPTIME])).kind).toBe('malformed')
  expect(engine.counters.malformed).toBe(2)
})

test('an answer to another question is malformed', async () => {
  const { device } = await site((q) => response(q, [raw('1.3.6.1.2.1.1.5.0', TAG.octets, Buffer.from('x'))]))
  expect((await device.get([SYS_UPTIME])).kind).toBe('malformed')
})

test('an answer without values ends a table instead of asking for ever', async () => {
  const { device } = await site((q) => response(q, []))
  expect((await device.readColumns([IF_IN])).kind).toBe('malformed')
})

test('a table that goes in circles ends, keeps its rows and is counted', async () => {
  let round = 0
  const { device, engine } = await site((q) =>
    response(q, [raw(`${IF_IN}.${(round++ % 3) + 1}`, TAG.counter32, int32(1))]),
  )
  const outcome = await device.walk([IF_IN])
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.rows.map((row) => row.index)).toEqual(['1', '2', '3'])
  expect(outcome.value.stopped?.kind).toBe('not-increasing')
  expect(engine.counters.notIncreasing).toBe(1)
})

test('an endless table ends at the limit of rows', async () => {
  let next = 0
  const { device } = await site((q) =>
    response(
      q,
      Array.from({ length: q.repetitions }, () => raw(`${IF_IN}.${++next}`, TAG.counter32, int32(1))),
    ),
  )
  const outcome = await device.readColumns([IF_IN], { maxRows: 500 })
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.indexes).toHaveLength(500)
  expect(outcome.value.stopped?.kind).toBe('limit')
})

test('rows read before the device fell silent are kept', async () => {
  const answers = mibAnswers(interfaceMib(200))
  let round = 0
  const { device } = await site((q) => (round++ < 3 ? answers(q) : null), SOON)
  const outcome = await device.readColumns(INTERFACE_COLUMNS)
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.indexes.length).toBeGreaterThan(5)
  expect(outcome.value.stopped).toEqual({ kind: 'timeout', attempts: 3 })
})

test.each(['1', '2c'] as const)('v%s reads twenty columns of fifty interfaces exactly', async (version) => {
  const { device } = await site(mibAnswers(interfaceMib(50)), { credential: { version, community: 'public' } })
  for (const options of [{}, { expectRows: 50 }, { indexes: Array.from({ length: 50 }, (_, at) => String(at + 1)) }]) {
    const outcome = await device.readColumns(INTERFACE_COLUMNS, options)
    if (outcome.kind !== 'ok') throw new Error(outcome.kind)
    const { indexes, columns, stopped } = outcome.value
    expect(stopped).toBeNull()
    expect(indexes).toEqual(Array.from({ length: 50 }, (_, at) => String(at + 1)))
    expect(columns[0]?.numbers[49]).toBe(1_000_000_050)
    expect(exactAt(columns[10]!, 6)).toBe(2n ** 60n + 7n)
    expect(columns[19]?.numbers[0]).toBe(2 ** 60)
  }
})

test('the last rows of the MIB end the table without an error', async () => {
  const { device } = await site(mibAnswers(interfaceMib(3)), { maxRepetitions: 2 })
  const outcome = await device.walk(['1.3.6.1.2.1.31.1.1.1.18', '1.3.6.1.2.1.31.1.1.1.99'])
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.stopped).toBeNull()
  expect(outcome.value.rows[2]).toEqual({
    index: '3',
    values: [{ kind: 'counter64', value: 2n ** 60n + 3n }, undefined],
  })
})

test('columns with holes keep their rows apart', async () => {
  const mib = interfaceMib(30).filter((_varbind, at) => at % 7 !== 0)
  const { device } = await site(mibAnswers(mib))
  const outcome = await device.readColumns(INTERFACE_COLUMNS)
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  const { columns, indexes } = outcome.value
  const found = columns.reduce((sum, column) => sum + column.tags.filter((tag) => tag !== 0).length, 0)
  expect(found).toBe(mib.length)
  indexes.forEach((index, row) => {
    const first = columns[0]?.numbers[row] ?? Number.NaN
    if (!Number.isNaN(first)) expect(first).toBe(1_000_000_000 + Number(index))
  })
})

test('a device that says tooBig is asked for less until it can answer', async () => {
  const { device, engine } = await site(mibAnswers(interfaceMib(20), { maxVarbinds: 7 }), { retries: 0 })
  const outcome = await device.readColumns(INTERFACE_COLUMNS)
  expect(outcome).toMatchObject({ kind: 'ok', value: { stopped: null } })
  expect(engine.counters.tooBig).toBeGreaterThan(1)
})

test('a path that loses large answers is asked for smaller ones', async () => {
  const answers = mibAnswers(interfaceMib(40))
  const { device } = await site((q) => {
    const packet = answers(q)
    return packet.length > 700 ? null : packet
  }, SOON)
  const outcome = await device.readColumns(INTERFACE_COLUMNS)
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.indexes).toHaveLength(40)
  expect(outcome.value.stopped).toBeNull()
})

test('v1 names that the device lacks are missing, the others are read', async () => {
  const { device } = await site(mibAnswers([uptime]), { credential: { version: '1', community: 'public' } })
  const outcome = await device.get(['1.3.6.1.2.1.1.4.0', SYS_UPTIME, '1.3.6.1.2.1.1.9.0'])
  if (outcome.kind !== 'ok') throw new Error(outcome.kind)
  expect(outcome.value.map((v) => v.value.kind)).toEqual(['missing', 'timeticks', 'missing'])
})

test('an error status names itself', async () => {
  const { device, target } = await site((q) => response(q, [], { status: 16, index: 0 }))
  const outcome = await device.get([SYS_UPTIME])
  expect(outcome).toMatchObject({ kind: 'error', status: 'authorizationError' })
  expect(describeOutcome(outcome, target)).toContain('authorizationError')
})

test('questions to one device go one at a time, and too many waiting are refused', async () => {
  let open = 0
  let most = 0
  const { device, engine } = await site((q) => {
    open++
    most = Math.max(most, open)
    open--
    return response(q, [uptime])
  })
  const outcomes = await Promise.all(Array.from({ length: 80 }, () => device.get([SYS_UPTIME])))
  expect(most).toBe(1)
  expect(outcomes.filter((outcome) => outcome.kind === 'ok')).toHaveLength(64)
  expect(engine.counters.refused).toBe(16)
})

test('closing the engine ends open questions', async () => {
  const { device, engine } = await site(() => null, { timeoutMs: 20_000 })
  const open = device.get([SYS_UPTIME])
  await new Promise((resolve) => setImmediate(resolve))
  engine.close()
  expect((await open).kind).toBe('unreachable')
})

test('an address without a route is unreachable', async () => {
  const engine = createSnmpEngine()
  closers.push(() => engine.close())
  const target = { address: '255.255.255.255', credential: { version: '2c', community: 'x' } } as const
  const outcome = await engine.device(target).get([SYS_UPTIME])
  expect(outcome).toEqual({ kind: 'unreachable', detail: 'this machine forbids it' })
})
