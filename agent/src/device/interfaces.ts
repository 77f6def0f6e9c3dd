import { type KnownInterface, nameInterfaces, type SeenInterface } from '@eyenet/shared/identity'
import { MAX_REPORTED_INTERFACES, type ReportedInterface } from '@eyenet/shared/wire'
import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import { CounterColumns } from './counter-columns.ts'
import { type CounterReading, type CounterTrack, causeOfBreak, stepCounter } from './counter-step.ts'
import { COUNTERS, ceilingOf, DISCOVERY_COLUMNS, STATE_COLUMNS, speedOf } from './if-mib.ts'
import type { DeviceSeries, PollSamples } from './poll-samples.ts'
import { hexOf, numberOf, textOf } from './snmp-text.ts'

export type InterfaceBreak = { readonly interface: string; readonly cause: 'counter-reset' | 'impossible-rate' }

export type InterfacePoll = {
  readonly varbinds: number
  readonly breaks: readonly InterfaceBreak[]
  /** The interfaces are not those that are known: look for them again. */
  readonly isChanged: boolean
  /** A port went up or down since the poll before. */
  readonly hasMoved: boolean
}

/** Interfaces that are gone are remembered so that they keep their name when they return; so many at most. */
const MAX_REMEMBERED_GONE = 1_000
/** Info series are repeated within the look-back of PromQL, five minutes. */
const INFO_EVERY_MS = 200_000
const GAUGES = ['ifAdminStatus', 'ifOperStatus', 'ifSpeed'] as const

type State = {
  found: ReportedInterface
  has64Bit: boolean
  readonly slot: number
  info: number
  /** What `info` says. */
  infoOf: ReportedInterface | undefined
  infoAtMs: number
  discontinuity: number
  /** ifOperStatus; NaN before the first poll. */
  oper: number
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
  // Filled for each counter in turn: a poll of a thousand counters makes no thousand objects.
  readonly #track: CounterTrack = { raw: Number.NaN, base: 0 }
  readonly #reading: CounterReading = { raw: 0, is64Bit: false, seconds: 1, restarted: false, ceiling: 0 }
  #version = 0
  readonly #kept: Readonly<Record<string, Readonly<Record<string, number>>>>

  constructor(kept?: { known: readonly KnownInterface[]; bases: Record<string, Record<string, number>> }) {
    this.#known = kept?.known ?? []
    this.#kept = kept?.bases ?? {}
  }

  get known(): readonly KnownInterface[] {
    return this.#known
  }

  /** Goes up when what `found` gives has changed. */
  get version(): number {
    return this.#version
  }

  get found(): readonly ReportedInterface[] {
    return [...this.#states.values()].map((state) => state.found)
  }

  /** Whether a port is known not to run. */
  isDown(port: string): boolean {
    const oper = this.#states.get(port)?.oper ?? Number.NaN
    return !Number.isNaN(oper) && oper !== OPER_UP
  }

  /** What is taken off counters, by interface and metric. */
  get bases(): Record<string, Record<string, number>> {
    const all: Record<string, Record<string, number>> = {}
    for (const [name, { slot }] of this.#states) {
      const some = COUNTERS.flatMap(({ metric, isFromZero }, at) => {
        const base = this.#cells.base(slot, at)
        return base !== 0 && !isFromZero ? [[metric, base] as const] : []
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
    if (this.#states.size === 0)
      return { kind: 'ok', value: { varbinds: 0, breaks: [], isChanged: false, hasMoved: false } }
    const outcome = await device.readColumns([...STATE_COLUMNS, ...this.#columns], { expectRows: this.#byIndex.size })
    if (outcome.kind !== 'ok') return outcome
    const table = outcome.value
    const read: PollRead = {
      numbers: table.columns.map((column) => column.numbers),
      row: 0,
      turn,
      speedBps: 0,
      breaks: [],
      hasMoved: false,
    }
    const { breaks } = read
    let met = 0
    for (; read.row < table.indexes.length; read.row++) {
      const state = this.#byIndex.get(table.indexes[read.row] ?? '')
      if (state === undefined) continue
      met++
      this.#row(state, read)
    }
    const isChanged = table.stopped === null && (met !== this.#byIndex.size || met !== table.indexes.length)
    return {
      kind: 'ok',
      value: { varbinds: table.indexes.length * table.columns.length, breaks, isChanged, hasMoved: read.hasMoved },
    }
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
    this.#version++
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
      infoOf: undefined,
      infoAtMs: Number.NEGATIVE_INFINITY,
      discontinuity: Number.NaN,
      oper: Number.NaN,
    }
  }

  #row(state: State, read: PollRead): void {
    const low = cellOf(read, LOW_SPEED)
    const high = cellOf(read, HIGH_SPEED)
    const discontinuity = cellOf(read, DISCONTINUITY)
    const speedBps = speedOf(Number.isNaN(low) ? 0 : low, Number.isNaN(high) ? 0 : high)
    read.speedBps = speedBps
    if (speedBps > 0 && speedBps !== state.found.speedBps) {
      state.found = { ...state.found, speedBps }
      this.#version++
    }
    this.#gauge(state, ADMIN, read)
    this.#gauge(state, OPER, read)
    const oper = cellOf(read, OPER)
    if (!Number.isNaN(oper)) {
      if (!Number.isNaN(state.oper) && (oper === OPER_UP) !== (state.oper === OPER_UP)) read.hasMoved = true
      state.oper = oper
    }
    this.#gauge(state, SPEED, read)
    // A device that does not know gives 0 or nothing.
    const isNew = !Number.isNaN(state.discontinuity) && discontinuity !== state.discontinuity && discontinuity > 0
    if (!Number.isNaN(discontinuity)) state.discontinuity = discontinuity
    this.#reading.restarted = read.turn.restarted || isNew
    this.#reading.seconds = read.turn.seconds
    let isBroken = false
    for (let place = 0; place < this.#counters.length; place++) {
      this.#reading.raw = cellOf(read, STATE_COLUMNS.length + place)
      if (Number.isNaN(this.#reading.raw)) continue
      if (this.#counter(state, this.#counters[place] ?? 0, read)) isBroken = true
    }
    if (isBroken) read.breaks.push({ interface: state.found.interface, cause: causeOfBreak(this.#reading) })
    this.#info(state, read.turn)
  }

  #gauge(state: State, gauge: number, read: PollRead): void {
    const { series, samples } = read.turn
    const value = gauge === SPEED ? read.speedBps : cellOf(read, gauge)
    if (Number.isNaN(value)) return
    let id = this.#cells.gaugeId(state.slot, gauge)
    if (id < 0) {
      id = series.id(GAUGES[gauge] ?? 'ifSpeed', { interface: state.found.interface })
      this.#cells.setGaugeId(state.slot, gauge, id)
    }
    samples.add(id, value)
  }

  /** Takes one counter's reading; true where it is a break. */
  #counter(state: State, counter: number, { speedBps, turn: { series, samples } }: PollRead): boolean {
    const column = COUNTERS[counter]
    if (column === undefined || (column.where !== 'both' && (column.where === '64') !== state.has64Bit)) return false
    let id = this.#cells.id(state.slot, counter)
    if (id < 0) {
      id = series.id(column.metric, { interface: state.found.interface })
      this.#cells.setId(state.slot, counter, id)
    }
    const track = this.#track
    this.#cells.load(state.slot, counter, track)
    const before = track.base
    const isFromZero = column.isFromZero
    if (isFromZero && Number.isNaN(track.raw)) track.base = this.#reading.raw
    this.#reading.is64Bit = column.is64Bit
    this.#reading.ceiling = ceilingOf(column.unit, speedBps)
    const value = stepCounter(track, this.#reading)
    if (track.base !== before && !isFromZero) this.basesChanged = true
    this.#cells.keep(state.slot, counter, track)
    // NaN: the marker of a break.
    samples.put(id, value)
    return Number.isNaN(value)
  }

  #info(state: State, { samples, series, nowMs }: Turn): void {
    const { found } = state
    const isNew = found !== state.infoOf && !isSaidSame(found, state.infoOf)
    state.infoOf = found
    if (!isNew && nowMs - state.infoAtMs < INFO_EVERY_MS) return
    if (isNew) {
      if (state.info >= 0) samples.stale(state.info)
      const { ifIndex, ifName, ifDescr, ifAlias, ifType, mac } = found
      const labels = { ifIndex: String(ifIndex), ifName, ifDescr, ifAlias, ifType: String(ifType), mac }
      state.info = series.id('interface_info', { interface: found.interface, ...labels })
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
/** One answer, and the row of it that is looked at. */
type PollRead = {
  readonly numbers: readonly Float64Array[]
  row: number
  readonly turn: Turn
  /** Of the row. */
  speedBps: number
  readonly breaks: InterfaceBreak[]
  hasMoved: boolean
}

const OPER_UP = 1
/** Places in STATE_COLUMNS; the first two are places in GAUGES too. */
const [ADMIN, OPER, LOW_SPEED, HIGH_SPEED, DISCONTINUITY] = [0, 1, 2, 3, 4]
/** The place of ifSpeed in GAUGES. */
const SPEED = 2

function cellOf({ numbers, row }: PollRead, column: number): number {
  return numbers[column]?.[row] ?? Number.NaN
}

function isSaidSame(one: ReportedInterface, other: ReportedInterface | undefined): boolean {
  return (
    other !== undefined &&
    one.ifIndex === other.ifIndex &&
    one.ifName === other.ifName &&
    one.ifDescr === other.ifDescr &&
    one.ifAlias === other.ifAlias &&
    one.ifType === other.ifType &&
    one.mac === other.mac
  )
}

function bare({ ifIndex, ifName, ifDescr, ifAlias, mac }: Seen): SeenInterface {
  return { ifIndex, ifName, ifDescr, ifAlias, mac }
}
