import { type DeviceId, type EpochMs, strongestFact } from '@eyenet/shared/identity'
import type { CustomMetric, DeviceReach, SnmpAccess } from '@eyenet/shared/wire'
import type { Additions, NewEvent, NewFacts } from '../buffer/buffer.ts'
import { LinkWatch, type WatchedLinks } from '../links/links.ts'
import type { Pinger, PingOutcome } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpDevice, SnmpEngine, SnmpOutcome } from '../snmp/snmp.ts'
import type { SurveyIdentity } from '../survey/survey.ts'
import { breakEvents } from './break-events.ts'
import { CustomMetrics } from './custom-metrics.ts'
import { deviceIdOf } from './device-id.ts'
import { DeviceInfo } from './device-info.ts'
import type { DeviceMemory, Remembered } from './device-memory.ts'
import { DeviceSurvey, type SurveyParts } from './device-survey.ts'
import { FactsTeller, factsOf } from './facts.ts'
import { Interfaces, type Turn } from './interfaces.ts'
import { DeviceSeries, PollSamples, rounded, type SeriesIds } from './poll-samples.ts'
import { isSameReach, reachOf } from './reach.ts'
import { hasRestarted, type UptimeReading } from './restart.ts'
import { addScalars, Scalars, type ScalarValues } from './scalars.ts'
import type { SurveyTurns } from './survey-turns.ts'
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
  readonly intervals: WatchedIntervals
  readonly metrics?: readonly CustomMetric[]
}

/** How often what is read that is not read at each poll. */
export type WatchedIntervals = {
  readonly sensorsMs: number
  readonly inventoryMs: number
  readonly linksMs: number
  /** By metric. */
  readonly metricsMs: Readonly<Record<string, number>>
}

export type DeviceParts = SurveyParts & {
  readonly site: string
  readonly snmp: SnmpEngine
  readonly pinger: Pinger
  readonly outbox: SeriesIds & { append(additions: Additions): void }
  readonly memory: DeviceMemory
  readonly clock: Clock
  /** In which readings of links begin. */
  readonly linkTurns: SurveyTurns
}

/** Where rows of the interface table came or went without a word from the device. */
const DISCOVER_CHANGED_MS = 300_000
/** More echoes tell loss better; a device that is polled often gets one. */
const PING_COUNT = 3
const PING_OFTEN_MS = 30_000

/** `isNew`: what exists on the device is to be looked for. */
type Read = { readonly values: ScalarValues; readonly restarted: boolean; readonly isNew: boolean }

/** One target: polls it, and hands samples, events and facts to the outbox. */
export class WatchedDevice {
  readonly target: WatchedTarget
  readonly #parts: DeviceParts
  readonly #snmp: SnmpDevice | undefined
  readonly #scalars = new Scalars()
  readonly #interfaces: Interfaces
  readonly #survey: DeviceSurvey
  readonly #links: LinkWatch | undefined
  readonly #custom: CustomMetrics
  readonly #teller = new FactsTeller()
  readonly #info = new DeviceInfo()
  #remembered: Remembered | undefined
  #series: DeviceSeries | undefined
  #reach: DeviceReach | undefined
  #upTime: UptimeReading | undefined
  #ifTableLastChange: number | undefined
  #discoveredAtMs = Number.NEGATIVE_INFINITY
  #facts: NewFacts | undefined
  /** What `#facts` was made of. */
  #factsMade: FactsMade | undefined
  #polledAtMs = Number.NaN
  #polledTick = Number.NaN
  /** It began anew, and its counters have not been read since. */
  #isRestartDue = false

  constructor(target: WatchedTarget, parts: DeviceParts) {
    this.target = target
    this.#parts = parts
    const { sensorsMs, metricsMs } = target.intervals
    this.#survey = new DeviceSurvey(parts, (metric, toldSeconds) =>
      Math.max(target.intervalMs, metricsMs[metric] ?? (toldSeconds === undefined ? sensorsMs : toldSeconds * 1000)),
    )
    this.#custom = new CustomMetrics(target.metrics ?? [], sensorsMs)
    this.#remembered = parts.memory.load(target.key)
    const { snmp } = target
    this.#snmp = snmp && parts.snmp.device(snmpTargetOf(target.address, snmp, this.#remembered?.learnt))
    const { linkTurns: turns, ...rest } = parts
    this.#links = this.#snmp && new LinkWatch(this.#snmp, { ...rest, turns, everyMs: target.intervals.linksMs })
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

  /** Devices with the same family share what people choose about sensors; undefined before the first contact. */
  get family(): string | undefined {
    return this.#survey.family
  }

  /** Looks at the next poll again for what exists. */
  surveyAgain(): void {
    this.#discoveredAtMs = Number.NEGATIVE_INFINITY
  }

  /** Something says that a port of it changed: its links are read soon. False before its first poll, and without SNMP. */
  linksMayHaveChanged(): boolean {
    if (this.device === undefined || this.#links === undefined) return false
    this.#links.changed(() => this.#watchedLinks)
    return true
  }

  /** Resolves when nothing is read beside polls. */
  async surveyed(): Promise<void> {
    await Promise.all([this.#survey.settled(), this.#links?.settled()])
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
      if (contact.value.restarted) {
        this.#isRestartDue = true
        this.#custom.noteRestart()
      }
      const turn = this.#turn({ samples, series, restarted: this.#isRestartDue })
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
    const before = this.#facts
    const facts = this.#factsNow(tick, identity, reach)
    this.#info.add(facts, { samples, series, nowMs })
    const told = this.#teller.isDue(facts, nowMs, facts === before) ? [{ ...facts, at: tick, reach }] : []
    this.#parts.outbox.append({ samples: [samples.at(tick)], events, facts: told })
    if (contact?.kind === 'ok') this.#links?.polled(() => this.#watchedLinks)
    return reach.snmp === 'up' || reach.icmp === 'up'
  }

  close(): void {
    this.#survey.close()
    this.#links?.close()
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
    const isNew = restarted || nowMs - this.#discoveredAtMs >= this.target.intervals.inventoryMs
    if (this.#survey.identity === undefined) {
      const identity = await this.#survey.identify(device)
      if (identity.kind !== 'ok') return identity
    }
    return { kind: 'ok', value: { values: outcome.value, restarted, isNew } }
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
    if (read.isNew || isTableChanged) await this.#discover(device, into)
    const interfaces = await this.#interfaces.poll(device, turn)
    let varbinds = Object.keys(values).length
    if (interfaces.kind === 'ok') {
      this.#polledAtMs = turn.nowMs
      varbinds += interfaces.value.varbinds
      events.push(...breakEvents(interfaces.value.breaks, into))
      this.#isRestartDue = false
      if (interfaces.value.hasMoved) this.#links?.changed(() => this.#watchedLinks)
      if (interfaces.value.isChanged) this.#discoverSoon(turn.nowMs)
    }
    const dueAt = { tick, before: this.#polledTick }
    this.#polledTick = tick
    for (const outcome of [
      await this.#survey.readings.poll(device, { ...dueAt, samples: turn.samples }),
      await this.#custom.poll(device, { ...turn, ...dueAt }),
    ]) {
      if (outcome.kind === 'ok') varbinds += outcome.value
    }
    if (this.#interfaces.basesChanged) this.#remember()
    return varbinds
  }

  async #discover(device: SnmpDevice, { turn, tick }: TablesInto): Promise<void> {
    const found = await this.#interfaces.discover(device)
    if (found.kind !== 'ok') return
    await this.#custom.discover(device)
    this.#survey.begin(device, turn.series, {
      first: () => this.#readFirst(device, tick),
      failed: () => this.#discoverSoon(this.#parts.clock.monotonicMs()),
    })
    this.#discoveredAtMs = turn.nowMs
    this.#remember()
  }

  get #watchedLinks(): WatchedLinks {
    return {
      device: this.#identify().device,
      sysObjectId: this.#survey.identity?.sysObjectId ?? '',
      interfaces: this.#interfaces.found,
      isDown: (port) => this.#interfaces.isDown(port),
    }
  }

  /** Not at once, so that a device whose table always differs is not walked at each poll. */
  #discoverSoon(nowMs: number): void {
    const soon = nowMs - this.target.intervals.inventoryMs + DISCOVER_CHANGED_MS
    this.#discoveredAtMs = Math.min(this.#discoveredAtMs, soon)
  }

  /** What the first survey found need not wait for the next poll. */
  async #readFirst(device: SnmpDevice, tick: EpochMs): Promise<void> {
    // Where its turn came late, the next poll is near.
    if (this.#parts.clock.now() - tick >= this.target.intervalMs) return
    const samples = new PollSamples()
    const outcome = await this.#survey.readings.poll(device, { tick, before: Number.NaN, samples })
    if (outcome.kind === 'ok') this.#parts.outbox.append({ samples: [samples.at(tick)], events: [], facts: [] })
  }

  /** Chosen once and kept: the history of a device does not depend on what it says later. */
  #identify(): Remembered {
    const { target } = this
    if (this.#remembered !== undefined && target.device === undefined) return this.#remembered
    if (this.#remembered !== undefined && this.#remembered.device === target.device) return this.#remembered
    const fact = strongestFact({ ...this.#survey.identity, site: this.#parts.site, address: target.address })
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
    const learnt = this.#snmp?.learnt
    this.#remembered = { ...this.#remembered, interfaces: [...known], bases, ...(learnt && { learnt }) }
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

  /** The facts; the same object as before where nothing that they are made of has changed. */
  #factsNow(at: EpochMs, { device, rank }: Remembered, reach: DeviceReach): NewFacts {
    const { name, address, snmp, intervalMs } = this.target
    const system = this.#survey.identity
    const { version } = this.#interfaces
    const details = this.#survey.takeDetails(this.#parts.clock.monotonicMs())
    const made = this.#factsMade
    const isSame = made !== undefined && made.system === system && made.version === version && made.device === device
    if (this.#facts !== undefined && this.#facts.details === undefined && isSame && details === undefined)
      return this.#facts
    const kindOfTarget = snmp ? 'snmp' : 'ping'
    const interfaces = this.#interfaces.found
    this.#factsMade = { system, version, device }
    const head = { at, device, rank, name, address, kindOfTarget, intervalMs } as const
    this.#facts = factsOf({ ...head, system, reach, interfaces, details, role: this.#survey.role })
    return this.#facts
  }
}

type FactsMade = { readonly system: SurveyIdentity | undefined; readonly version: number; readonly device: DeviceId }

type TablesInto = {
  readonly turn: Turn
  readonly events: NewEvent[]
  readonly device: DeviceId
  readonly tick: EpochMs
}
