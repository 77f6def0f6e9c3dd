import { SeriesBank, TickBatch } from '@eyenet/shared/judge'
import type { Injection } from './inject-anomaly.ts'
import type { SamplePlan } from './sample-plan.ts'
import type { TrainingSeries } from './training-job.ts'

/** Series that go side by side: enough that a batch is worth its call, few enough that their state stays in the cache. */
export const WALK_GROUP = 64

export type Walk = {
  /** At most WALK_GROUP. */
  readonly series: readonly TrainingSeries[]
  /** Anomalies to try, by series. */
  readonly plans: readonly SamplePlan[]
  /** Samples from this time on are not seen. */
  readonly until: number
  /** What is done with each batch: `prepare`, and more where verdicts are wanted. */
  step(bank: SeriesBank, batch: TickBatch): void
  /** After the step: sample `index` of series `which` is row `row` of the batch. */
  onSample(seen: {
    readonly which: number
    readonly index: number
    readonly batch: TickBatch
    readonly row: number
  }): void
  /** Whether an anomaly is tried at this place, for its state as it is. */
  accepts?(which: number, injection: Injection): boolean
  /** After the step on the branch of an anomaly: its sample `offset` is row 0 of the batch. */
  onInjected(seen: InjectedRow): void
}

export type InjectedRow = {
  readonly which: number
  readonly injection: Injection
  readonly offset: number
  readonly batch: TickBatch
}

/**
 * Takes series through the judge sample by sample, as an agent does. At the start of an anomaly the state goes on twice: on a
 * branch with the changed samples, which is dropped at their end, and on the trunk with the samples as they were; so an
 * anomaly leaves no trace in what comes after it.
 */
export function walkSeries(walk: Walk): void {
  const bank = new SeriesBank(walk.series.length + 1)
  const slots = walk.series.map(() => bank.open() ?? 0)
  const branch = { slot: bank.open() ?? 0, batch: new TickBatch(1) }
  const batch = new TickBatch(Math.max(walk.series.length, 1))
  const order = new Int32Array(walk.series.length)
  const nextInjection = new Int32Array(walk.series.length)
  const longest = Math.max(0, ...walk.series.map(({ times }) => times.length))
  for (let index = 0; index < longest; index++) {
    batch.clear()
    for (const [which, series] of walk.series.entries()) {
      const time = series.times[index]
      if (time === undefined || time >= walk.until) continue
      const injections = walk.plans[which]?.injections ?? []
      while ((injections[nextInjection[which] ?? 0]?.start ?? Number.POSITIVE_INFINITY) <= index) {
        const injection = injections[nextInjection[which] ?? 0]
        nextInjection[which] = (nextInjection[which] ?? 0) + 1
        if (injection?.start === index && walk.accepts?.(which, injection) !== false) {
          bank.load(branch.slot, bank.save(slots[which] ?? 0))
          followBranch(walk, { bank, ...branch, which, injection })
        }
      }
      order[batch.count] = which
      batch.add(slots[which] ?? 0, time, series.values[index] ?? Number.NaN)
    }
    if (batch.count === 0) return
    walk.step(bank, batch)
    for (let row = 0; row < batch.count; row++) walk.onSample({ which: order[row] ?? 0, index, batch, row })
  }
}

type Branch = {
  readonly bank: SeriesBank
  readonly slot: number
  readonly batch: TickBatch
  readonly which: number
  readonly injection: Injection
}

function followBranch(walk: Walk, { bank, slot, batch, which, injection }: Branch): void {
  const times = walk.series[which]?.times ?? new Float64Array()
  for (let offset = 0; offset < injection.values.length; offset++) {
    batch.clear()
    batch.add(slot, times[injection.start + offset] ?? Number.NaN, injection.values[offset] ?? Number.NaN)
    walk.step(bank, batch)
    walk.onInjected({ which, injection, offset, batch })
  }
}

/** Index of the first sample at or after a time. */
export function firstFrom({ times }: TrainingSeries, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
