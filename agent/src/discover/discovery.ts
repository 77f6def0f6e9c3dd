import { createHash, randomUUID } from 'node:crypto'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { ipNumber, NetworkSet, networkText } from '@eyenet/shared/network'
import type { DiscoveryProgress, Task, TaskReply } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { NewDiscovered } from '../buffer/buffer.ts'
import type { Pinger } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpEngine } from '../snmp/snmp.ts'
import { type AddressAnswer, askAddress } from './ask-address.ts'
import type { AskParts } from './ask-parts.ts'
import { Crawl, type Heard } from './crawl.ts'
import { DeviceTurns } from './device-turns.ts'
import { DiscoveryFile, type KeptRun, MAX_UNDER_WAY } from './discovery-file.ts'
import { type EffectiveDiscovery, networksOf } from './effective-discovery.ts'
import { foundItem } from './found-item.ts'
import { FoundTeller } from './found-teller.ts'
import type { KnockTcp } from './knock-tcp.ts'
import { type OwnNetworks, offeredNetworks } from './own-networks.ts'
import { Pace } from './pace.ts'
import { PacedSnmp } from './paced-snmp.ts'
import type { ReverseName } from './reverse-name.ts'
import { Sweep } from './sweep.ts'
import { askable, sweepPlan } from './sweep-plan.ts'
import { HOUR_MS } from './try-credentials.ts'

export type DiscoveryParts = {
  readonly site: string
  readonly file: string
  readonly clock: Clock
  readonly logger: Logger
  readonly pinger: Pick<Pinger, 'ping'>
  /** Its own, so that its packets can be counted. */
  readonly snmp: SnmpEngine
  readonly knock: KnockTcp
  readonly nameOf: ReverseName
  readonly macOf: AskParts['macOf']
  readonly own: () => OwnNetworks
  /** Addresses and names of what is watched already. */
  readonly watched: () => Iterable<string>
  readonly append: (report: NewDiscovered) => void
  /** A finding that has not changed is told again after this; once a day unless told. */
  readonly tellAgainMs?: number
}

/** Since the agent started. */
export type DiscoveryCounts = {
  readonly addresses: number
  readonly found: number
  readonly heldBack: number
  readonly dropped: number
  readonly packets: number
}

/** Of the addresses that watched devices have beside; more than these may be asked though they are known. */
const MAX_OWNED = 65_536
/** Whether a sweep is due is looked at this often. */
const TICK_MS = 15_000
/** Things of a start come first. */
const FIRST_TICK_MS = 5_000
const LEAST_AT_ONCE = 32
/** An address takes two and a half seconds where it is silent and the pace allows it. */
const SECONDS_EACH = 2.5

/** Looks for devices: by sweeps on a schedule or on demand, and at addresses that others tell of. */
export class Discovery {
  readonly #parts: DiscoveryParts
  readonly #file: DiscoveryFile
  readonly #pace: Pace
  readonly #teller: FoundTeller
  readonly #crawl: Crawl
  readonly #ask: AskParts
  #settings: EffectiveDiscovery
  #mayAsk = NetworkSet.of([])
  #watched: ReadonlySet<string> = new Set()
  readonly #owned = new Set<string>()
  #sweep: Sweep | undefined
  #ending: Promise<void> = Promise.resolve()
  #addresses = 0
  #heldBack = 0
  #cancelTick = (): void => {}
  #isClosed = false

  constructor(parts: DiscoveryParts, settings: EffectiveDiscovery) {
    const { clock, logger, site, pinger, knock, nameOf, macOf } = parts
    this.#parts = parts
    this.#settings = settings
    this.#file = new DiscoveryFile(parts.file, (problem) => logger.warn({ problem }, 'what discovery kept is lost'))
    this.#pace = new Pace(clock, settings.packetsPerSecond)
    this.#teller = new FoundTeller({ ...parts, file: this.#file })
    this.#ask = {
      ...{ site, clock, pinger, knock, nameOf, macOf, file: this.#file, pace: this.#pace, turns: new DeviceTurns() },
      snmp: new PacedSnmp(parts.snmp, this.#pace),
      settings: () => this.#settings,
      mayGoOn: (address) => this.#mayGoOn(address),
      isWatched: (address) => this.#watched.has(address) || this.#owned.has(address),
    }
    this.#crawl = new Crawl({
      now: () => clock.now(),
      isOn: () => this.#settings.crawl,
      mayAsk: (address) => this.#mayGoOn(address),
      isWatched: (address) => this.#watched.has(address) || this.#owned.has(address),
      askedAt: (address) => this.#file.known(address)?.askedAt ?? 0,
      ask: (heard) => this.#askHeard(heard),
      onFailure: (thrown) => {
        // One that was under way when the agent closed finds everything gone.
        if (!this.#isClosed) logger.error({ err: thrown }, 'an address could not be asked')
      },
    })
    this.configure(settings)
  }

  get counts(): DiscoveryCounts {
    return {
      addresses: this.#addresses,
      found: this.#teller.count,
      heldBack: this.#heldBack,
      dropped: this.#crawl.dropped,
      packets: this.#pace.packets,
    }
  }

  /** Networks that people are offered to permit. */
  get offered(): readonly string[] {
    return offeredNetworks(this.#parts.own())
  }

  /** Of the run under way. */
  get progress(): DiscoveryProgress | undefined {
    return this.#sweep?.progress
  }

  /** The id of the run under way. */
  get running(): string | undefined {
    return this.#sweep?.id
  }

  start(): void {
    this.#file.prune(this.#parts.clock.now())
    const kept = this.#file.run()
    if (kept?.state === 'running') this.#begin(kept)
    this.#tickAfter(FIRST_TICK_MS)
  }

  /** From now on other settings hold: what is not permitted any more is asked nothing more, also by a run under way. */
  configure(settings: EffectiveDiscovery): void {
    this.#settings = settings
    this.#pace.packetsPerSecond = settings.packetsPerSecond
    this.#lookAround()
  }

  /** A run on the server's word; its id is the task's. */
  discover({ id, networks }: Pick<Extract<Task, { kind: 'discover' }>, 'id' | 'networks'>): TaskReply {
    const reply = { kind: 'discover', id } as const
    if (this.#sweep !== undefined) {
      const message = `A search is under way already (run ${this.#sweep.id}): wait for its end, or stop it.`
      return { ...reply, ok: false, message }
    }
    this.#lookAround()
    const plan = sweepPlan(this.#mayAsk, networks === undefined ? undefined : networksOf(networks))
    if (plan.kind === 'none') return { ...reply, ok: false, message: plan.problem }
    this.#begin(this.#newRun(id, networks))
    const message = `The search of ${plan.total} addresses has begun.`
    return { ...reply, ok: true, message, total: plan.total }
  }

  /** Ends the run of that id. False where it does not run. */
  cancel(run: string): boolean {
    if (this.#sweep?.id !== run) return false
    this.#sweep.stop('Stopped on request.')
    return true
  }

  /** Addresses that devices or frames tell of. */
  heard(list: readonly Heard[]): void {
    if (this.#isClosed) return
    this.#crawl.heard(list)
  }

  /** Other addresses of watched devices: they are not asked either. */
  owned(addresses: readonly string[]): void {
    for (const address of addresses) if (this.#owned.size < MAX_OWNED) this.#owned.add(address)
  }

  /** Resolves when the run under way has ended. */
  settled(): Promise<void> {
    return this.#ending
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTick()
    this.#sweep?.pause()
    this.#crawl.close()
    this.#teller.flush()
    this.#parts.snmp.close()
    this.#file.close()
  }

  #mayGoOn(address: string): boolean {
    const number = ipNumber(address)
    return !this.#isClosed && number !== undefined && this.#mayAsk.has(number)
  }

  #lookAround(): void {
    this.#mayAsk = askable(this.#settings, this.#parts.own())
    this.#watched = new Set(this.#parts.watched())
  }

  #tickAfter(ms: number): void {
    this.#cancelTick = this.#parts.clock.after(ms, () => {
      try {
        this.#tick()
      } catch (thrown) {
        this.#parts.logger.error({ err: thrown }, 'discovery could not look at what is due')
      }
      this.#tickAfter(TICK_MS)
    })
  }

  #tick(): void {
    this.#lookAround()
    this.#crawl.tick()
    if (this.#sweep === undefined && this.#isDue()) this.#begin(this.#newRun(randomUUID(), undefined))
  }

  /** By the schedule, or since something else is permitted than when all of it was swept last. */
  #isDue(): boolean {
    const { everyMs } = this.#settings
    if (everyMs === 0 || this.#permittedKey === '') return false
    const last = this.#file.run()
    if (last === undefined || last.permitted !== this.#permittedKey) return true
    return this.#parts.clock.now() - last.startedAt >= everyMs
  }

  /** Tells whether the same is permitted as before; empty where nothing is that could be swept. */
  get #permittedKey(): string {
    const networks = this.#settings.networks.filter((one) => one.family === 4).map(networkText)
    return networks.length === 0 ? '' : createHash('sha256').update(networks.join(' ')).digest('base64url').slice(0, 22)
  }

  #newRun(run: string, networks: readonly string[] | undefined): KeptRun {
    const startedAt = this.#parts.clock.now()
    const before = this.#file.run()?.permitted
    const permitted = networks === undefined ? this.#permittedKey : before
    return {
      ...{ run, startedAt, state: 'running', underWay: [], answered: 0, heldBack: 0 },
      ...(networks && { networks: [...networks] }),
      ...(permitted !== undefined && { permitted }),
    }
  }

  #begin(run: KeptRun): void {
    const { clock, logger } = this.#parts
    const plan = sweepPlan(this.#mayAsk, run.networks && networksOf(run.networks))
    if (plan.kind === 'none') {
      const failed = { ...run, state: 'failed' } as const
      this.#file.saveRun(failed)
      const { answered, heldBack, startedAt } = failed
      const counts = { done: 0, total: 0, answered, heldBack }
      this.#teller.progress({ run: run.run, state: 'failed', startedAt, ...counts, problem: plan.problem })
      logger.warn({ run: run.run, problem: plan.problem }, 'a search for devices cannot run')
      return
    }
    const atOnce = Math.ceil(this.#settings.packetsPerSecond * SECONDS_EACH)
    const sweep: Sweep = new Sweep(run, plan.addresses, {
      clock,
      ask: (address) => this.#askSwept(address, sweep),
      room: () => this.#pace.room(),
      save: (kept) => this.#file.saveRun(kept),
      tell: (progress) => this.#teller.progress(progress),
      atOnce: Math.min(MAX_UNDER_WAY, Math.max(LEAST_AT_ONCE, atOnce)),
    })
    this.#sweep = sweep
    logger.info({ run: run.run, addresses: plan.total }, 'a search for devices begins')
    this.#ending = sweep.go().then(() => {
      this.#sweep = undefined
      const { state, answered } = sweep.progress
      if (!this.#isClosed) logger.info({ run: run.run, state, answered }, 'a search for devices has ended')
    })
  }

  async #askSwept(address: string, sweep: Sweep): Promise<{ answered: boolean; heldBack: boolean }> {
    const mayGoOn = (asked: string): boolean => !sweep.isStopped && this.#mayGoOn(asked)
    if (!mayGoOn(address)) return { answered: false, heldBack: false }
    const heard = this.#crawl.remembered(address)
    const answer = await askAddress(address, heard, { ...this.#ask, mayGoOn })
    if (sweep.isStopped || this.#isClosed) return { answered: false, heldBack: false }
    return this.#took(address, answer, { ...heard, how: 'sweep' })
  }

  async #askHeard(heard: Heard & { readonly address: string }): Promise<void> {
    const { address } = heard
    this.#file.saveKnown(address, { askedAt: this.#parts.clock.now() })
    const answer = await askAddress(address, heard, this.#ask)
    if (this.#isClosed) return
    const { answered } = this.#took(address, answer, heard)
    // A neighbour said who it is: it is there, though it answers us nothing.
    if (!answered && heard.how === 'neighbor') this.#teller.found(foundItem(heard))
  }

  #took(address: string, answer: AddressAnswer, heard: Heard): { answered: boolean; heldBack: boolean } {
    this.#addresses++
    if (answer.kind === 'silent') return { answered: false, heldBack: false }
    const now = this.#parts.clock.now()
    this.#file.saveKnown(address, { askedAt: now })
    if (answer.kind === 'watched') return { answered: true, heldBack: false }
    const { snmp } = answer
    if (snmp.isHeldBack) this.#heldBack++
    if (snmp.hasUntried) this.#crawl.askAgainAt(address, afterHour(now))
    this.#teller.found(foundItem({ ...heard, address }, answer))
    return { answered: true, heldBack: snmp.isHeldBack }
  }
}

function afterHour(now: EpochMs): EpochMs {
  return epochMs(now + HOUR_MS + TICK_MS)
}
