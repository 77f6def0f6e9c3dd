import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ERROR_STATUS, TAG } from './ber-tag.ts'
import { deviceOf, START, siteWith } from './demo-site.testkit.ts'
import { ask, requestOf, responseOf, walk } from './manager.testkit.ts'
import { createResponder } from './responder.ts'

const SYS_DESCR = '1.3.6.1.2.1.1.1'
const SYS_NAME = '1.3.6.1.2.1.1.5'
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
const IF_HC_IN = '1.3.6.1.2.1.31.1.1.1.6'
const LAST = '1.3.6.1.6.3.10.2.1.4.0'
const device = deviceOf(siteWith(), 'access-1')
const agent = { view: device.views.at(START), community: Buffer.from('public'), maxMessageBytes: 65_507 }
const names = (of: ReturnType<typeof ask>) => of?.varbinds.map(({ name }) => name)
const tags = (of: ReturnType<typeof ask>) => of?.varbinds.map(({ tag }) => tag)

test('GET tells an object that is not there from an instance that is not there', () => {
  const answer = ask(
    device,
    { tag: TAG.get, names: [`${SYS_NAME}.0`, SYS_NAME, `${SYS_NAME}.1`, '1.3.6.1.2.1.99999', '0.0'] },
    START,
  )
  expect(tags(answer)).toEqual([TAG.octets, TAG.noSuchInstance, TAG.noSuchInstance, TAG.noSuchObject, TAG.noSuchObject])
  expect(answer?.status).toBe(0)
})

test('GETNEXT finds the first object after any name, and the end', () => {
  const next = (name: string) => ask(device, { tag: TAG.getNext, names: [name] }, START)
  expect(names(next('0.0'))).toEqual(['1.0.8802.1.1.2.1.3.1.0'])
  expect(names(next('1.3.6.1.2.1.1'))).toEqual([`${SYS_DESCR}.0`])
  expect(names(next(`${SYS_DESCR}.0`))).toEqual(['1.3.6.1.2.1.1.2.0'])
  expect(names(next(`${IF_NAME}.9.4`))).toEqual([`${IF_NAME}.10`])
  expect(names(next(`${IF_NAME}.4294967295`))).toEqual(['1.3.6.1.2.1.31.1.1.1.2.9'])
  expect([names(next(LAST)), tags(next(LAST))]).toEqual([[LAST], [TAG.endOfMibView]])
})

test('a walk by GETNEXT and one by GETBULK see the same names in the same order', () => {
  const single = walk(device, '1', START).map(({ name }) => name)
  const bulk: string[] = []
  for (let from = '1', ended = false; !ended; ) {
    const answer = ask(device, { tag: TAG.getBulk, names: [from], second: 37 }, START)
    for (const { name, tag } of answer?.varbinds ?? []) {
      if (tag === TAG.endOfMibView) ended = true
      else bulk.push(name)
    }
    from = bulk.at(-1) ?? ''
  }
  expect(bulk).toEqual(single)
  expect(single.length).toBeGreaterThan(1_000)
})

test('GETBULK gives non-repeaters once and the rest in turn', () => {
  const plan = { tag: TAG.getBulk, names: [SYS_NAME, IF_NAME, IF_HC_IN], first: 1, second: 2 }
  expect(names(ask(device, plan, START))).toEqual([
    `${SYS_NAME}.0`,
    `${IF_NAME}.9`,
    `${IF_HC_IN}.9`,
    `${IF_NAME}.10`,
    `${IF_HC_IN}.10`,
  ])
})

test.each([
  { what: 'no names', names: [], first: 0, second: 10, varbinds: 0 },
  { what: 'no repetitions', names: [SYS_NAME, IF_NAME], first: 1, second: 0, varbinds: 1 },
  { what: 'negative counts, taken as 0', names: [SYS_NAME], first: -3, second: -1, varbinds: 0 },
  { what: 'more non-repeaters than names', names: [SYS_NAME, IF_NAME], first: 99, second: 10, varbinds: 2 },
  { what: 'the end, told once', names: [LAST], first: 0, second: 50, varbinds: 1 },
  { what: 'the end in one chain only', names: [LAST, SYS_DESCR], first: 0, second: 3, varbinds: 6 },
])('GETBULK with $what', ({ varbinds, ...plan }) => {
  const answer = ask(device, { tag: TAG.getBulk, ...plan }, START)
  expect([answer?.status, answer?.varbinds.length]).toEqual([0, varbinds])
})

test('GETBULK with the largest counts stays within the limit of the agent and loses nothing at the cut', () => {
  for (const maxMessageBytes of [484, 1_472, 8_192, 65_507]) {
    const plan = { tag: TAG.getBulk, names: ['1.3.6.1.2.1.2'], second: 0x7fffffff, maxMessageBytes }
    const answer = ask(device, plan, START)
    expect(answer?.length).toBeLessThanOrEqual(maxMessageBytes)
    const expected = walk(device, '1', START).map(({ name }) => name)
    const from = expected.indexOf('1.3.6.1.2.1.2.1.0')
    const got = names(answer)?.filter((_, at) => answer?.varbinds[at]?.tag !== TAG.endOfMibView)
    expect(got).toEqual(expected.slice(from, from + (got?.length ?? 0)))
    expect(got?.length).toBeGreaterThan(10)
  }
})

test('a GET whose answer is too large gets tooBig: without varbinds in 2c, with those of the request in 1', () => {
  const plan = { tag: TAG.get, names: Array.from({ length: 40 }, () => `${SYS_DESCR}.0`), maxMessageBytes: 1_472 }
  const modern = ask(device, plan, START)
  expect([modern?.status, modern?.index, modern?.varbinds.length]).toEqual([ERROR_STATUS.tooBig, 0, 0])
  const old = ask(device, { ...plan, version: 0 }, START)
  expect([old?.status, old?.varbinds.length]).toEqual([ERROR_STATUS.tooBig, 40])
})

test('version 1 has noSuchName in place of exceptions, and no 64-bit counters', () => {
  const old = (tag: number, ...asked: string[]) => ask(device, { tag, names: asked, version: 0 }, START)
  const missing = old(TAG.get, `${SYS_NAME}.0`, '1.3.6.1.2.1.99999.0')
  expect([missing?.status, missing?.index, tags(missing)]).toEqual([ERROR_STATUS.noSuchName, 2, [TAG.null, TAG.null]])
  expect(old(TAG.get, `${IF_HC_IN}.9`)?.status).toBe(ERROR_STATUS.noSuchName)
  expect(names(old(TAG.getNext, '1.3.6.1.2.1.31.1.1.1.5.45'))).toEqual(['1.3.6.1.2.1.31.1.1.1.14.9'])
  expect(old(TAG.getNext, LAST)?.status).toBe(ERROR_STATUS.noSuchName)
  expect(old(TAG.getBulk, SYS_NAME)).toBeUndefined()
})

test('SET is refused, another community is not answered', () => {
  expect(ask(device, { tag: TAG.set, names: [`${SYS_NAME}.0`] }, START)?.status).toBe(ERROR_STATUS.noAccess)
  const strange = requestOf({ tag: TAG.get, names: [], community: 'private' })
  expect(createResponder()(agent, strange, START)).toEqual({ kind: 'unknown_community' })
})

test('damaged datagrams never crash the agent, and what it answers stays readable', () => {
  const respond = createResponder()
  const sound = [
    requestOf({ tag: TAG.get, names: [`${SYS_NAME}.0`, `${IF_HC_IN}.9`] }),
    requestOf({ tag: TAG.getBulk, names: [IF_NAME, '1'], second: 40 }),
    requestOf({ tag: TAG.getNext, names: ['1.3', '2.999.4294967295'], version: 0 }),
  ]
  const damage = fc.record({
    base: fc.constantFrom(...sound),
    flips: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
    cut: fc.option(fc.nat(200)),
  })
  const damaged = damage.map(({ base, flips, cut }) => {
    const bytes = Buffer.from(base)
    for (const [at, octet] of flips) if (at < bytes.length) bytes[at] = octet
    return cut === null ? bytes : bytes.subarray(0, cut)
  })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (datagram) => {
      const answer = respond(agent, datagram, START)
      if (answer.kind === 'reply') expect(answer.bytes.length).toBeLessThanOrEqual(65_507)
    }),
    { numRuns: 20_000 },
  )
})

test('names at the limits of BER come back as they were sent', () => {
  const asked = ['2.999.4294967295', `1.3${'.4294967295'.repeat(126)}`, '0.39', '1.39.127.128.16383.16384']
  const answer = responseOf(
    (createResponder()(agent, requestOf({ tag: TAG.get, names: asked }), START) as { bytes: Uint8Array }).bytes,
  )
  expect(names(answer)).toEqual(asked)
})
