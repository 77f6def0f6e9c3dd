import type { Anomaly } from '@eyenet/shared/api'
import { AgentId, DeviceId, epochMs, METRIC_NAME, SiteName } from '@eyenet/shared/identity'
import type { AnomalyReport } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AGENT, addDevice, anomalyWorld, at, CORE, ending, MINUTE, PEER, report, SITE } from './anomalies.testkit.ts'
import { AnomalyRecords } from './anomaly-records.ts'

const ALL = { limit: 100, shadow: false }

test('a verdict is one anomaly from its beginning to its end, with the words of the beginning', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(20)
  const began = report(3)
  await anomalies.receive(PEER, began)
  const [open] = (await anomalies.list(ALL)).items
  expect(open).toMatchObject({ device: CORE, deviceName: 'core', interface: 'ge-1', since: at(3), reason: 'above' })
  expect(open).not.toHaveProperty('endedAt')
  await anomalies.receive(PEER, ending(began, 9, { sentence: 'back again', value: 100 }))
  const { items, total } = await anomalies.list(ALL)
  expect(total).toBe(1)
  expect(items).toEqual([{ ...open, endedAt: at(9), closedBy: 'agent', score: 0.9 }])
})

/** Beginnings and ends of three verdicts on one series, and of one on the whole device. */
function reports(): AnomalyReport[] {
  const [one, two, three] = [report(1), report(10), report(20, { score: 0.55 })]
  const { series: _series, interface: _interface, ...device } = report(12)
  return [one, ending(one, 4), two, ending(two, 15, { score: 0.6 }), three, ending(three, 30), device]
}

test('reports that come twice, or in another order, leave the same anomalies', async () => {
  const all = reports()
  const comings = fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length, maxLength: 2 * all.length })
  const outcome = async (coming: readonly AnomalyReport[]) => {
    const { anomalies, clock, db } = await anomalyWorld()
    clock.now = at(60)
    for (const one of coming) await anomalies.receive(PEER, one)
    const { items } = await anomalies.list(ALL)
    await db.destroy()
    return items.map(({ id: _id, ...rest }) => rest)
  }
  const expected = await outcome(all)
  expect(expected).toHaveLength(4)
  await fc.assert(
    fc.asyncProperty(comings, async (coming) => {
      expect(await outcome(coming)).toEqual(expected)
    }),
    { numRuns: 25 },
  )
}, 240_000)

test('a later beginning of the same series ends what was never ended, and the agent has the last word', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  const lost = report(1)
  for (const one of [lost, report(10)]) await anomalies.receive(PEER, one)
  const ends = async () => (await anomalies.list(ALL)).items.map(({ endedAt, closedBy }) => [endedAt, closedBy])
  expect(await ends()).toEqual([
    [undefined, undefined],
    [at(10), 'server'],
  ])
  await anomalies.receive(PEER, ending(lost, 5))
  expect((await ends())[1]).toEqual([at(5), 'agent'])
})

test('models on trial judge apart: they are counted, and neither listed nor announced with the others', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  const told: Anomaly[] = []
  anomalies.onChange((one) => told.push(one))
  const began = report(1)
  await anomalies.receive(PEER, began)
  await anomalies.receive(PEER, { ...began, seq: began.seq + 1, shadow: true, model: 'lab-2' })
  await anomalies.receive(PEER, ending(began, 2))
  expect((await anomalies.list(ALL)).total).toBe(1)
  const [trial] = (await anomalies.list({ ...ALL, shadow: true })).items
  expect(trial).toMatchObject({ shadow: true, model: 'lab-2' })
  expect(told.map(({ shadow, endedAt }) => [shadow, endedAt])).toEqual([
    [false, undefined],
    [false, at(2)],
  ])
  await expect(anomalies.receive(PEER, report(4, { shadow: true }))).rejects.toThrow(/which model/)
})

test('what cannot be is refused: a series without a name, a time far ahead, a device of another site', async () => {
  const { anomalies, clock, db } = await anomalyWorld()
  clock.now = at(60)
  const nameless = report(1, { series: { name: '', labels: {} } })
  await expect(anomalies.receive(PEER, nameless)).rejects.toMatchObject({ code: 'invalid' })
  await expect(anomalies.receive(PEER, report(3 * 1440))).rejects.toMatchObject({ code: 'invalid' })
  const endless = { ...ending(report(1), 2), at: epochMs(9e15) }
  await expect(anomalies.receive(PEER, endless)).rejects.toMatchObject({ code: 'invalid' })
  const other = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a99')
  await addDevice(db, other, SiteName.parse('elsewhere'))
  await expect(anomalies.receive(PEER, report(1, { device: other }))).rejects.toMatchObject({ code: 'conflict' })
  await anomalies.receive(PEER, report(1, { device: DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a98') }))
  expect(anomalies.stats()).toMatchObject({ taken: 0, strangers: 1 })
})

test('the list is filtered, and paged without loss', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(600)
  for (let minute = 0; minute < 10; minute++) {
    const series = { name: 'icmp_rtt_seconds', labels: { site: SITE, device: CORE, n: `${minute % 5}` } }
    const began = report(minute, { series, reason: minute % 2 === 0 ? 'above' : 'flat', score: 0.5 + minute / 20 })
    await anomalies.receive(PEER, began)
    if (minute < 4) await anomalies.receive(PEER, ending(began, minute + 1, { score: 0.5 }))
  }
  const count = async (filter: object) => (await anomalies.list({ ...ALL, ...filter })).total
  expect(await count({})).toBe(10)
  expect(await count({ reason: 'flat' })).toBe(5)
  expect(await count({ active: false })).toBe(5)
  expect(await count({ minScore: 0.75 })).toBe(5)
  expect(await count({ from: at(2), to: at(4) })).toBe(3)
  expect(await count({ agent: AGENT, site: SITE, device: CORE })).toBe(10)
  expect(await count({ agent: AgentId.parse('0190aaaa-0000-7000-8000-000000000009') })).toBe(0)
  const seen: number[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = await anomalies.list({ ...ALL, limit: 3, ...(cursor !== '' && { cursor }) })
    seen.push(...page.items.map(({ since }) => since))
    cursor = page.next
  }
  expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(at))
  await expect(anomalies.list({ ...ALL, cursor: "1' OR 1=1" })).rejects.toMatchObject({ code: 'invalid' })
})

test('what a device had within minutes is one group, the strongest first', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(600)
  for (const [minute, n, score] of [
    [0, 'a', 0.6],
    [8, 'b', 0.95],
    [16, 'c', 0.7],
    [40, 'd', 0.6],
  ] as const) {
    const series = { name: 'ifInErrors', labels: { site: SITE, device: CORE, n } }
    await anomalies.receive(PEER, report(minute, { series, score }))
  }
  const { items, total } = await anomalies.grouped({ ...ALL, limit: 1 })
  expect(total).toBe(2)
  expect(items).toMatchObject([{ from: at(40), count: 1 }])
  const [second] = (await anomalies.grouped({ ...ALL, limit: 5, cursor: '1' })).items
  expect(second).toMatchObject({ from: at(0), count: 3, active: 3, score: 0.95, deviceName: 'core' })
  expect(second?.items.map(({ score }) => score)).toEqual([0.95, 0.7, 0.6])
})

test('people say what it was, change their mind, and take it back; training gets what stands', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  const began = report(1)
  for (const one of [began, ending(began, 5)]) await anomalies.receive(PEER, one)
  const [{ id } = { id: '' }] = (await anomalies.list(ALL)).items
  await anomalies.say(id, { kind: 'not-useful', comment: '=HYPERLINK("x")' }, 'ann')
  clock.now = at(61)
  expect(await anomalies.say(id, { kind: 'expected', comment: 'backup' }, 'bob')).toMatchObject({
    feedback: { kind: 'expected', comment: 'backup', by: 'bob', at: at(61) },
  })
  const range = { from: at(0), to: at(60) }
  const labels = { [METRIC_NAME]: 'ifHCInOctets', site: SITE, device: CORE, interface: 'ge-1' }
  expect(await anomalies.feedbackFor(range)).toEqual([
    { device: CORE, labels, from: at(1), to: at(5), kind: 'expected', reason: 'above', at: at(61) },
  ])
  expect((await anomalies.list({ ...ALL, feedback: 'expected' })).total).toBe(1)
  expect((await anomalies.list({ ...ALL, feedback: 'none' })).total).toBe(0)
  await anomalies.takeBack(id, 'bob')
  expect(await anomalies.feedbackFor(range)).toEqual([])
  await expect(anomalies.takeBack(id, 'bob')).rejects.toMatchObject({ code: 'not_found' })
  const { said } = (await anomalies.get(id)) ?? {}
  expect(said).toMatchObject([
    { kind: 'expected', by: 'bob', takenBackBy: 'bob' },
    { kind: 'not-useful', by: 'ann', takenBackBy: 'bob' },
  ])
  await expect(anomalies.say(AGENT, { kind: 'real', comment: '' }, 'ann')).rejects.toMatchObject({ code: 'not_found' })
})

test('one anomaly comes with what its device had beside it and what its series had before', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(6000)
  const beside = { name: 'ifInErrors', labels: { site: SITE, device: CORE } }
  const former = report(1)
  for (const one of [former, ending(former, 2), report(3000), report(3004, { series: beside })]) {
    await anomalies.receive(PEER, one)
  }
  const [, newest] = (await anomalies.list(ALL)).items
  const found = await anomalies.get(newest?.id ?? '')
  expect(found?.before.map(({ since }) => since)).toEqual([at(1)])
  expect(found?.together.map(({ series }) => series?.name)).toEqual(['ifInErrors'])
})

test('an anomaly whose device or agent is removed is over', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  await anomalies.receive(PEER, report(1))
  await anomalies.deviceRemoved(CORE)
  expect((await anomalies.list(ALL)).items).toMatchObject([{ endedAt: at(60), closedBy: 'server' }])
  await anomalies.receive(PEER, report(70))
  clock.now = at(80)
  await anomalies.agentRemoved(AGENT)
  expect((await anomalies.list({ ...ALL, active: true })).total).toBe(0)
})

test('of too many anomalies of one agent the oldest go, those that people spoke of last', async () => {
  const { anomalies, clock, db } = await anomalyWorld()
  clock.now = at(60)
  await anomalies.receive(PEER, report(0))
  const [{ id } = { id: '' }] = (await anomalies.list(ALL)).items
  await anomalies.say(id, { kind: 'real', comment: '' }, 'ann')
  const records = new AnomalyRecords(db, 4)
  for (let minute = 1; minute < 12; minute++) await records.take(PEER, report(minute), clock.now)
  const kept = (await anomalies.list(ALL)).items.map(({ since }) => (since - at(0)) / MINUTE)
  expect(kept).toContain(0)
  expect(kept).toContain(11)
  expect(kept.length).toBeLessThanOrEqual(8)
})

test('old anomalies are forgotten, those that people spoke of a year later', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  const [one, two] = [report(1), report(10)]
  for (const each of [one, ending(one, 2), two, ending(two, 12)]) await anomalies.receive(PEER, each)
  const [{ id } = { id: '' }] = (await anomalies.list(ALL)).items
  await anomalies.say(id, { kind: 'real', comment: '' }, 'ann')
  clock.now = epochMs(at(60) + 500 * 1440 * MINUTE)
  await anomalies.work()
  expect((await anomalies.list(ALL)).items.map((each) => each.id)).toEqual([id])
  clock.now = epochMs(at(60) + 900 * 1440 * MINUTE)
  await anomalies.work()
  expect((await anomalies.list(ALL)).total).toBe(0)
})

test('hostile strings of a device are kept as they are', async () => {
  const { anomalies, clock } = await anomalyWorld()
  clock.now = at(60)
  const nasty = `'; DROP TABLE anomalies; --\u0000\u202e<script>\ud800`
  await anomalies.receive(PEER, report(1, { series: { name: 'x', labels: { interface: nasty } }, sentence: nasty }))
  const [one] = (await anomalies.list(ALL)).items
  expect(one?.series?.labels.interface).toBe(nasty)
})
