import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { type ConversationOptions, openConversation } from './conversation.ts'
import { noCounts } from './counters.ts'
import { inBackground } from './in-background.ts'
import { decodeVarbinds, encodeVarbinds, type SnmpRequest, TAG } from './message.ts'
import { parseOid } from './oid.ts'
import { PacketBudget } from './packet-budget.ts'
import { firstSizing, type Learnt, learntOf, sizingOf } from './sizing.ts'
import type { Reply } from './transport.ts'

const IF_IN = parseOid('1.3.6.1.2.1.2.2.1.10')

/** A device whose behaviour a test writes, and every request that it got with the time at which it came. */
function world(behave: (request: SnmpRequest, count: number) => Reply, extra: Partial<ConversationOptions> = {}) {
  const clock = new FakeClock(0)
  const asked: { request: SnmpRequest; atMs: number }[] = []
  const timers = { after: clock.after.bind(clock), nowMs: () => clock.monotonicMs() }
  const conversation = openConversation({
    counters: noCounts(),
    timers,
    random: () => 0,
    timeoutMs: 2_000,
    retries: 2,
    maxRepetitions: 1_000,
    link: {
      hasBulk: true,
      close: () => undefined,
      ask(request, timeoutMs) {
        asked.push({ request, atMs: clock.monotonicMs() })
        const reply = behave(request, asked.length)
        if (reply.kind !== 'timeout') return Promise.resolve(reply)
        return new Promise((resolve) => clock.after(timeoutMs, () => resolve(reply)))
      },
    },
    ...extra,
  })
  /** Lets time go by until something is there. */
  const passing = async <T>(wanted: Promise<T>): Promise<T> => {
    let open = true
    const done = wanted.finally(() => {
      open = false
    })
    await clock.advance(0)
    while (open) await clock.advance(50)
    return done
  }
  const ask = (pdu: SnmpRequest['pdu'] = 'get') => {
    const plan = (varbinds: number) => ({ pdu, oids: [IF_IN], repetitions: pdu === 'getBulk' ? varbinds : 1 })
    return passing(conversation.ask(plan))
  }
  return { conversation, clock, asked, ask, passing }
}

function answered(request: SnmpRequest): Reply {
  const count = request.oids.length * request.repetitions
  const packet = encodeVarbinds(
    Array.from({ length: count }, (_, at) => ({
      name: parseOid(`1.3.6.1.2.1.2.2.1.10.${at + 1}`),
      tag: TAG.counter32,
      content: Uint8Array.of(1),
    })),
  )
  const varbinds = decodeVarbinds(packet, 0, packet.length)
  if (typeof varbinds === 'string') throw new Error(varbinds)
  return { kind: 'answer', errorStatus: 0, errorIndex: 0, varbinds, size: packet.length }
}
const silent: Reply = { kind: 'timeout', attempts: 1 }

test('no device gets more than its rate over any time, and no more than two seconds of it at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(400), { maxLength: 400 }), (rate, pauses) => {
      const budget = new PacketBudget(rate)
      const sent: number[] = []
      let nowMs = 0
      for (const pause of pauses) {
        nowMs += pause % 7 === 0 ? pause : 0
        // One at a time: the next is asked for when the last was sent.
        nowMs += budget.take(nowMs)
        sent.push(nowMs)
      }
      for (const [at, from] of sent.entries()) {
        for (let to = at; to < sent.length; to++) {
          const seconds = ((sent[to] ?? 0) - from) / 1_000
          expect(to - at + 1).toBeLessThanOrEqual(rate * seconds + 2 * rate + 1e-6)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('a device is asked a hundred times a second over time, wherever the questions come from', async () => {
  const { conversation, clock, asked } = world((request) => answered(request))
  let open = true
  const many = (async () => {
    while (open) await conversation.ask(() => ({ pdu: 'get', oids: [IF_IN], repetitions: 1 }))
  })()
  for (let step = 0; step < 1_000; step++) await clock.advance(10)
  open = false
  await clock.advance(1_000)
  await many
  expect(asked.length).toBeGreaterThan(900)
  expect(asked.length).toBeLessThanOrEqual(1_200 + 100)
})

test('what is asked in the background keeps to a quarter of the pace, and a question in between waits for none of it', async () => {
  const { conversation, clock, asked } = world((request) => answered(request))
  const timers = { after: clock.after.bind(clock), nowMs: () => clock.monotonicMs() }
  const slow = inBackground(conversation, { timers, maxRequestsPerSecond: undefined })
  const plan = (): SnmpRequest => ({ pdu: 'get', oids: [IF_IN], repetitions: 1 })
  const many = Promise.all(Array.from({ length: 50 }, () => slow.ask(plan)))
  for (let step = 0; step < 100; step++) await clock.advance(10)
  expect(asked.length).toBe(26)
  await clock.advance(10)
  const before = asked.length
  const poll = Promise.all(Array.from({ length: 20 }, () => conversation.ask(plan)))
  await poll
  expect(asked.slice(before).map(({ atMs }) => atMs)).toEqual(new Array(20).fill(1_010))
  await clock.advance(1_000)
  await many
  expect(asked.at(49 + 20)?.atMs).toBe(1_960)
})

test('waits grow and have jitter, so that devices which fell silent together are not asked together', async () => {
  const plain = world(() => silent)
  await plain.ask()
  expect(plain.asked.map(({ atMs }) => atMs)).toEqual([0, 2_000, 5_000])
  const spread = world(() => silent, { random: () => 0.5 })
  await spread.ask()
  expect(spread.asked.map(({ atMs }) => atMs)).toEqual([0, 2_200, 5_500])
})

test('a device that stays silent is asked fewer times, and gets full service with its first answer', async () => {
  let isDead = true
  const { ask, asked } = world((request) => (isDead ? silent : answered(request)))
  const triesOfOne = async () => {
    const before = asked.length
    await ask()
    return asked.length - before
  }
  expect([await triesOfOne(), await triesOfOne(), await triesOfOne(), await triesOfOne(), await triesOfOne()]).toEqual([
    3, 3, 2, 1, 1,
  ])
  isDead = false
  expect(await triesOfOne()).toBe(1)
  isDead = true
  expect(await triesOfOne()).toBe(5)
})

test('a device that answered a moment ago is not given up when four tries in a row are lost', async () => {
  let lost = 0
  const { ask } = world((request, count) => (count > 1 && ++lost % 5 !== 0 ? silent : answered(request)))
  for (let round = 0; round < 20; round++) expect((await ask()).kind).toBe('answer')
})

test('one lost answer says nothing about sizes, two in a row do', async () => {
  let loseNext = false
  const { ask, asked, conversation } = world((request) => {
    const lose = loseNext
    loseNext = false
    return lose ? silent : answered(request)
  })
  await ask('getBulk')
  const before = conversation.learnt.varbinds
  for (let round = 0; round < 6; round++) {
    loseNext = round % 2 === 0
    await ask('getBulk')
  }
  expect(conversation.learnt.varbinds).toBeGreaterThanOrEqual(before)
  for (let round = 0; round < 2; round++) {
    loseNext = true
    await ask('getBulk')
  }
  expect(conversation.learnt.varbinds).toBeLessThan(before)
  expect(conversation.learnt.ceiling).not.toBeNull()
  expect(asked.at(-1)?.request.repetitions).toBeLessThan(before)
})

test('what was learnt of a device is plain JSON and holds after a restart', async () => {
  const first = world((request) => (request.pdu === 'getBulk' ? silent : answered(request)))
  await first.ask('get')
  const { conversation } = first
  const walk = conversation.ask((varbinds) => ({
    pdu: conversation.hasBulk ? 'getBulk' : 'getNext',
    oids: [IF_IN],
    repetitions: conversation.hasBulk ? varbinds : 1,
  }))
  expect((await first.passing(walk)).kind).toBe('answer')
  const learnt: Learnt = JSON.parse(JSON.stringify(conversation.learnt))
  expect(learnt.bulk).toBe('ignored')
  const second = world((request) => answered(request), { learnt: { ...learnt, varbinds: 7, ceiling: 9 } })
  expect(second.conversation.hasBulk).toBe(false)
  expect(second.conversation.learnt).toEqual({ varbinds: 7, ceiling: 9, bulk: 'ignored' })
})

test('a device that once ignored GETBULK is tried with it again after many answers', async () => {
  const { conversation, ask } = world((request) => answered(request), {
    learnt: { varbinds: 20, ceiling: null, bulk: 'ignored' },
    maxRequestsPerSecond: 1e9,
  })
  for (let round = 0; round < 5_000 && !conversation.hasBulk; round++) {
    await conversation.ask(() => ({ pdu: 'getNext', oids: [IF_IN], repetitions: 1 }))
  }
  expect(conversation.hasBulk).toBe(true)
  await ask('getBulk')
  expect(conversation.learnt.bulk).toBe('works')
})

test.each([
  { varbinds: -1, ceiling: null, bulk: 'works' },
  { varbinds: 1e9, ceiling: 3, bulk: 'works' },
  { varbinds: Number.NaN, ceiling: null, bulk: 'works' },
] as const)('learnt sizes that make no sense are not believed: %j', (learnt) => {
  expect(sizingOf(learnt)).toEqual(firstSizing)
})

test('learnt sizes survive any number of restarts', () => {
  const sizes = fc.record({
    varbinds: fc.integer({ min: 1, max: 1_000 }),
    ceiling: fc.option(fc.integer({ min: 2, max: 1_000 })),
  })
  fc.assert(
    fc.property(sizes, (some) => {
      const learnt: Learnt = { ...some, bulk: 'works' }
      expect(learntOf(sizingOf(learnt), learnt.bulk)).toEqual(learnt)
    }),
  )
})
