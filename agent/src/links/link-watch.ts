import { messageOf } from '@eyenet/shared/errors'
import type { DeviceId } from '@eyenet/shared/identity'
import { MAX_LINKS, type ReportedInterface } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions } from '../buffer/buffer.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpDevice } from '../snmp/snmp.ts'
import { createReader, type LinkWish, readLinks, type SurveyInterface } from '../survey/survey.ts'
import { KeptStations } from './kept-stations.ts'
import { LinkTeller } from './link-teller.ts'
import {
  type ArpStation,
  arpPart,
  arpStations,
  type ForwardedStation,
  forwardedStations,
  forwardingPart,
} from './station-parts.ts'
import { type LinkParts, PortNames, toldParts } from './told-parts.ts'
import { VlanReaders } from './vlan-readers.ts'

export type LinkWatchParts = {
  /** How often all tables are read. */
  readonly everyMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: { append(additions: Additions): void }
  /** Readings of many devices begin in turn. */
  readonly turns: { run<T>(read: () => Promise<T>): Promise<T> }
}

/** Who the device is now, and the interfaces that it has. */
export type WatchedLinks = {
  readonly device: DeviceId
  readonly sysObjectId: string
  readonly interfaces: readonly ReportedInterface[]
  isDown(port: string): boolean
}

/** A neighbour's first frame is soon there after a link comes up; one that says nothing by itself needs its half minute. */
const AFTER_CHANGE_MS = [10_000, 40_000] as const
/** A table of stations longer than this takes a while to read: it is read at every third time. */
const LONG_TABLE = 2_000
const LONG_TABLE_TIMES = 3
/** What vendors' tables there are, and whether VLANs can be asked one by one, is found out again after this. */
const KNOWN_FOR_MS = 3_600_000
const CISCO_ID = /^1\.3\.6\.1\.4\.1\.9\./

/** Reads one device's tables of links beside its polls, and tells what changed. */
export class LinkWatch {
  readonly #parts: LinkWatchParts
  readonly #snmp: SnmpDevice
  readonly #teller = new LinkTeller()
  readonly #forwarding = new KeptStations<ForwardedStation>(MAX_LINKS.forwarding)
  readonly #arp = new KeptStations<ArpStation>(MAX_LINKS.arp)
  #enterprises: readonly number[] | undefined
  readonly #vlans = new VlanReaders()
  #knownAtMs = Number.NEGATIVE_INFINITY
  #readAtMs = Number.NEGATIVE_INFINITY
  #times = 0
  #hasBridge = false
  #running: Promise<void> | undefined
  /** All is to be read again when what is being read is through. */
  #again: (() => WatchedLinks) | undefined
  #cancels: (() => void)[] = []
  #isClosed = false

  constructor(snmp: SnmpDevice, parts: LinkWatchParts) {
    this.#snmp = snmp.inBackground()
    this.#parts = parts
  }

  /** After each poll that the device answered: reads all where that is due. */
  polled(now: () => WatchedLinks): void {
    const isDue = this.#parts.clock.monotonicMs() - this.#readAtMs >= this.#parts.everyMs
    if (isDue && this.#running === undefined) this.#begin('all', now)
  }

  /** A port went up or down: neighbours are read soon, and everything a little later. More changes until then are the same. */
  changed(now: () => WatchedLinks): void {
    if (this.#cancels.length > 0 || this.#isClosed) return
    const [soon, later] = AFTER_CHANGE_MS
    const { clock } = this.#parts
    this.#cancels = [
      clock.after(soon, () => this.#begin('near', now)),
      clock.after(later, () => {
        this.#cancels = []
        this.#begin('all', now)
      }),
    ]
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  close(): void {
    this.#isClosed = true
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }

  #begin(depth: LinkWish['depth'], now: () => WatchedLinks): void {
    if (this.#isClosed) return
    if (this.#running !== undefined) {
      if (depth === 'all') this.#again = now
      return
    }
    const { clock, turns, logger } = this.#parts
    if (depth === 'all') this.#readAtMs = clock.monotonicMs()
    this.#running = turns
      .run(() => this.#read(depth, now))
      .catch((thrown: unknown) => {
        // One device's surprise ends its reading, not the agent; the next one tries again.
        const { address } = this.#snmp.target
        if (!this.#isClosed)
          logger.error({ address, problem: messageOf(thrown) }, 'reading the links of a device failed')
      })
      .finally(() => {
        this.#running = undefined
        const again = this.#again
        this.#again = undefined
        if (again !== undefined) this.#begin('all', again)
      })
  }

  async #read(depth: LinkWish['depth'], now: () => WatchedLinks): Promise<void> {
    if (this.#isClosed) return
    const { clock, outbox } = this.#parts
    const { sysObjectId, interfaces } = now()
    this.#refresh()
    const options = { mostRows: MAX_LINKS.forwarding, enterprises: this.#enterprises }
    const reader = createReader(this.#snmp, { ...options, nowMs: () => clock.monotonicMs() })
    const isLong = this.#forwarding.size + this.#arp.size > LONG_TABLE
    const stations = depth === 'all' && (!isLong || this.#times++ % LONG_TABLE_TIMES === 0)
    const survey = await readLinks(reader, {
      ...{ depth, stations, interfaces: interfaces.map(surveyed) },
      ...(CISCO_ID.test(sysObjectId) && { inVlan: (vlan) => this.#vlans.of(vlan, this.#snmp) }),
    })
    if (this.#isClosed) return
    this.#vlans.noteFailures()
    if (reader.failure === null) this.#enterprises = await reader.enterprises()
    const after = now()
    const ports = new PortNames(after.interfaces)
    const { parts, truncated } = toldParts(survey, ports)
    // One that was a bridge and is none any more says so.
    const noBridge = survey.bridge === null && this.#hasBridge ? { bridge: { ports: [] } } : {}
    this.#hasBridge ||= parts.bridge !== undefined
    const nowMs = clock.monotonicMs()
    const told = { ...parts, ...noBridge, ...this.#stations(survey, ports, { nowMs, isDown: after.isDown }) }
    const isCut = [...truncated, ...(this.#forwarding.isCut ? ['forwarding'] : []), ...(this.#arp.isCut ? ['arp'] : [])]
    const reports = this.#teller.reports(told, isCut, { device: after.device, at: clock.now(), nowMs })
    if (reports.length > 0) outbox.append({ facts: reports })
  }

  #stations(
    { forwarding, arp }: Awaited<ReturnType<typeof readLinks>>,
    ports: PortNames,
    at: { nowMs: number; isDown: (port: string) => boolean },
  ): LinkParts {
    if (forwarding !== undefined) this.#forwarding.take(forwardedStations(forwarding, ports), at)
    if (arp !== undefined) this.#arp.take(arpStations(arp, ports), at)
    const macs = forwarding && this.#forwarding.due(at.nowMs)
    const ips = arp && this.#arp.due(at.nowMs)
    return { ...(macs && { forwarding: forwardingPart(macs) }), ...(ips && { arp: arpPart(ips) }) }
  }

  #refresh(): void {
    const nowMs = this.#parts.clock.monotonicMs()
    if (nowMs - this.#knownAtMs < KNOWN_FOR_MS) return
    this.#knownAtMs = nowMs
    this.#enterprises = undefined
    this.#vlans.forget()
  }
}

function surveyed({ ifIndex, ifName, ifDescr, ifAlias, ifType, mac }: ReportedInterface): SurveyInterface {
  return { ifIndex, name: ifName || ifDescr, descr: ifDescr, alias: ifAlias, type: ifType, ...(mac !== '' && { mac }) }
}
