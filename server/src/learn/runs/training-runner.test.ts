import type { ModelEvaluation } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { afterEach, expect, test } from 'vitest'
import { fileOf, HOUR, type LearnWorldOptions, learnWorld, START } from '../learn.testkit.ts'
import { isNightlyDue, lastTimeOf, timeOfDay } from './nightly.ts'
import type { TrainedModel } from './training-order.ts'
import type { TrainHow } from './training-runner.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const evaluation = (better: boolean): ModelEvaluation => ({
  ...{ seriesCount: 1, rows: 10, from: START, to: START, heldBackDays: 3, injected: 5 },
  ...{ pinball: { model: 1, modelFree: 2 }, coverage: { asked: 0.99, actual: 0.98 } },
  detection: { model: { recall: 1, falseAlarmsPerMonth: 1 }, modelFree: { recall: 0.5, falseAlarmsPerMonth: 1 } },
  ...{ better, reasons: [better ? 'it finds more' : 'it finds less'] },
})

const labels = { [METRIC_NAME]: 'icmp_rtt_seconds', device: 'd' }
const times = Float64Array.from({ length: 20 }, (_, at) => START + at * 60_000)
const store: NonNullable<LearnWorldOptions['store']> = {
  query: () => Promise.reject(new Error('nobody asks')),
  select: async () => [{ labels, times, values: times.map((_, at) => at) }],
  series: async () => [labels],
  labelValues: async () => ['icmp_rtt_seconds'],
}

/** Training that a test ends as it likes. */
function heldTraining() {
  const held: { how: TrainHow; end: (made: TrainedModel) => void; fail: (error: Error) => void }[] = []
  const train: NonNullable<LearnWorldOptions['train']> = (_order, how) =>
    new Promise((resolve, reject) => {
      held.push({ how, end: resolve, fail: reject })
      how.signal.addEventListener('abort', () => reject(new EyeNetError('cancelled', 'it was cancelled')))
    })
  return { held, train }
}

/** As soon as so many trainings have come to where the model is computed. */
async function begun(held: readonly unknown[], count = 1): Promise<void> {
  while (held.length < count) await new Promise((resolve) => setImmediate(resolve))
}

async function world(options: LearnWorldOptions = {}) {
  const at = await learnWorld({ store, ...options })
  closing.push(at.close)
  return at
}

test('a better model becomes a candidate and goes into the shadow by itself', async () => {
  const at = await world({ train: async () => ({ onnx: fileOf('m'), evaluation: evaluation(true), rows: 7 }) })
  const run = await at.learn.train({ weeks: 2 }, 'ann')
  expect(run).toMatchObject({ state: 'running', trigger: 'person', by: 'ann' })
  await at.learn.trained()
  expect(await at.learn.trainings()).toMatchObject([
    { state: 'done', model: 'site-1', progress: 1, reasons: ['it finds more'] },
  ])
  expect(await at.learn.get('site-1')).toMatchObject({
    ...{ stage: 'shadow', upTo: 'shadow', source: 'trained', evaluation: { better: true } },
    data: { series: 1, rows: 7, to: START, from: START - 14 * 24 * HOUR },
  })
})

test('a model that is not better is kept to be read, and cannot be rolled out', async () => {
  const at = await world({ train: async () => ({ onnx: fileOf('m'), evaluation: evaluation(false), rows: 7 }) })
  await at.learn.train({}, 'ann')
  await at.learn.trained()
  expect(await at.learn.get('site-1')).toMatchObject({ stage: 'rejected', reason: 'it finds less' })
  const wanted = { stage: 'all', canaries: { kind: 'none' }, by: 'ann' } as const
  await expect(at.learn.rollOut('site-1', wanted)).rejects.toMatchObject({ code: 'conflict' })
  expect(at.learn.stats().stages).toMatchObject({ all: 0 })
})

test('a newer one takes the place of one that waits in the shadow, but not of one that a person put on trial', async () => {
  let word = 'first'
  const at = await world({ train: async () => ({ onnx: fileOf(word), evaluation: evaluation(true), rows: 7 }) })
  const next = async (name: string): Promise<void> => {
    word = name
    await at.learn.train({}, 'ann')
    await at.learn.trained()
  }
  await next('first')
  await next('second')
  expect((await at.learn.list()).map(({ id, stage }) => [id, stage])).toContainEqual(['site-2', 'candidate'])
  // As if its agents had run it for as long as it is watched.
  await at.records.change((models) =>
    models.flatMap(({ id, state }) =>
      state.kind === 'shadow' ? [{ id, by: 'server', state: { ...state, observedSince: START } }] : [],
    ),
  )
  at.clock.now = epochMs(START + 2 * HOUR)
  await next('third')
  expect((await at.learn.get('site-3')).stage).toBe('shadow')
  expect(await at.learn.get('site-1')).toMatchObject({
    stage: 'candidate',
    reason: 'site-3, which is newer, took its place',
  })
})

test('one training runs at a time, tells how far it is, and ends when it is cancelled', async () => {
  const { held, train } = heldTraining()
  const at = await world({ train })
  const first = await at.learn.train({}, 'ann')
  const second = await at.learn.train({}, 'bob')
  expect(second.state).toBe('queued')
  await begun(held)
  held[0]?.how.onProgress(0.5, 'learning')
  await at.learn.look()
  expect((await at.learn.trainings()).find(({ id }) => id === first.id)).toMatchObject({
    state: 'running',
    step: 'learning',
  })
  await at.learn.cancelTraining(first.id, 'ann')
  // It sees that it was cancelled when it tells its progress the next time.
  held[0]?.how.onProgress(0.6, 'judging')
  await at.learn.trained()
  expect((await at.learn.trainings()).find(({ id }) => id === first.id)).toMatchObject({
    state: 'cancelled',
    reasons: ['ann cancelled it'],
  })
  await at.learn.cancelTraining(second.id, 'bob')
  await at.learn.look()
  expect(held.length).toBe(1)
  await expect(at.learn.cancelTraining(second.id, 'bob')).rejects.toMatchObject({ code: 'conflict' })
})

test('a full queue at the hour of the nightly training is worked off, and the night comes after it', async () => {
  const { held, train } = heldTraining()
  const at = await world({ train })
  const settings = { enabled: true, at: new Date(START).toTimeString().slice(0, 5) }
  for (let asked = 0; asked < 5; asked++) await at.learn.train({}, 'ann')
  const night = await at.open(settings)
  // The first one was killed with the server before.
  for (let done = 1; done < 5; done++) {
    await begun(held, done + 1)
    held[done]?.fail(new EyeNetError('invalid', 'no good'))
    await night.trained()
    await night.look()
  }
  expect((await night.trainings()).filter(({ trigger }) => trigger === 'nightly')).toMatchObject([{ state: 'running' }])
  await night.close()
})

test('a training that was killed with its server has failed when it is back, and one that waited begins', async () => {
  const { held, train } = heldTraining()
  const at = await world({ train })
  await at.learn.train({}, 'ann')
  await begun(held)
  const again = await at.open()
  expect(await again.trainings()).toMatchObject([{ state: 'failed', reasons: ['the server ended while it ran'] }])
  await again.close()
})

test('a training without any history fails with a sentence', async () => {
  const at = await world({ store: { ...store, labelValues: async () => [] } })
  await at.learn.train({}, 'ann')
  await at.learn.trained()
  expect(await at.learn.trainings()).toMatchObject([
    { state: 'failed', reasons: ['there is no series with a history in the last 4 weeks'] },
  ])
})

test('it trains each night once, at its hour, and not by day when the server was off through the night', () => {
  const at = timeOfDay('02:30')
  const day = (hours: number, minutes = 0) => epochMs(new Date(2026, 5, 10, hours, minutes).getTime())
  expect(lastTimeOf(at, day(2, 29))).toBe(new Date(2026, 5, 9, 2, 30).getTime())
  expect(lastTimeOf(at, day(2, 30))).toBe(day(2, 30))
  expect(isNightlyDue(at, { last: undefined, now: day(2, 29) })).toBe(false)
  expect(isNightlyDue(at, { last: undefined, now: day(2, 31) })).toBe(true)
  expect(isNightlyDue(at, { last: day(2, 30), now: day(2, 31) })).toBe(false)
  expect(isNightlyDue(at, { last: epochMs(day(2, 30) - 24 * HOUR), now: day(4) })).toBe(true)
  expect(isNightlyDue(at, { last: undefined, now: day(12) })).toBe(false)
})
