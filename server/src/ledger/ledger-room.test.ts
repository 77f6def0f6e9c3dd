import { epochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { EventReport, Presence } from '@eyenet/shared/wire'
import { afterEach, expect, test } from 'vitest'
import { AGENT, at, CORE, EDGE, EPOCH, facts, ledgerWorld, MINUTE, minutes, PEER, SITE } from './ledger.testkit.ts'
import type { LateArrival } from './ledger.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world(options?: Parameters<typeof ledgerWorld>[0]) {
  const made = await ledgerWorld(options)
  closing.push(made.close)
  await made.ledger.receiveFacts(PEER, facts(CORE, 0))
  await made.ledger.receiveFacts(PEER, facts(EDGE, 0))
  return made
}
type World = Awaited<ReturnType<typeof world>>

async function states({ ledger }: World, from: number, to: number) {
  const { devices } = await ledger.query({ device: CORE, from: at(from), to: at(to), stepMs: 5 * MINUTE })
  return devices[0]?.intervals.map(({ state }) => state)
}

async function ratio({ store }: World, minute: number): Promise<number | undefined> {
  const expr = parseQuery(`eyenet_completeness_ratio{device="${CORE}"}`)
  const { result } = await store.query({ expr, start: at(minute), end: at(minute), step: 0, timeoutMs: 10_000 })
  return result.kind === 'vector' ? result.samples[0]?.value : undefined
}

function dropped(seq: number, from: number, to: number): Extract<EventReport, { kind: 'dropped' }> {
  const span = { from: at(from), to: at(to) }
  const devices = [{ device: CORE, samples: 400, ...span }]
  return {
    ...{ kind: 'dropped', epoch: EPOCH, seq, at: at(to), lane: 'samples', reason: 'quota' },
    ...{ samples: 500, ...span, devices },
  }
}

function birth(minute: number): Presence {
  return {
    ...{ kind: 'birth', agent: AGENT, epoch: EPOCH, version: '1', hostname: 'h', at: at(minute), revision: 0 },
    startedAt: at(minute),
    abilities: { ping: 'none', platform: 'x' },
  }
}

test('a line that was cut is awaited first; once the backlog is here it is late, and lost is what was dropped', async () => {
  const one = await world()
  await one.ledger.receivePresence(PEER, birth(0))
  await one.arrive([CORE, EDGE], minutes(1, 10))
  one.clock.now = at(33)
  await one.ledger.work()
  expect(await states(one, 0, 30)).toEqual(['complete', 'complete', 'awaited', 'awaited', 'awaited', 'awaited'])

  await one.ledger.dropped(PEER, dropped(7, 11, 15))
  await one.arrive([CORE, EDGE], minutes(16, 33))
  await one.ledger.work()
  expect(await states(one, 0, 30)).toEqual(['complete', 'complete', 'lost', 'late', 'late', 'late'])
  const { items } = await one.ledger.agents()
  expect(items).toEqual([{ agent: AGENT, site: SITE, lost: { quota: 500 }, lastLossAt: at(33) }])
})

test('a gap report that comes twice counts once', async () => {
  const one = await world()
  await one.ledger.dropped(PEER, dropped(7, 11, 15))
  await one.ledger.dropped(PEER, dropped(7, 11, 15))
  const { items } = await one.ledger.agents()
  expect(items[0]?.lost).toEqual({ quota: 500 })
})

test('what is lost is seen by increase(), from the first loss on', async () => {
  const one = await world()
  one.clock.now = at(20)
  await one.ledger.dropped(PEER, dropped(7, 11, 15))
  const expr = parseQuery('sum by (agent) (increase(eyenet_lost_samples_total[1h]))')
  const { result } = await one.store.query({ expr, start: at(21), end: at(21), step: 0, timeoutMs: 10_000 })
  expect(result).toMatchObject({ samples: [{ labels: { agent: AGENT } }] })
  expect(result.kind === 'vector' ? result.samples[0]?.value : undefined).toBeGreaterThanOrEqual(500)
})

test('an agent that was away from its last sample to its next start has not sampled', async () => {
  const one = await world()
  await one.ledger.receivePresence(PEER, birth(0))
  await one.arrive([CORE, EDGE], minutes(1, 10))
  one.clock.now = at(20)
  await one.ledger.receivePresence(PEER, birth(20))
  one.clock.now = at(33)
  await one.arrive([CORE, EDGE], minutes(21, 33))
  await one.ledger.work()
  expect((await states(one, 0, 20))?.slice(1)).toEqual(['complete', 'not-sampled', 'not-sampled'])
  const { devices } = await one.ledger.query({ device: CORE, from: at(10), to: at(20), stepMs: 5 * MINUTE })
  expect(devices[0]?.intervals[0]?.why).toEqual(['The agent did not run: its process or its machine had ended.'])
})

test('the share of each interval is written once it has ended, and again when what was missing has come', async () => {
  const arrivals: LateArrival[] = []
  const one = await world({ onLate: async (arrival) => void arrivals.push(arrival) })
  await one.arrive([CORE, EDGE], minutes(1, 5))
  one.clock.now = at(7)
  await one.ledger.work()
  expect(await ratio(one, 5)).toBe(1)
  await one.arrive([CORE], [6, 7, 8])
  one.clock.now = at(22)
  await one.ledger.work()
  expect([await ratio(one, 10), await ratio(one, 15)]).toEqual([0.6, 0])

  await one.arrive([CORE, EDGE], minutes(9, 22))
  one.clock.now = epochMs(at(22) + 30_000)
  await one.ledger.work()
  expect([await ratio(one, 10), await ratio(one, 15), await ratio(one, 20)]).toEqual([1, 1, 1])
  expect(arrivals).toEqual([{ agent: AGENT, site: SITE, devices: [CORE, EDGE], from: at(9), to: at(19) }])
  await one.ledger.work()
  expect(arrivals).toHaveLength(1)
})

test('a server that was killed works through what came late before', async () => {
  const arrivals: LateArrival[] = []
  const one = await world({ onLate: async (arrival) => void arrivals.push(arrival) })
  one.clock.now = at(60)
  await one.ledger.work()
  await one.arrive([CORE], minutes(11, 20))
  await one.ledger.work()
  expect(arrivals).toEqual([])
  await one.open().work()
  expect(arrivals).toMatchObject([{ from: at(11), to: at(20) }])
})

test('a device polled each half hour is rated over half an hour', async () => {
  const one = await world()
  one.clock.now = at(52)
  await one.ledger.receiveFacts(PEER, facts(CORE, 1, 1_800))
  await one.arrive([CORE], [30])
  await one.ledger.work()
  await one.arrive([CORE], [60])
  one.clock.now = at(62)
  await one.ledger.work()
  expect([await ratio(one, 50), await ratio(one, 60)]).toEqual([1, 1])
})

test('late samples of a clock that was decades off leave no work for the years in between', async () => {
  const arrivals: LateArrival[] = []
  const one = await world({ onLate: async (arrival) => void arrivals.push(arrival) })
  one.clock.now = at(60)
  await one.ledger.receiveFacts(PEER, facts(CORE, 1))
  one.ledger.stored({
    ...{ agent: AGENT, site: SITE, newest: at(30) },
    late: [
      { device: CORE, from: epochMs(86_400_000), to: epochMs(86_460_000), samples: 2 },
      { device: CORE, from: at(20), to: at(30), samples: 11 },
    ],
  })
  for (let turn = 0; turn < 4; turn += 1) {
    one.clock.now = epochMs(one.clock.now + 11_000)
    await one.ledger.work()
  }
  expect(arrivals.map(({ to }) => to)).toEqual([epochMs(86_400_000 + 6 * 3_600_000), at(30)])
})

test('a device that its agent began without is not expected any more, from its last poll on', async () => {
  const one = await world()
  await one.ledger.receivePresence(PEER, birth(0))
  await one.arrive([CORE, EDGE], minutes(1, 12))
  one.clock.now = at(12)
  await one.ledger.work()
  await one.ledger.receivePresence(PEER, birth(14))
  await one.ledger.receiveFacts(PEER, { ...facts(EDGE, 15), intervalSeconds: 30 })
  await one.arrive([EDGE], minutes(15, 27))
  one.clock.now = at(27)
  await one.ledger.work()
  expect(await ratio(one, 24)).toBe(0)
  await one.arrive([EDGE], minutes(28, 45))
  one.clock.now = at(45)
  await one.ledger.work()
  expect(await states(one, 0, 40)).toEqual([
    ...['complete', 'complete', 'complete', 'not-watched', 'not-watched', 'not-watched', 'not-watched', 'not-watched'],
  ])
  expect(await ratio(one, 40)).toBe(1)
  const { devices } = await one.ledger.query({ device: EDGE, from: at(30), to: at(45), stepMs: 5 * MINUTE })
  expect(devices).toHaveLength(1)
})

test('a device of which facts have not been told anew is expected still, as long as it is polled', async () => {
  const one = await world()
  await one.ledger.receivePresence(PEER, birth(0))
  await one.ledger.receivePresence(PEER, birth(14))
  // Each poll leaves a sample, answered or not.
  await one.arrive([CORE, EDGE], minutes(15, 60))
  one.clock.now = at(60)
  await one.ledger.work()
  const { devices } = await one.ledger.query({ device: CORE, from: at(50), to: at(55), stepMs: 5 * MINUTE })
  expect(devices).toHaveLength(1)
})

test('facts that were dropped are no samples that are lost', async () => {
  const one = await world()
  await one.ledger.dropped(PEER, { ...dropped(7, 11, 15), lane: 'facts' })
  const { items } = await one.ledger.agents()
  expect(items).toEqual([expect.objectContaining({ lost: {} })])
})
