import { type KnownInterface, nameInterfaces, type SeenInterface } from '@eyenet/shared/identity'
import { MAX_REPORTED_INTERFACES, type ReportedInterface } from '@eyenet/shared/wire'
import type { ColumnTable, SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import { CounterColumns } from './counter-columns.ts'
import { stepCounter } from './counter-step.ts'
import { COUNTERS, ceilingOf, DISCOVERY_COLUMNS, STATE_COLUMNS, speedOf } from './if-mib.ts'
import type { DeviceSeries, PollSamples } from './poll-samples.ts'
import { hexOf, numberOf, textOf } from './snmp-text.ts'

export type InterfaceBreak = { readonly interface: string; readonly cause: 'counter-reset' | 'impossible-rate' }

export type InterfacePoll = {
  readonly varbinds: number
  readonly breaks: readonly InterfaceBreak[]
  /** The interfaces are not those that are known: look for them again. */
  readonly isChanged: boolean
}

/** Interfaces that are gone are remembered so that they keep their name when they return; so many at most. */
const MAX_REMEMBERED_GONE = 1_000
/** Info series are repeated within the look-back of PromQL, five minutes. */
const INFO_EVERY_MS = 200_000
/** 32-bit counters that wrap too often for what an agent remembers: they begin at 0 with the agent. */
const FROM_ZERO: ReadonlySet<string> = new Set(['ifInOctets', 'ifOutOctets', 'ifInUcastPkts', 'ifOutUcastPkts'])
const GAUGES = ['ifAdminStatus', 'ifOperStatus', 'ifSpeed'] as const

type State = {
  found: ReportedInterface
  has64Bit: boolean
  readonly slot: number
  info: number
  infoKey: string
  infoAtMs: number
  discontinuity: number
}

/** The interfaces of one device: finds and names them, then reads their counters at each poll. */
export class Interfaces {
  /** Whether a counter's base has changed since this was last set to false: keep `bases`. */
  basesChanged = false
  #known: readonly KnownInterface[]
  #states = new Map<string, State>()
  #byIndex = new Map<string, State>()
  #gone: State[] = []
  readonly #cells = new CounterColumns(COUNTERS.length, GAUGES.length)
  #columns: string[] = []
  #counters: number[] = []
  readonly #kept: Readonly<Record<string, Readonly<Record<string, number>>>>

  constructor(kept?: { known: readonly KnownInterface[]; bases: Record<string, Record<string, number>> }) {
    this.#known = kept?.known ?? []
    this.#kept = kept?.bases ?? {}
  }

  get known(): readonly KnownInterface[] {
    return this.#known
  }

  get found(): readonly ReportedInterface[] {
    return [...this.#states.values()].map((state) => state.found)
  }

  /** What is taken off counters, by interface and metric. */
  get bases(): Record<string, Record<string, number>> {
    const all: Record<string, Record<string, number>> = {}
    for (const [name, { slot }] of this.#states) {
      const some = COUNTERS.flatMap(({ metric }, at) => {
        const { base } = this.#cells.track(slot, at)
        return base !== 0 && !FROM_ZERO.has(metric) ? [[metric, base] as const] : []
      })
      if (some.length > 0) all[name] = Object.fromEntries(some)
    }
    return all
  }

  /** Looks what interfaces there are, and names them. */
  async discover(device: SnmpDevice): Promise<SnmpOutcome<void>> {
    const outcome = await device.walk(DISCOVERY_COLUMNS, { maxRows: MAX_REPORTED_INTERFACES })
    if (outcome.kind !== 'ok') return outcome
    const { rows, stopped } = outcome.value
    // Half a table would make interfaces vanish: what is known stays until the whole can be read.
    const isPartial = stopped !== null && stopped.kind !== 'limit' && stopped.kind !== 'not-increasing'
    if (isPartial && this.#states.size > 0) return { kind: 'ok', value: undefined }
    const seen = rows.map(({ index, values }) => ({
      index,
      ifIndex: Number(index.split('.')[0]),
      ifDescr: textOf(values[0], 1024),
      ifType: numberOf(values[1]) ?? 0,
      mtu: numberOf(values[2]),
      mac: hexOf(values[3], ':').slice(0, 32),
      ifName: textOf(values[4], 255),
      ifAlias: textOf(values[5], 1024),
      has64Bit: values[6]?.kind === 'counter64',
    }))
    this.#take(seen)
    return { kind: 'ok', value: undefined }
  }

  /** Reads all counters and states into `samples`. */
  async poll(device: SnmpDevice, turn: Turn): Promise<SnmpOutcome<InterfacePoll>> {
    this.#endGone(turn.samples)
    if (this.#states.size === 0) return { kind: 'ok', value: { varbinds: 0, breaks: [], isChanged: false } }
    const outcome = await device.readColumns([...STATE_COLUMNS, ...this.#columns], { expectRows: this.#byIndex.size })
    if (outcome.kind !== 'ok') return outcome
    const table = outcome.value
    const breaks: InterfaceBreak[] = []
    let met = 0
    for (const [row, index] of table.indexes.entries()) {
      const state = this.#byIndex.get(index)
      if (state === undefined) continue
      met++
      this.#row(state, { table, row, turn, breaks })
    }
    const isChanged = table.stopped === null && (met !== this.#byIndex.size || met !== table.indexes.length)
    return { kind: 'ok', value: { varbinds: table.indexes.length * table.columns.length, breaks, isChanged } }
  }

  #take(seen: readonly Seen[]): void {
    const named = nameInterfaces(this.#known, seen.map(bare))
    const states = new Map<string, State>()
    this.#byIndex.clear()
    for (const [at, one] of seen.entries()) {
      const name = named[at]?.interface.slice(0, 255) ?? ''
      const found = { ...bare(one), interface: name, ifType: one.ifType, ...(one.mtu ? { mtu: one.mtu } : {}) }
      const state = this.#states.get(name) ?? this.#fresh(found)
      const speedBps = state.found.speedBps
      state.found = speedBps === undefined ? found : { ...found, speedBps }
      state.has64Bit = one.has64Bit
      states.set(name, state)
      this.#byIndex.set(one.index, state)
    }
    for (const [name, state] of this.#states) if (!states.has(name)) this.#gone.push(state)
    this.#states = states
    const here = new Set(named.map((one) => one.interface))
    const gone = this.#known.filter((one) => !here.has(one.interface)).slice(-MAX_REMEMBERED_GONE)
    this.#known = [...gone, ...named]
    this.#plan()
  }

  /** Which counter columns are worth asking for. */
  #plan(): void {
    const states = [...this.#states.values()]
    const some64 = states.some((one) => one.has64Bit)
    const some32 = states.some((one) => !one.has64Bit)
    this.#counters = [...COUNTERS.keys()].filter((at) => {
      const where = COUNTERS[at]?.where
      return where === 'both' || (where === '64' ? some64 : some32)
    })
    this.#columns = this.#counters.map((at) => COUNTERS[at]?.oid ?? '')
  }

  #fresh(found: ReportedInterface): State {
    const slot = this.#cells.claim()
    for (const [metric, base] of Object.entries(this.#kept[found.interface] ?? {})) {
      const counter = COUNTERS.findIndex((one) => one.metric === metric)
      if (counter >= 0) this.#cells.keep(slot, counter, { raw: Number.NaN, base })
    }
    return {
      found,
      has64Bit: false,
      slot,
      info: -1,
      infoKey: '',
      infoAtMs: Number.NEGATIVE_INFINITY,
      discontinuity: Number.NaN,
    }
  }

  #row(state: State, { table, row, turn, breaks }: RowRead): void {
    const cell = (column: number): number => table.columns[column]?.numbers[row] ?? Number.NaN
    const [admin, oper, low, high, discontinuity] = [cell(0), cell(1), cell(2), cell(3), cell(4)]
    const speedBps = speedOf(Number.isNaN(low) ? 0 : low, Number.isNaN(high) ? 0 : high)
    if (speedBps > 0 && speedBps !== state.found.speedBps) state.found = { ...state.found, speedBps }
    for (const [at, value] of [admin, oper, speedBps].entries()) this.#gauge(state, { at, value, turn })
    // A device that does not know gives 0 or nothing.
    const isNew = !Number.isNaN(state.discontinuity) && discontinuity !== state.discontinuity && discontinuity > 0
    if (!Number.isNaN(discontinuity)) state.discontinuity = discontinuity
    let cause: InterfaceBreak['cause'] | undefined
    for (const [place, counter] of this.#counters.entries()) {
      const raw = cell(STATE_COLUMNS.length + place)
      if (Number.isNaN(raw)) continue
      cause = this.#counter(state, { counter, raw, speedBps, restarted: turn.restarted || isNew, turn }) ?? cause
    }
    if (cause !== undefined) breaks.push({ interface: state.found.interface, cause })
    this.#info(state, turn)
  }

  #gauge(state: State, { at, value, turn }: { at: number; value: number; turn: Turn }): void {
    if (Number.isNaN(value)) return
    const make = (): number => turn.series.id(GAUGES[at] ?? 'ifSpeed', { interface: state.found.interface })
    const id = this.#cells.gaugeId(state.slot, at, make)
    turn.samples.add(id, value)
  }

  #counter(state: State, read: CounterRead): InterfaceBreak['cause'] | undefined {
    const { counter, raw, speedBps, restarted, turn } = read
    const column = COUNTERS[counter]
    if (column === undefined || (column.where !== 'both' && (column.where === '64') !== state.has64Bit))
      return undefined
    const make = (): number => turn.series.id(column.metric, { interface: state.found.interface })
    const id = this.#cells.id(state.slot, counter, make)
    const track = this.#cells.track(state.slot, counter)
    const before = track.base
    if (Number.isNaN(track.raw) && FROM_ZERO.has(column.metric)) track.base = raw
    const { is64Bit, unit } = column
    const ceiling = ceilingOf(unit, speedBps)
    const step = stepCounter(track, { raw, is64Bit, seconds: turn.seconds, restarted, ceiling })
    if (track.base !== before && !FROM_ZERO.has(column.metric)) this.basesChanged = true
    this.#cells.keep(state.slot, counter, track)
    if (step.kind === 'value') turn.samples.add(id, step.value)
    else turn.samples.stale(id)
    return step.kind === 'value' ? undefined : step.cause
  }

  #info(state: State, { samples, series, nowMs }: Turn): void {
    const { ifIndex, ifName, ifDescr, ifAlias, ifType, mac } = state.found
    const key = `${ifIndex}\u0000${ifName}\u0000${ifDescr}\u0000${ifAlias}\u0000${ifType}\u0000${mac}`
    const isNew = key !== state.infoKey
    if (!isNew && nowMs - state.infoAtMs < INFO_EVERY_MS) return
    if (isNew) {
      if (state.info >= 0) samples.stale(state.info)
      state.infoKey = key
      const labels = { ifIndex: String(ifIndex), ifName, ifDescr, ifAlias, ifType: String(ifType), mac }
      state.info = series.id('interface_info', { interface: state.found.interface, ...labels })
    }
    state.infoAtMs = nowMs
    samples.add(state.info, 1)
  }

  /** Ends the series of interfaces that are gone. */
  #endGone(samples: PollSamples): void {
    for (const { slot, info } of this.#gone) {
      for (const id of this.#cells.ids(slot)) samples.stale(id)
      if (info >= 0) samples.stale(info)
      this.#cells.release(slot)
    }
    this.#gone = []
  }
}

/** What one poll brings along. */
export type Turn = {
  readonly series: DeviceSeries
  readonly samples: PollSamples
  /** Since the last poll that was answered. */
  readonly seconds: number
  readonly restarted: boolean
  /** Monotonic milliseconds. */
  readonly nowMs: number
}

type Seen = SeenInterface & {
  readonly index: string
  readonly ifType: number
  readonly mtu: number | undefined
  readonly has64Bit: boolean
}
type RowRead = { table: ColumnTable; row: number; turn: Turn; breaks: InterfaceBreak[] }
type CounterRead = { counter: number; raw: number; speedBps: number; restarted: boolean; turn: Turn }

function bare({ ifIndex, ifName, ifDescr, ifAlias, mac }: Seen): SeenInterface {
  return { ifIndex, ifName, ifDescr, ifAlias, mac }
}
