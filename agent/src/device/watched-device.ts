import { type DeviceId, type EpochMs, strongestFact } from '@eyenet/shared/identity'
import type { DeviceReach, SnmpAccess } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions, NewEvent, NewFacts } from '../buffer/buffer.ts'
import type { Pinger, PingOutcome } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpDevice, SnmpEngine, SnmpOutcome } from '../snmp/snmp.ts'
import { deviceIdOf } from './device-id.ts'
import { DeviceInfo } from './device-info.ts'
import type { DeviceMemory, Remembered } from './device-memory.ts'
import { FactsTeller, factsOf } from './facts.ts'
import { Interfaces, type Turn } from './interfaces.ts'
import { DeviceSeries, PollSamples, rounded, type SeriesIds } from './poll-samples.ts'
import { isSameReach, reachOf } from './reach.ts'
import { Resources } from './resources.ts'
import { hasRestarted, type UptimeReading } from './restart.ts'
import { addScalars, Scalars, type ScalarValues } from './scalars.ts'
import { Sensors } from './sensors.ts'
import { readSystem, type SystemFacts } from './system.ts'
import { resolveAddress, snmpTargetOf } from './target.ts'

export type WatchedTarget = {
  /** Names the target for as long as it is configured: its address, and the port where SNMP is asked. */
  readonly key: string
  readonly address: string
  readonly name?: string
  /** The identity, where the server has chosen it. */
  readonly device?: DeviceId
  readonly snmp?: SnmpAccess
  readonly ping: boolean
  /** The agent found it by itself: many gateways and resolvers answer no ping, so it counts from its first answer on. */
  readonly unasked?: boolean
  readonly intervalMs: number
}

export type DeviceParts = {
  readonly site: string
  readonly snmp: SnmpEngine
  readonly pinger: Pinger
  readonly outbox: SeriesIds & { append(additions: Additions): void }
  readonly memory: DeviceMemory
  readonly clock: Clock
  readonly logger: Logger
}

/** What exists on a device is looked for this often, and after a restart. */
const DISCOVER_EVERY_MS = 3_600_000
/** Where rows of the interface table came or went without a word from the device. */
const DISCOVER_CHANGED_MS = 300_000
/** More echoes tell loss better; a device that is polled often gets one. */
const PING_COUNT = 3
const PING_OFTEN_MS = 30_000
/** One event per interface up to here; more at once are one of the device. */
const MAX_BREAK_EVENTS = 8

type Read = { readonly values: ScalarValues; readonly restarted: boolean; readonly system: SystemFacts | undefined }

/** One target: polls it, and hands samples, events and facts to the outbox. */
export class WatchedDevice {
  readonly target: WatchedTarget
  readonly #parts: DeviceParts
  readonly #snmp: SnmpDevice | undefined
  readonly #scalars = new Scalars()
  readonly #interfaces: Interfaces
  readonly #resources = new Resources()
  readonly #sensors = new Sensors()
  readonly #teller = new FactsTeller()
  readonly #info = new DeviceInfo()
  #remembered: Remembered | undefined
  #series: DeviceSeries | undefined
  #system: SystemFacts | undefined
  #reach: DeviceReach | undefined
  #upTime: UptimeReading | undefined
  #ifTableLastChange: number | undefined
  #discoveredAtMs = Number.NEGATIVE_INFINITY
  #polledAtMs = Number.NaN

  constructor(target: WatchedTarget, parts: DeviceParts) {
    this.target = target
    this.#parts = parts
    this.#snmp = target.snmp && parts.snmp.device(snmpTargetOf(target.address, target.snmp))
    this.#remembered = parts.memory.load(target.key)
    this.#interfaces = new Interfaces(
      this.#remembered && { known: this.#remembered.interfaces, bases: this.#remembered.bases },
    )
  }

  /** Undefined before the first poll is through. */
  get device(): DeviceId | undefined {
    return this.#series === undefined ? undefined : this.#remembered?.device
  }

  get reach(): DeviceReach | undefined {
    return this.#reach
  }

  /** One poll. Whether the device answered anything. */
  async poll(tick: EpochMs): Promise<boolean> {
    const startedMs = this.#parts.clock.monotonicMs()
    const samples = new PollSamples()
    const events: NewEvent[] = []
    const [ping, contact] = await Promise.all([this.#ping(), this.#contact()])
    const identity = this.#identify()
    const series = this.#seriesOf(identity.device)
    let varbinds = 0
    if (contact?.kind === 'ok') {
      const turn = this.#turn({ samples, series, restarted: contact.value.restarted })
      varbinds = await this.#readTables(contact.value, { turn, events, device: identity.device, tick })
    }
    if (ping?.kind === 'reply') this.#noteAnswer()
    const isStranger = this.target.unasked === true && this.#remembered?.answered !== true
    const reach = reachOf({
      address: this.target.address,
      isStranger,
      ...(this.#snmp && contact ? { snmp: { target: this.#snmp.target, outcome: contact } } : {}),
      ...(ping === undefined ? {} : { ping }),
    })
    const nowMs = this.#parts.clock.monotonicMs()
    this.#addReach(reach, ping, { samples, series })
    if (contact?.kind === 'ok') {
      samples.add(series.plain('snmp_poll_duration_seconds'), rounded((nowMs - startedMs) / 1000, 3))
      samples.add(series.plain('snmp_poll_varbinds'), varbinds)
    }
    if (this.#reach !== undefined && !isSameReach(this.#reach, reach)) {
      events.push({ kind: 'reach-changed', at: tick, device: identity.device, ...reach })
    }
    this.#reach = reach
    const facts = this.#facts(tick, identity, reach)
    this.#info.add(facts, { samples, series, nowMs })
    const told = this.#teller.isDue(facts, nowMs) ? [facts] : []
    this.#parts.outbox.append({ samples: [samples.at(tick)], events, facts: told })
    return reach.snmp === 'up' || reach.icmp === 'up'
  }

  close(): void {
    this.#snmp?.close()
  }

  async #ping(): Promise<PingOutcome | undefined> {
    const { target } = this
    if (!target.ping) return undefined
    const resolved = await resolveAddress(target.address)
    if (resolved.kind === 'failed') {
      return { kind: 'unreachable', detail: `its name could not be resolved (${resolved.detail})` }
    }
    return this.#parts.pinger.ping(resolved.address, { count: target.intervalMs < PING_OFTEN_MS ? 1 : PING_COUNT })
  }

  /** The single values, and who it is where that is not known yet. A device that is down is asked one cheap question. */
  async #contact(): Promise<SnmpOutcome<Read> | undefined> {
    const device = this.#snmp
    if (device === undefined) return undefined
    if (this.#reach?.snmp === 'down') {
      this.#scalars.askUpTimeOnly()
      const sign = await this.#scalars.read(device)
      if (sign.kind !== 'ok') return sign
      this.#scalars.rediscover()
    }
    const outcome = await this.#scalars.read(device)
    if (outcome.kind !== 'ok') return outcome
    const restarted = this.#noteUpTime(outcome.value)
    const nowMs = this.#parts.clock.monotonicMs()
    if (restarted || nowMs - this.#discoveredAtMs >= DISCOVER_EVERY_MS) {
      const system = await readSystem(device)
      if (system.kind !== 'ok') return system
      this.#system = system.value
      return { kind: 'ok', value: { values: outcome.value, restarted, system: system.value } }
    }
    return { kind: 'ok', value: { values: outcome.value, restarted, system: undefined } }
  }

  #noteUpTime({ upTime, engineTime }: ScalarValues): boolean {
    if (upTime === undefined) return false
    const atMs = this.#parts.clock.monotonicMs()
    const now: UptimeReading = { upTime, atMs, ...(engineTime === undefined ? {} : { engineTime }) }
    const restarted = this.#upTime !== undefined && hasRestarted(this.#upTime, now)
    this.#upTime = now
    return restarted
  }

  #turn(parts: Pick<Turn, 'samples' | 'series' | 'restarted'>): Turn {
    const nowMs = this.#parts.clock.monotonicMs()
    const seconds = Math.max(1, (nowMs - this.#polledAtMs) / 1000)
    return { ...parts, nowMs, seconds: Number.isNaN(seconds) ? 1 : seconds }
  }

  async #readTables(read: Read, into: TablesInto): Promise<number> {
    const device = this.#snmp
    if (device === undefined) return 0
    const { turn, events, tick } = into
    const { values, restarted } = read
    addScalars(values, turn)
    if (restarted) events.push({ kind: 'discontinuity', at: tick, device: into.device, cause: 'restart' })
    const isTableChanged = values.ifTableLastChange !== this.#ifTableLastChange
    this.#ifTableLastChange = values.ifTableLastChange
    if (read.system !== undefined || isTableChanged) await this.#discover(device, turn)
    const interfaces = await this.#interfaces.poll(device, turn)
    let varbinds = Object.keys(values).length
    if (interfaces.kind === 'ok') {
      this.#polledAtMs = turn.nowMs
      varbinds += interfaces.value.varbinds
      events.push(...breakEvents(interfaces.value.breaks, into))
      // Not at once, so that a device whose table always differs is not walked at each poll.
      const soon = turn.nowMs - DISCOVER_EVERY_MS + DISCOVER_CHANGED_MS
      if (interfaces.value.isChanged) this.#discoveredAtMs = Math.min(this.#discoveredAtMs, soon)
    }
    const skipMemory = values.memTotalReal !== undefined && values.memAvailReal !== undefined
    for (const outcome of [
      await this.#resources.poll(device, turn, skipMemory),
      await this.#sensors.poll(device, turn),
    ]) {
      if (outcome.kind === 'ok') varbinds += outcome.value
    }
    if (this.#interfaces.basesChanged) this.#remember()
    return varbinds
  }

  async #discover(device: SnmpDevice, turn: Turn): Promise<void> {
    const found = await this.#interfaces.discover(device)
    if (found.kind !== 'ok') return
    await this.#resources.discover(device, turn)
    await this.#sensors.discover(device, turn)
    this.#discoveredAtMs = turn.nowMs
    this.#remember()
  }

  /** Chosen once and kept: the history of a device does not depend on what it says later. */
  #identify(): Remembered {
    const { target } = this
    if (this.#remembered !== undefined && target.device === undefined) return this.#remembered
    if (this.#remembered !== undefined && this.#remembered.device === target.device) return this.#remembered
    const { engineId, serial, chassisMac, sysName, sysObjectId } = this.#system ?? {}
    const fact = strongestFact({
      ...(engineId ? { engineId } : {}),
      ...(serial ? { serial } : {}),
      ...(chassisMac ? { chassisMac } : {}),
      ...(sysName ? { sysName } : {}),
      ...(sysObjectId ? { sysObjectId } : {}),
      site: this.#parts.site,
      address: target.address,
    })
    const device = target.device ?? deviceIdOf(fact)
    const rank = target.device === undefined ? fact.rank : 'server'
    this.#remembered = { device, rank, interfaces: [...this.#interfaces.known], bases: this.#interfaces.bases }
    this.#remember()
    return this.#remembered
  }

  #noteAnswer(): void {
    if (this.#remembered === undefined || this.#remembered.answered === true) return
    this.#remembered = { ...this.#remembered, answered: true }
    this.#remember()
  }

  #remember(): void {
    if (this.#remembered === undefined) return
    const { known, bases } = this.#interfaces
    this.#remembered = { ...this.#remembered, interfaces: [...known], bases }
    this.#interfaces.basesChanged = false
    try {
      this.#parts.memory.save(this.target.key, this.#remembered)
    } catch (err) {
      this.#parts.logger.warn(
        { err, target: this.target.key },
        'cannot keep what is known of a device; free some space',
      )
    }
  }

  #seriesOf(device: DeviceId): DeviceSeries {
    this.#series ??= new DeviceSeries(this.#parts.outbox, { site: this.#parts.site, device })
    return this.#series
  }

  #addReach(
    reach: DeviceReach,
    ping: PingOutcome | undefined,
    { samples, series }: { samples: PollSamples; series: DeviceSeries },
  ): void {
    // A device that nobody asks anything is neither up nor down.
    if (reach.snmp === 'off' && reach.icmp === 'off') return
    samples.add(series.plain('device_up'), reach.snmp === 'up' || reach.icmp === 'up' ? 1 : 0)
    if (reach.snmp !== 'off') samples.add(series.plain('snmp_up'), reach.snmp === 'up' ? 1 : 0)
    if (reach.icmp === 'off') return
    samples.add(series.plain('icmp_up'), reach.icmp === 'up' ? 1 : 0)
    samples.add(series.plain('icmp_loss_ratio'), ping?.kind === 'reply' ? rounded(ping.lossRatio, 3) : 1)
    if (ping?.kind === 'reply') samples.add(series.plain('icmp_rtt_seconds'), rounded(ping.rttSeconds, 6))
  }

  #facts(at: EpochMs, { device, rank }: Remembered, reach: DeviceReach): NewFacts {
    const { name, address, snmp, intervalMs } = this.target
    const interfaces = this.#interfaces.found
    const kindOfTarget = snmp ? 'snmp' : 'ping'
    const system = this.#system
    return factsOf({ at, device, rank, name, address, kindOfTarget, intervalMs, system, reach, interfaces })
  }
}

type TablesInto = {
  readonly turn: Turn
  readonly events: NewEvent[]
  readonly device: DeviceId
  readonly tick: EpochMs
}

function breakEvents(
  breaks: readonly { interface: string; cause: 'counter-reset' | 'impossible-rate' }[],
  { device, tick }: TablesInto,
): NewEvent[] {
  const head = { kind: 'discontinuity', at: tick, device } as const
  const [first] = breaks
  if (first === undefined) return []
  if (breaks.length > MAX_BREAK_EVENTS) return [{ ...head, cause: first.cause }]
  return breaks.map((one) => ({ ...head, ...one }))
}
