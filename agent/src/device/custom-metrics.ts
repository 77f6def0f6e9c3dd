import type { Labels } from '@eyenet/shared/identity'
import type { CustomMetric } from '@eyenet/shared/wire'
import type { Column, ColumnTable, SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import { type CounterTrack, stepCounter } from './counter-step.ts'
import type { Turn } from './interfaces.ts'
import { isDue } from './readings.ts'

/** Rows of one table; a longer one is cut, since each row is a series. */
const MAX_ROWS = 2_000
const ROOT = '1.3'
const COUNTER_64 = 0x46

type Cell = { readonly id: number; readonly track: CounterTrack; isThere: boolean }
type CustomTurn = Turn & { readonly tick: number; readonly before: number }
/** Of one metric: when it was read last, and whether the device began anew since. */
type Progress = { readAtMs: number; restarted: boolean }

/** Objects of vendors' MIBs that the configuration names, polled as it says. */
export class CustomMetrics {
  readonly #metrics: readonly CustomMetric[]
  readonly #sensorsMs: number
  #absent: ReadonlySet<string> = new Set()
  readonly #cells = new Map<string, Cell>()
  readonly #progress: ReadonlyMap<string, Progress>

  constructor(metrics: readonly CustomMetric[], sensorsMs: number) {
    this.#metrics = metrics
    this.#sensorsMs = sensorsMs
    this.#progress = new Map(metrics.map(({ oid }) => [oid, { readAtMs: Number.NaN, restarted: false }]))
  }

  /** The device began anew: each counter hears of it with its next reading, however long that takes. */
  noteRestart(): void {
    for (const progress of this.#progress.values()) progress.restarted = true
  }

  /** Looks again which of them the device has. */
  async discover(device: SnmpDevice): Promise<void> {
    if (this.#metrics.length === 0) return
    const oids = this.#metrics.map(({ oid }) => oid)
    const [present, next] = [await device.get(oids), await device.next(oids)]
    if (present.kind !== 'ok' || next.kind !== 'ok') return
    const absent = oids.filter((oid, at) => {
      const isColumn = this.#metrics[at]?.labelsFromIndex !== undefined
      return isColumn
        ? next.value[at]?.oid.startsWith(`${oid}.`) !== true
        : present.value[at]?.value.kind === 'missing' || present.value[at] === undefined
    })
    this.#absent = new Set(absent)
  }

  /** Reads what is due. The number of varbinds, or how the device failed. */
  async poll(device: SnmpDevice, turn: CustomTurn): Promise<SnmpOutcome<number>> {
    let varbinds = 0
    for (const metric of this.#metrics) {
      const everyMs = metric.intervalSeconds === undefined ? this.#sensorsMs : metric.intervalSeconds * 1000
      if (this.#absent.has(metric.oid)) this.#end(metric, turn)
      if (this.#absent.has(metric.oid) || !isDue(everyMs, turn)) continue
      const outcome = await readMetric(device, metric)
      if (outcome.kind !== 'ok') return outcome
      varbinds += outcome.value.indexes.length
      this.#take(metric, outcome.value, this.#turnOf(metric, turn))
    }
    return { kind: 'ok', value: varbinds }
  }

  /** The turn as it is for this metric: seconds and restarts since its own last reading. */
  #turnOf({ oid }: CustomMetric, turn: CustomTurn): CustomTurn {
    const progress = this.#progress.get(oid)
    if (progress === undefined) return turn
    const { readAtMs, restarted } = progress
    progress.readAtMs = turn.nowMs
    progress.restarted = false
    const seconds = Number.isNaN(readAtMs) ? 1 : Math.max(1, (turn.nowMs - readAtMs) / 1000)
    return { ...turn, seconds, restarted }
  }

  /** The device does not have it any more: its series end. */
  #end({ oid }: CustomMetric, { samples }: CustomTurn): void {
    for (const [key, cell] of this.#cells) {
      if (!key.startsWith(`${oid} `)) continue
      if (cell.isThere) samples.stale(cell.id)
      this.#cells.delete(key)
    }
  }

  #take(metric: CustomMetric, { indexes, columns: [column] }: ColumnTable, turn: CustomTurn): void {
    const seen = new Set<Cell>()
    for (const [row, index] of indexes.entries()) {
      const cell = this.#cellOf(metric, index, turn)
      seen.add(cell)
      const value = column === undefined ? undefined : valueAt(metric, { column, row, cell, turn })
      if (value !== undefined) turn.samples.add(cell.id, value)
      else if (cell.isThere) turn.samples.stale(cell.id)
      cell.isThere = value !== undefined
    }
    for (const [key, cell] of this.#cells) {
      if (seen.has(cell) || !key.startsWith(`${metric.oid} `)) continue
      if (cell.isThere) turn.samples.stale(cell.id)
      this.#cells.delete(key)
    }
  }

  #cellOf(metric: CustomMetric, index: string, { series }: CustomTurn): Cell {
    const key = `${metric.oid} ${index}`
    const known = this.#cells.get(key)
    if (known !== undefined) return known
    const id = series.id(metric.name, labelsOf(metric, index))
    const cell = { id, track: { raw: Number.NaN, base: 0 }, isThere: false }
    this.#cells.set(key, cell)
    return cell
  }
}

function readMetric(device: SnmpDevice, { oid, labelsFromIndex }: CustomMetric): Promise<SnmpOutcome<ColumnTable>> {
  if (labelsFromIndex !== undefined) return device.readColumns([oid], { maxRows: MAX_ROWS })
  const root = oid.startsWith(`${ROOT}.`) ? ROOT : oid.slice(0, oid.lastIndexOf('.'))
  return device.readColumns([root], { indexes: [oid.slice(root.length + 1)] })
}

type Read = { readonly column: Column; readonly row: number; readonly cell: Cell; readonly turn: CustomTurn }

function valueAt({ kind, factor }: CustomMetric, { column, row, cell, turn }: Read): number | undefined {
  const raw = column.numbers[row] ?? Number.NaN
  if (Number.isNaN(raw)) return undefined
  if (kind === 'gauge') return factor === 1 ? raw : Number((raw * factor).toPrecision(12))
  const { seconds, restarted } = turn
  const is64Bit = column.tags[row] === COUNTER_64
  const value = stepCounter(cell.track, { raw, is64Bit, seconds, restarted, ceiling: 0 })
  return Number.isNaN(value) ? undefined : value * factor
}

/** The parts of the index under the names that they were given; the last name takes what is left. */
function labelsOf({ labelsFromIndex = [] }: CustomMetric, index: string): Labels {
  const parts = index.split('.')
  const last = labelsFromIndex.length - 1
  return Object.fromEntries(
    labelsFromIndex.map((name, at) => [name, at === last ? parts.slice(at).join('.') : (parts[at] ?? '')]),
  )
}
