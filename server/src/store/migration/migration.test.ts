import { epochMs, type Labels } from '@eyenet/shared/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EmbeddedStore } from '../embedded/embedded.ts'
import { EVERYTHING, storeFolder } from '../embedded/store.testkit.ts'
import { FakeEngine } from '../forwarding/fake-engine.testkit.ts'
import { FakeTime } from '../forwarding/forwarding.testkit.ts'
import { Migration, type MigrationOptions, type MigrationProgress } from './migration.ts'
import { BEGINNING, type MigrationState } from './migration-state.ts'

const DAY_MS = 86_400_000
const FIRST = Date.UTC(2025, 9, 1)
const folder = storeFolder()
let source: EmbeddedStore
let count = 0

beforeAll(async () => {
  source = await folder.open()
  // Of several lengths, over months, and one whose labels another has too.
  const series: Labels[] = [
    { n: 'a' },
    { n: 'a', more: 'x' },
    ...Array.from({ length: 30 }, (_, n) => ({ n: `s${n}` })),
  ]
  for (const [n, labels] of series.entries()) {
    const length = 5 + ((n * 37) % 120)
    const ref = source.seriesIndex({ __name__: n % 2 === 0 ? 'even' : 'odd', ...labels })
    await source.append({
      refs: new Int32Array(length).fill(ref),
      times: Float64Array.from({ length }, (_, i) => FIRST + i * DAY_MS * 0.75 + n),
      values: Float64Array.from({ length }, (_, i) => n * 1000 + i),
    })
    count += length
  }
})
afterAll(async () => {
  await source.close()
  await folder.remove()
})

function stateOf(plan: Partial<MigrationState['plan']> = {}): MigrationState {
  const whole = { target: 'fake', match: '', from: 0, until: Date.UTC(2026, 6, 1), ...plan }
  const counts = { samples: 0, refused: 0, unstorable: 0 }
  return { format: 1, plan: whole, safe: BEGINNING, sentTo: BEGINNING, ...counts, isDone: false }
}

type Given = Partial<MigrationOptions> & { readonly engine: FakeEngine }

/** A migration whose waits pass at once, and whose groups take three seconds. */
function migration({ engine, ...more }: Given): Migration {
  const time = new FakeTime()
  const { onWrite } = engine
  engine.onWrite = () => {
    time.pass(3_000)
    return onWrite()
  }
  const options: MigrationOptions = {
    ...{ source, engine, matchers: [], state: stateOf(), save: async () => {}, progress: () => {} },
    clock: { now: () => time.now },
    wait: async (ms) => time.pass(ms),
    random: () => 0.5,
    signal: new AbortController().signal,
    groupSamples: 64,
    ...more,
  }
  return new Migration(options)
}

async function expectAll(engine: FakeEngine, expected = source.select({ matchers: [], ...EVERYTHING })): Promise<void> {
  const plain = (list: Awaited<typeof expected>) =>
    list
      .map(({ labels, times, values }) => JSON.stringify([Object.entries(labels).sort(), [...times], [...values]]))
      .sort()
  expect(plain(await engine.select({ matchers: [], ...EVERYTHING }))).toEqual(plain(await expected))
}

test('everything is copied, and how far it is is told', async () => {
  const engine = new FakeEngine()
  const told: MigrationProgress[] = []
  const state = await migration({ engine, progress: (one) => told.push(one) }).run()
  await expectAll(engine)
  expect(state).toMatchObject({ isDone: true, samples: count, refused: 0 })
  expect(told.at(-1)).toMatchObject({ seriesDone: 32, seriesAll: 32, samples: count })
  expect(engine.requests.every(({ maybeThere }) => !maybeThere)).toBe(true)
})

test('stopped at any moment, it goes on without a loss and without sending anything blindly twice', async () => {
  for (const [settleMs, stops] of [
    [0, 3],
    [0, 7],
    [6_000, 4],
    [6_000, 11],
  ] as const) {
    const engine = new FakeEngine()
    engine.settleMs = settleMs
    let state = stateOf()
    let saves = 0
    let runs = 0
    for (; !state.isDone && runs < 200; runs++) {
      const save = async (next: MigrationState) => {
        // Before or after the state is on the disk.
        if (++saves % stops === 0 && saves % 2 === 0) throw new Error('killed')
        state = next
        if (saves % stops === 0) throw new Error('killed')
      }
      engine.onWrite = async () => {
        if (engine.requests.length % (stops * 2) === 0) throw new Error('killed')
      }
      await migration({ engine, state, save })
        .run()
        .catch((error) => {
          if (error.message !== 'killed') throw error
        })
    }
    expect(runs).toBeGreaterThan(2)
    await expectAll(engine)
    expect(engine.blindRepeats).toBe(0)
    expect(state.samples).toBe(count)
  }
})

test('an engine that is away is waited for, and one that was killed gets again what it lost', async () => {
  const engine = new FakeEngine()
  engine.settleMs = 30_000
  engine.isAway = true
  let writes = 0
  engine.onWrite = async () => {
    writes++
    if (writes === 6) engine.kill()
    engine.losesAnswers = writes % 5 === 0
  }
  const told: string[] = []
  const progress = ({ trouble }: MigrationProgress) => {
    if (trouble !== undefined) told.push(trouble)
    engine.isAway = false
  }
  await migration({ engine, progress }).run()
  await expectAll(engine)
  expect(told[0]).toMatch(/does not answer/)
  expect(told).toContain('no answer')
})

test('an engine that stays away ends it, with the state to go on from', async () => {
  const engine = new FakeEngine()
  engine.isAway = true
  const run = migration({ engine }).run()
  await expect(run).rejects.toThrow(
    /^fake at nowhere does not take samples: .*; bring it back and run the same command/,
  )
  await expect(run).rejects.toMatchObject({ code: 'unavailable' })
})

test('only what matches, in the time that is given, is copied', async () => {
  const engine = new FakeEngine()
  const matchers = [{ name: '__name__', op: '=' as const, value: 'odd' }]
  const [from, to] = [FIRST + 10 * DAY_MS, FIRST + 50 * DAY_MS].map(epochMs) as [
    ReturnType<typeof epochMs>,
    ReturnType<typeof epochMs>,
  ]
  await migration({ engine, matchers, state: stateOf({ from, until: to }) }).run()
  await expectAll(engine, source.select({ matchers, from, to }))
})

test('a signal ends it after the group that is under way', async () => {
  const engine = new FakeEngine()
  const stop = new AbortController()
  engine.onWrite = async () => stop.abort()
  const run = migration({ engine, signal: stop.signal }).run()
  await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  expect(engine.requests).toHaveLength(1)
})
