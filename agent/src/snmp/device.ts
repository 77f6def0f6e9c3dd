import { lookup } from 'node:dns/promises'
import type { EpochMs } from '@eyenet/shared/identity'
import { type ColumnTable, cellAt, type TableStop } from './column-table.ts'
import { type Conversation, openConversation } from './conversation.ts'
import type { SnmpCounters } from './counters.ts'
import { inBackground } from './in-background.ts'
import { inContext } from './in-context.ts'
import { communityLink, type Link } from './link.ts'
import { MAX_REPETITIONS } from './message.ts'
import { encodeOid, formatOid } from './oid.ts'
import type { SnmpOutcome, SnmpTarget } from './outcome.ts'
import { MAX_WALK_MS, type ReadColumnsOptions, readCells, readTable } from './read-columns.ts'
import { readNext } from './read-next.ts'
import type { Learnt } from './sizing.ts'
import { TcpLine } from './tcp-line.ts'
import { canonicalAddress, type Endpoint, type Timers, type Transport } from './transport.ts'
import { usmLink } from './usm-link.ts'
import { type SnmpValue, type Varbind, varbindAt } from './value.ts'

export type TableRow = { readonly index: string; readonly values: readonly (SnmpValue | undefined)[] }
export type Table = { readonly rows: readonly TableRow[]; readonly stopped: TableStop | null }

/** `maxMs` is five minutes unless told. */
export type WalkOptions = Pick<ReadColumnsOptions, 'maxRows' | 'maxMs' | 'mayAsk'>

/** One SNMP agent. Keep it between polls: it learns how large answers may be, and v3 needs no new discovery. */
export type SnmpDevice = {
  readonly target: SnmpTarget
  /** What its answers have taught so far: keep it, and hand it to `SnmpTarget.learnt` after a restart. */
  readonly learnt?: Learnt
  /** Values in the order of `oids`; what the device lacks is `missing`. Throws `invalid` on what is no OID. */
  get(oids: readonly string[]): Promise<SnmpOutcome<readonly Varbind[]>>
  /** What follows each of `oids` (GETNEXT); undefined at the end of what the device has. */
  next(oids: readonly string[]): Promise<SnmpOutcome<readonly (Varbind | undefined)[]>>
  /** A table of any types, decoded: rows by index suffix, `values` in the order of `columns`. */
  walk(columns: readonly string[], options?: WalkOptions): Promise<SnmpOutcome<Table>>
  /** Columns as typed arrays, for polling. */
  readColumns(columns: readonly string[], options?: ReadColumnsOptions): Promise<SnmpOutcome<ColumnTable>>
  /**
   * The same device as it is in another context: a VLAN of a switch, a virtual router. v1 and v2c ask for `community@name`,
   * v3 with the context name. It takes its turn with this device's questions; closing it closes nothing.
   */
  inContext(name: string): SnmpDevice
  /** The same device for questions that can wait: evenly, at a quarter of its pace, so that polls find the rest free. */
  inBackground(): SnmpDevice
  /** Ends what is asked now, and everything asked later, as `unreachable`. */
  close(): void
}

export type DeviceOptions = {
  target: SnmpTarget
  transport: Transport
  counters: SnmpCounters
  resolve: Resolve
  clock: { now(): EpochMs }
  timers: Timers
  /** Numbers in 0 .. 1. */
  random: () => number
  monotonicMs: () => number
  open: Set<() => void>
}

/** Turns a host name into an IP address, or throws. */
export type Resolve = (host: string) => Promise<string>

export const resolveByDns: Resolve = async (host) => (await lookup(host)).address

const DEFAULT_TIMEOUT_MS = 2_000
const DEFAULT_RETRIES = 2
const DEFAULT_PORT = 161
/** A moved host is found again after this. */
const RESOLVED_FOR_MS = 5 * 60_000

export function openDevice(options: DeviceOptions): SnmpDevice {
  const { target, counters } = options
  const link = openLink(options)
  const conversation = openConversation({
    link,
    counters,
    timers: options.timers,
    random: options.random,
    timeoutMs: target.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retries: target.retries ?? DEFAULT_RETRIES,
    maxRepetitions: target.maxRepetitions ?? MAX_REPETITIONS,
    maxRequestsPerSecond: target.maxRequestsPerSecond,
    learnt: target.learnt,
  })
  const close = (): void => {
    conversation.close()
    link.close()
  }
  return deviceOver(conversation, { target, timers: options.timers, close })
}

type Over = { readonly target: SnmpTarget; readonly timers: Timers; readonly close: () => void }

function deviceOver(conversation: Conversation, { target, timers, close }: Over): SnmpDevice {
  const part = { target, timers, close: () => undefined }
  const device: SnmpDevice = {
    target,
    get learnt() {
      return conversation.learnt
    },
    async get(oids) {
      const names = oids.map(encodeOid)
      const found: (Varbind | undefined)[] = new Array(oids.length)
      const failure = await conversation.getAll(names, (list, at, place) => {
        if (list) found[place] = varbindAt(list, at)
      })
      return failure ?? { kind: 'ok', value: names.map((name, place) => found[place] ?? absent(formatOid(name))) }
    },
    next: (oids) => readNext(conversation, oids),
    async walk(columns, walkOptions) {
      const outcome = await device.readColumns(columns, { maxMs: MAX_WALK_MS, ...walkOptions })
      return outcome.kind === 'ok' ? { kind: 'ok', value: asRows(outcome.value) } : outcome
    },
    readColumns: (columns, readOptions = {}) =>
      readOptions.indexes
        ? readCells(conversation, columns, readOptions.indexes)
        : readTable(conversation, columns, readOptions),
    inContext: (name) => deviceOver(inContext(conversation, name), part),
    inBackground() {
      const { maxRequestsPerSecond } = target
      return deviceOver(inBackground(conversation, { timers, maxRequestsPerSecond }), part)
    },
    close,
  }
  return device
}

/** v1's answer for a name that the agent does not know. */
function absent(oid: string): Varbind {
  return { oid, value: { kind: 'missing', reason: 'noSuchObject' } }
}

function asRows({ indexes, columns, stopped }: ColumnTable): Table {
  const rows = indexes.map((index, row) => ({ index, values: columns.map((column) => cellAt(column, row)) }))
  return { rows, stopped }
}

function openLink(options: DeviceOptions): Link {
  const { target } = options
  const address = canonicalAddress(target.address)
  if (address !== null) return linkTo(options, { address, port: target.port ?? DEFAULT_PORT })
  return resolvingLink(options)
}

function linkTo(options: DeviceOptions, endpoint: Endpoint): Link {
  const { target, counters, timers, monotonicMs, open } = options
  const { credential } = target
  const line = target.transport === 'tcp' ? new TcpLine({ endpoint, counters, timers, monotonicMs, open }) : null
  const transport = line ?? options.transport
  const link =
    credential.version === '3'
      ? usmLink({ transport, endpoint, credential, counters, timers, monotonicMs, open })
      : communityLink(transport, endpoint, credential)
  const close = (): void => {
    link.close()
    line?.close()
  }
  return { hasBulk: link.hasBulk, ask: (request, timeoutMs) => link.ask(request, timeoutMs), close }
}

/** A link to a host name: resolved at the first question, and again after five minutes. */
function resolvingLink(options: DeviceOptions): Link {
  const { target, resolve, clock } = options
  let current: { address: string; link: Link; until: number } | null = null
  const find = async (): Promise<Link | null> => {
    if (current && clock.now() < current.until) return current.link
    const address = canonicalAddress(await resolve(target.address).catch(() => ''))
    if (address === null) return null
    const isSame = current?.address === address
    if (!isSame) current?.link.close()
    const link = isSame && current ? current.link : linkTo(options, { address, port: target.port ?? DEFAULT_PORT })
    current = { address, link, until: clock.now() + RESOLVED_FOR_MS }
    return link
  }
  return {
    hasBulk: target.credential.version !== '1',
    async ask(request, timeoutMs) {
      const link = await find()
      return link ? link.ask(request, timeoutMs) : { kind: 'unreachable', detail: 'its name could not be resolved' }
    },
    close: () => current?.link.close(),
  }
}
