import { epochMs } from '@eyenet/shared/identity'
import { afterEach, expect, test } from 'vitest'
import { FakeEngine } from './fake-engine.testkit.ts'
import { batchOf, forwardingFolder, named, numbers, until } from './forwarding.testkit.ts'

const ALWAYS = { from: epochMs(0), to: epochMs(Date.UTC(2030, 0, 1)) }
const opened: { remove(): Promise<void> }[] = []

function setUp() {
  const engine = new FakeEngine()
  const folder = forwardingFolder(engine)
  opened.push(folder)
  return { engine, folder, time: folder.time }
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.remove()
})

test('what is accepted arrives, and its log goes once the engine has it for good', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open()
  await core.append(batchOf(core, numbers(0, 100), 1))
  await until(() => engine.values().length === 100)
  expect(core.forwarding()).toMatchObject({ sent: 100, owedBytes: 0, trouble: undefined })
  const before = core.stats().logBytes
  for (let i = 0; i < 4; i++) {
    time.pass(61_000)
    await core.maintain()
    await until(() => core.forwarding().owedBytes === 0)
  }
  expect(core.stats().logBytes).toBeLessThan(before / 2)
  expect(core.marks('a/b/c')).toEqual([{ first: 1, last: 1 }])
})

test('an engine that is away loses nothing, and new data goes before what waited', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open({ liveSamplesMax: 20_000 })
  engine.isAway = true
  // More than waits in memory.
  for (let seq = 0; seq < 60; seq++) await core.append(batchOf(core, numbers(seq * 1500, seq * 1500 + 1500), seq))
  await until(() => core.forwarding().trouble !== undefined && time.waits > 0)
  expect(engine.values()).toEqual([])
  engine.isAway = false
  engine.requests.length = 0
  await core.append(batchOf(core, [1_000_000], 60))
  time.pass(31_000)
  await until(() => core.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual([...numbers(0, 90_000), 1_000_000])
  expect(engine.blindRepeats).toBe(0)
  const order = engine.requests.map(({ values }) => Math.max(...values))
  // What waited in memory and is newest arrives before what lies on the disk.
  const first = order.findIndex((value) => value < 60_000)
  expect(first).toBeGreaterThan(order.indexOf(1_000_000))
})

test('while it catches up, a new batch waits for no more than the request that is under way', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open({ liveSamplesMax: 20_000 })
  engine.isAway = true
  for (let seq = 0; seq < 60; seq++) await core.append(batchOf(core, numbers(seq * 1500, seq * 1500 + 1500), seq))
  await core.close()
  await folder.kill()
  engine.isAway = false
  const behind: number[] = []
  let waiting = -1
  const again = await folder.open({ liveSamplesMax: 20_000 })
  let seq = 60
  engine.onWrite = async () => {
    const isNew = Math.max(...(engine.requests.at(-1)?.values ?? [])) >= 1_000_000
    if (isNew && waiting >= 0) {
      behind.push(engine.requests.length - 1 - waiting)
      waiting = -1
    }
    if (!isNew && waiting < 0 && seq < 70) {
      waiting = engine.requests.length
      await again.append(batchOf(again, [1_000_000 + seq], seq++))
    }
    time.pass(1)
  }
  await until(() => {
    time.pass(50)
    return again.forwarding().owedBytes === 0 && seq === 70
  })
  expect(engine.values()).toHaveLength(90_010)
  expect(Math.max(...behind)).toBeLessThanOrEqual(1)
})

test('a batch of which the answer was lost is announced as one that may be there', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open()
  engine.losesAnswers = true
  await core.append(batchOf(core, numbers(0, 50), 1))
  await until(() => time.waits > 0)
  engine.losesAnswers = false
  time.pass(31_000)
  await until(() => core.forwarding().owedBytes === 0)
  expect(engine.requests.at(-1)?.maybeThere).toBe(true)
  expect(engine.blindRepeats).toBe(0)
  expect(engine.values()).toEqual(numbers(0, 50))
})

test('what an engine took before it was killed is sent again', async () => {
  const { engine, folder, time } = setUp()
  engine.settleMs = 30_000
  const core = await folder.open()
  await core.append(batchOf(core, numbers(0, 50), 1))
  await until(() => engine.values().length === 50)
  time.pass(11_000)
  await core.maintain()
  await until(() => core.forwarding().owedBytes === 0)
  engine.kill()
  expect(engine.values()).toEqual([])
  time.pass(11_000)
  await core.maintain()
  await until(() => core.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual(numbers(0, 50))
})

test('a kill of this side at any moment loses nothing and repeats nothing blindly', async () => {
  const { engine, folder, time } = setUp()
  let core = await folder.open()
  let next = 0
  const arrival = () =>
    until(() => {
      time.pass(100)
      return engine.isAway || core.forwarding().owedBytes === 0
    })
  for (let round = 0; round < 12; round++) {
    engine.isAway = round % 3 === 1
    for (let i = 0; i < 6; i++) {
      await core.append(batchOf(core, numbers(next, next + 40), next / 40))
      next += 40
      if (i === round % 6) await core.maintain()
    }
    if (round % 2 === 0) await arrival()
    if (round % 4 === 3) {
      time.pass(61_000)
      await core.maintain()
    }
    await folder.kill()
    await core.close()
    core = await folder.open()
    expect(core.marks('a/b/c')).toEqual([{ first: 0, last: next / 40 - 1 }])
  }
  engine.isAway = false
  await arrival()
  expect(engine.values()).toEqual(numbers(0, next))
  expect(engine.blindRepeats).toBe(0)
})

test('columns that are used again after the answer change nothing', async () => {
  const { engine, folder } = setUp()
  const core = await folder.open()
  const batch = batchOf(core, numbers(0, 50), 1)
  await core.append(batch)
  for (const column of [batch.refs, batch.times, batch.values]) if (typeof column !== 'number') column.fill(0)
  await until(() => core.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual(numbers(0, 50))
})

test('samples that the engine refuses are found, dropped and counted; their neighbours arrive', async () => {
  const { engine, folder } = setUp()
  engine.refuses = (_, value) => value % 97 === 5
  const core = await folder.open()
  await core.append(batchOf(core, numbers(0, 1000), 1))
  await until(() => core.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual(numbers(0, 1000).filter((value) => value % 97 !== 5))
  expect(core.forwarding()).toMatchObject({ dropped: 11, sent: 989 })
})

test('a question sees what was accepted and has not arrived', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open()
  await core.append(batchOf(core, [0, 7], 1))
  await until(() => core.forwarding().owedBytes === 0)
  const answer = new AbortController()
  engine.onWrite = () => time.wait(1000, answer.signal)
  await core.append(batchOf(core, [14], 2))
  const matchers = [{ name: 'name', op: '=' as const, value: 's0' }]
  const [found] = await core.select({ matchers, ...ALWAYS })
  expect([...(found?.values ?? [])]).toEqual([0, 7, 14])
  expect(await core.labelValues('name', { matchers: [], ...ALWAYS })).toEqual(['s0'])
  engine.isAway = true
  await expect(core.select({ matchers, ...ALWAYS })).rejects.toMatchObject({ code: 'unavailable' })
  answer.abort()
})

test('what was deleted does not come back from the log', async () => {
  const { engine, folder, time } = setUp()
  const core = await folder.open()
  await core.append(batchOf(core, [0, 1], 1))
  await until(() => core.forwarding().owedBytes === 0)
  engine.losesAnswers = true
  await core.append(batchOf(core, [7, 8], 2))
  await until(() => time.waits > 0)
  engine.losesAnswers = false
  expect(await core.delete([{ name: 'name', op: '=', value: 's0' }])).toBe(1)
  await core.append(batchOf(core, [21], 3))
  await folder.kill()
  await core.close()
  time.pass(31_000)
  const again = await folder.open()
  await until(() => again.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual([1, 8, 21])
  expect((await again.select({ matchers: [], ...ALWAYS })).map(({ labels }) => labels).sort()).toEqual(
    [named('s1'), named('s0')].sort(),
  )
})

test('beyond the bytes that may wait nothing is accepted, until the engine has some', async () => {
  const { engine, folder, time } = setUp()
  engine.isAway = true
  const core = await folder.open({ maxLogBytes: 20_000 })
  await core.append(batchOf(core, numbers(0, 1000), 1))
  const refused = core.append(batchOf(core, numbers(1000, 2000), 2))
  await expect(refused).rejects.toThrow(/no more than 20000 may; bring it back, or raise maxLogBytes/)
  engine.isAway = false
  for (let i = 0; i < 6; i++) {
    time.pass(61_000)
    await until(() => core.forwarding().owedBytes === 0)
    await core.maintain()
  }
  expect(await core.append(batchOf(core, numbers(1000, 2000), 2))).toMatchObject({ kind: 'stored', samples: 1000 })
})

test('a damaged piece of the log is counted, and what lies in other segments is sent', async () => {
  const { engine, folder, time } = setUp()
  engine.isAway = true
  const core = await folder.open()
  for (let seq = 0; seq < 3; seq++) {
    await core.append(batchOf(core, numbers(seq * 10, seq * 10 + 10), seq))
    time.pass(61_000)
    await core.maintain()
  }
  await core.close()
  await folder.damage(1)
  engine.isAway = false
  const again = await folder.open()
  await until(() => again.forwarding().owedBytes === 0)
  expect(engine.values()).toEqual(numbers(10, 30))
  expect(again.stats().damagedLogBytes).toBeGreaterThan(0)
})
