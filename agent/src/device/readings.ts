import type { EpochMs } from '@eyenet/shared/identity'
import { type ColumnTable, cellAt, type SnmpDevice, type SnmpOutcome } from '../snmp/snmp.ts'
import { type Recipe, readingIn, readingOf } from '../survey/survey.ts'
import type { PlannedSeries } from './plan-readings.ts'
import type { DeviceSeries, PollSamples } from './poll-samples.ts'

/** How often a metric is read; a profile may have told how often it is worth it. */
export type EveryMs = (metric: string, toldSeconds?: number) => number

export type ReadingsTurn = {
  readonly tick: EpochMs
  /** The tick of the poll before; NaN at the first. */
  readonly before: number
  readonly samples: PollSamples
}

export type PlanFor = {
  readonly series: DeviceSeries
  readonly everyMs: EveryMs
  /** False: the survey could not read everything, and what it missed may still be there. */
  readonly isWhole: boolean
}

/** Series of readings of one device; the largest chassis have some two thousand. */
const MAX_SERIES = 4_000
/** Series made for one device while the agent runs: one that gives its sensors new names each hour must not fill the store. */
const MAX_SERIES_MADE = 20_000

type Running = PlannedSeries & { readonly id: number; isThere: boolean }
/** What is read together, at one interval. */
type Group = { readonly everyMs: number; readonly series: readonly Running[]; readonly names: readonly string[] }

/** Every OID that devices use for readings begins so: the rest of the name is the "index" in one request for many cells. */
const ROOT = '1.3'
const ROOT_LENGTH = ROOT.length + 1

/** Sensors, processors, memory, storage and supplies of one device, polled by the recipes of its last survey. */
export class Readings {
  #groups: readonly Group[] = []
  #running = new Map<string, Running>()
  #ended: number[] = []
  #isBusy = false
  #made = 0

  get size(): number {
    return this.#running.size
  }

  /**
   * Polls this from now on. Series that are not among it end with the next samples, unless the survey was not whole. True
   * where the device has more than is polled.
   */
  plan(planned: readonly PlannedSeries[], { series, everyMs, isWhole }: PlanFor): boolean {
    const running = new Map<string, Running>()
    let isCut = false
    for (const one of planned) {
      const key = `${one.metric} ${JSON.stringify(one.labels)}`
      if (running.has(key)) continue
      const known = this.#running.get(key)
      if (running.size >= MAX_SERIES || (known === undefined && this.#made >= MAX_SERIES_MADE)) {
        isCut = true
        continue
      }
      if (known === undefined) this.#made++
      const id = known?.id ?? series.id(one.metric, one.labels)
      running.set(key, { ...one, id, isThere: known?.isThere ?? false })
    }
    for (const [key, one] of this.#running) {
      if (running.has(key)) continue
      if (!isWhole && running.size < MAX_SERIES) running.set(key, one)
      else if (one.isThere) this.#ended.push(one.id)
    }
    this.#running = running
    this.#groups = groupsOf([...running.values()], everyMs)
    return isCut
  }

  /** Reads what is due at this tick. The number of varbinds, or how the device failed. */
  async poll(device: SnmpDevice, turn: ReadingsTurn): Promise<SnmpOutcome<number>> {
    const { samples } = turn
    // The first reading of a survey may still be under way.
    if (this.#isBusy) return { kind: 'ok', value: 0 }
    this.#isBusy = true
    try {
      for (const id of this.#ended) samples.stale(id)
      this.#ended = []
      let varbinds = 0
      for (const group of this.#groups) {
        if (!isDue(group.everyMs, turn)) continue
        const outcome = await device.readColumns([ROOT], { indexes: group.names })
        if (outcome.kind !== 'ok') return outcome
        varbinds += group.names.length
        addSamples(group.series, readerOf(outcome.value), samples)
      }
      return { kind: 'ok', value: varbinds }
    } finally {
      this.#isBusy = false
    }
  }
}

/** Intervals lie on the same ticks, whenever the agent was started. */
export function isDue(everyMs: number, { tick, before }: { readonly tick: number; readonly before: number }): boolean {
  return Number.isNaN(before) || Math.floor(tick / everyMs) !== Math.floor(before / everyMs)
}

function groupsOf(running: readonly Running[], everyMs: EveryMs): readonly Group[] {
  const byInterval = new Map<number, Running[]>()
  for (const one of running) {
    const every = everyMs(one.metric, one.intervalSeconds)
    const group = byInterval.get(every)
    if (group === undefined) byInterval.set(every, [one])
    else group.push(one)
  }
  return Array.from(byInterval, ([every, series]) => {
    const oids = series.flatMap(({ recipes }) => recipes.flatMap(instancesOf))
    const names = [...new Set(oids)].filter((oid) => oid.startsWith(`${ROOT}.`)).map((oid) => oid.slice(ROOT_LENGTH))
    return { everyMs: every, series, names }
  })
}

function instancesOf({ oid, highOid }: Recipe): readonly string[] {
  return highOid === undefined ? [oid] : [oid, highOid]
}

function readerOf({ indexes, columns }: ColumnTable): (recipe: Recipe) => number | undefined {
  const [column] = columns
  const rows = new Map(indexes.map((name, row) => [name, row]))
  const rowOf = (oid: string): number => rows.get(oid.slice(ROOT_LENGTH)) ?? -1
  return (recipe) => {
    const row = rowOf(recipe.oid)
    if (column === undefined || row < 0) return undefined
    const raw = column.numbers[row] ?? Number.NaN
    if (Number.isNaN(raw)) return readingIn(recipe, cellAt(column, row))
    if (recipe.highOid === undefined) return readingOf(recipe, raw)
    return readingOf(recipe, raw + (column.numbers[rowOf(recipe.highOid)] ?? Number.NaN) * 2 ** 32)
  }
}

function addSamples(series: readonly Running[], read: (recipe: Recipe) => number | undefined, samples: PollSamples) {
  for (const one of series) {
    const value = one.value(read)
    if (value !== undefined && Number.isFinite(value)) {
      samples.add(one.id, value)
      one.isThere = true
    } else if (one.isThere) {
      samples.stale(one.id)
      one.isThere = false
    }
  }
}
