import {
  describeOutcome,
  type SnmpDevice,
  type SnmpFailure,
  type SnmpOutcome,
  type SnmpValue,
  type Table,
  type TableRow,
  type TableStop,
  type Varbind,
} from '../snmp/snmp.ts'
import { ReaderBudget } from './reader-budget.ts'

/**
 * What a survey reads a device through: bounded, and kept, so that two parts of a survey that want the same column
 * cost one walk. Nothing here throws for what a device does: what could not be read is empty, and stands in `problems`.
 */
export type SurveyReader = {
  /** The value of one instance, such as `1.3.6.1.2.1.1.5.0`. */
  scalar(oid: string): Promise<SnmpValue | undefined>
  /** Many instances in few questions; what the device lacks is left out. */
  scalars(oids: readonly string[]): Promise<ReadonlyMap<string, SnmpValue>>
  /** Columns of one table, `values` in the order of `columns`. Columns that another call has read are not read again. */
  table(columns: readonly string[], maxRows?: number): Promise<readonly TableRow[]>
  /** Everything below an OID, in its order. */
  subtree(oid: string, maxRows?: number): Promise<readonly Varbind[]>
  /** Which of these subtrees hold anything: some thirty of them cost one question. */
  present(oids: readonly string[]): Promise<ReadonlySet<string>>
  /** Enterprise numbers below which the device has anything, in order: a question each. */
  enterprises(): Promise<readonly number[]>
  readonly problems: readonly string[]
  /** How the device took it: null while it answers. */
  readonly failure: SnmpFailure | null
  /** Questions and tables that met silence so far; a table that was cut, or goes in circles, was read. */
  readonly unread: number
  /** Tables so far that were cut: longer than is read, or without end. */
  readonly cut: number
  /** Whether it was given up for what it cost: questions, time, memory, tables without end. Everything else is empty. */
  readonly isSpent: boolean
}

/** More rows than any table of a device that is surveyed in one go should have; the rest is left unread. */
const MAX_ROWS = 4_000
/** A device below this many enterprise numbers is no device. */
const MAX_ENTERPRISES = 24
/** Timeouts after which a device is left alone. */
const MAX_FAILURES = 3
const MAX_PROBLEMS = 50
/** Values of one call: the budget is looked at between calls. */
const MAX_VALUES_AT_ONCE = 128
const ENTERPRISES = '1.3.6.1.4.1'

export type ReaderOptions = {
  /** Of a clock that never jumps. */
  readonly nowMs?: () => number
  /** Rows of one table; 4,000 unless told. */
  readonly mostRows?: number
  /** Enterprise numbers that an earlier reader found below the device. */
  readonly enterprises?: readonly number[] | undefined
}

export function createReader(device: SnmpDevice, options: ReaderOptions = {}): SurveyReader {
  return new DeviceReader(device, options)
}

class DeviceReader implements SurveyReader {
  readonly #device: SnmpDevice
  readonly #scalars = new Map<string, SnmpValue | undefined>()
  readonly #columns = new Map<string, ReadonlyMap<string, SnmpValue>>()
  readonly #subtrees = new Map<string, { readonly rows: readonly Varbind[]; readonly maxRows: number }>()
  readonly #present = new Map<string, boolean>()
  readonly #problems: string[] = []
  #enterprises: readonly number[] | undefined
  #failures = 0
  #hasAnswered = false
  #failure: SnmpFailure | null = null

  readonly #budget: ReaderBudget
  readonly #mostRows: number
  #isSpent = false
  #unread = 0
  #cut = 0

  constructor(
    device: SnmpDevice,
    { nowMs = () => performance.now(), mostRows = MAX_ROWS, enterprises }: ReaderOptions,
  ) {
    this.#device = device
    this.#budget = new ReaderBudget(nowMs)
    this.#mostRows = mostRows
    this.#enterprises = enterprises
  }

  get cut(): number {
    return this.#cut
  }

  get unread(): number {
    return this.#unread
  }

  get problems(): readonly string[] {
    return this.#problems
  }

  get failure(): SnmpFailure | null {
    return this.#failure
  }

  get isSpent(): boolean {
    return this.#isSpent
  }

  async scalar(oid: string): Promise<SnmpValue | undefined> {
    return (await this.scalars([oid])).get(oid)
  }

  async scalars(oids: readonly string[]): Promise<ReadonlyMap<string, SnmpValue>> {
    const wanted = oids.filter((oid) => !this.#scalars.has(oid))
    for (let from = 0; from < wanted.length; from += MAX_VALUES_AT_ONCE) {
      const part = wanted.slice(from, from + MAX_VALUES_AT_ONCE)
      const got = await this.#ask(() => this.#device.get(part), `${part.length} values from ${part[0]}`)
      for (const [at, oid] of part.entries()) {
        const value = held(got?.[at]?.value)
        if (value !== undefined) this.#budget.keep(value, oid)
        this.#scalars.set(oid, value)
      }
    }
    const found = new Map<string, SnmpValue>()
    for (const oid of oids) {
      const value = this.#scalars.get(oid)
      if (value !== undefined) found.set(oid, value)
    }
    return found
  }

  async table(columns: readonly string[], maxRows?: number): Promise<readonly TableRow[]> {
    const wanted = [...new Set(columns)].filter((oid) => !this.#columns.has(oid))
    if (wanted.length > 0) {
      const got = await this.#walk(wanted, { maxRows, what: `the table at ${wanted[0]}` })
      const read = wanted.map(() => new Map<string, SnmpValue>())
      for (const { index, values } of got?.rows ?? []) {
        for (const [at, value] of values.entries()) if (value !== undefined) read[at]?.set(index, value)
      }
      for (const [at, oid] of wanted.entries()) this.#columns.set(oid, read[at] ?? new Map())
      if (got?.stopped && isSilence(got.stopped)) this.#unread++
      if (got?.stopped?.kind === 'limit') this.#cut++
      if (got?.stopped) this.#note(`the table at ${wanted[0]} was not read to its end: ${got.stopped.kind}`)
    }
    const kept = columns.map((oid) => this.#columns.get(oid))
    const indexes = new Set(kept.flatMap((column) => [...(column?.keys() ?? [])]))
    return Array.from(indexes, (index) => ({ index, values: kept.map((column) => column?.get(index)) }))
  }

  async subtree(oid: string, wantedRows?: number): Promise<readonly Varbind[]> {
    const maxRows = wantedRows ?? this.#mostRows
    const known = this.#subtrees.get(oid)
    if (known !== undefined && (known.maxRows >= maxRows || known.rows.length < known.maxRows)) return known.rows
    const got = await this.#walk([oid], { maxRows: wantedRows, what: `what is below ${oid}` })
    const rows = (got?.rows ?? []).flatMap(({ index, values: [value] }) =>
      value === undefined ? [] : [{ oid: `${oid}.${index}`, value }],
    )
    this.#subtrees.set(oid, { rows, maxRows })
    return rows
  }

  async present(oids: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = oids.filter((oid) => !this.#present.has(oid))
    for (let from = 0; from < wanted.length; from += MAX_VALUES_AT_ONCE) {
      const part = wanted.slice(from, from + MAX_VALUES_AT_ONCE)
      const got = await this.#ask(() => this.#device.next(part), 'which tables there are')
      // Not known to be absent: an agent that cannot answer this is asked for each table.
      for (const [at, oid] of part.entries()) {
        this.#present.set(oid, got === undefined || (got[at]?.oid.startsWith(`${oid}.`) ?? false))
      }
    }
    return new Set(oids.filter((oid) => this.#present.get(oid)))
  }

  async enterprises(): Promise<readonly number[]> {
    if (this.#enterprises !== undefined) return this.#enterprises
    const found: number[] = []
    for (let after = ENTERPRISES; found.length < MAX_ENTERPRISES; ) {
      const [next] = (await this.#ask(() => this.#device.next([after]), 'the enterprises')) ?? []
      const number = Number(next?.oid.startsWith(`${ENTERPRISES}.`) ? next.oid.split('.')[6] : Number.NaN)
      if (!Number.isInteger(number) || number <= (found.at(-1) ?? -1)) break
      found.push(number)
      after = `${ENTERPRISES}.${number}.4294967295`
    }
    this.#enterprises = found
    return found
  }

  async #walk(
    columns: readonly string[],
    { maxRows, what }: { readonly maxRows: number | undefined; readonly what: string },
  ): Promise<Table | undefined> {
    const options = { maxRows: maxRows ?? this.#mostRows, mayAsk: this.#budget.take }
    const got = await this.#ask(() => this.#device.walk(columns, options), what)
    for (const { index, values } of got?.rows ?? []) {
      for (const value of values) if (value !== undefined) this.#budget.keep(value, index)
    }
    // One that was cut where its reader wanted it cut has not ended, nor is it endless.
    const isCut = maxRows !== undefined && got?.stopped?.kind === 'limit'
    if (got !== undefined && !isCut) this.#budget.ended(got.stopped)
    return got
  }

  /** Whether the survey has cost too much; told once. */
  #giveUp(): boolean {
    const { spent } = this.#budget
    if (spent !== null && !this.#isSpent) this.#problems.push(`the survey was given up: ${spent}`)
    this.#isSpent ||= spent !== null
    return this.#isSpent || !this.#budget.take()
  }

  async #ask<T>(ask: () => Promise<SnmpOutcome<T>>, what: string): Promise<T | undefined> {
    if (this.#failures >= MAX_FAILURES || this.#giveUp()) {
      this.#unread++
      return undefined
    }
    const outcome = await this.#budget.during(ask)
    if (outcome.kind === 'ok') {
      this.#hasAnswered = true
      return outcome.value
    }
    this.#failure = outcome
    if (isSilence(outcome)) this.#unread++
    // One that has never answered is not asked for the rest of its tables.
    if (outcome.kind !== 'error' && !this.#hasAnswered) this.#failures = MAX_FAILURES
    else if (outcome.kind === 'timeout' || outcome.kind === 'unreachable') this.#failures++
    this.#note(`${what}: ${describeOutcome(outcome, this.#device.target)}`)
    return undefined
  }

  #note(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem)
  }
}

/** A device that answers with an error has said what it has. */
function isSilence(stop: TableStop): boolean {
  if (stop.kind === 'error') return stop.status === 'busy'
  return stop.kind !== 'limit' && stop.kind !== 'not-increasing'
}

/** A value apart from the packet in which it came, undefined where the device has none. */
function held(value: SnmpValue | undefined): SnmpValue | undefined {
  return value === undefined || value.kind === 'missing' || value.kind === 'null' ? undefined : value
}
