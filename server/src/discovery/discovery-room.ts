import type {
  ChangedDiscoveryCredential,
  DiscoveryAgent,
  DiscoveryCredential,
  DiscoveryOverview,
  DiscoveryPlan,
  DiscoveryRule,
  DiscoveryRun,
  InboxAcceptance,
  InboxCounts,
  InboxQuery,
  NewDiscoveryCredential,
  NewDiscoveryRules,
  NewDiscoveryRun,
} from '@eyenet/shared/api'
import { DiscoveryPlan as PlanShape } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, epochMs, type SiteName } from '@eyenet/shared/identity'
import { type Birth, type DiscoveredReport, DiscoverySettings, type Peer } from '@eyenet/shared/wire'
import type { FleetRoom } from '../fleet/fleet.ts'
import type { Vault } from '../vault/vault.ts'
import { CredentialRecords } from './credential-records.ts'
import type { Discovery, DiscoveryNews, InboxPage } from './discovery-interface.ts'
import { Inbox, type InboxOptions, type InboxStats } from './inbox.ts'
import { addressKey, canonicalAddress, deviceKey } from './inbox-entry.ts'
import { inboxItemOf } from './inbox-item-of.ts'
import { NONE, sumOfCounts } from './inbox-records.ts'
import { assertSweepable, type PlannedAgent, PlanRecords } from './plan-records.ts'
import { RunRecords } from './run-records.ts'
import { WatchedIndex } from './watched-index.ts'

export type DiscoveryOptions = Omit<InboxOptions, 'fleet' | 'credentials' | 'watched'> & {
  readonly vault: Vault
  readonly fleet: Pick<FleetRoom, 'list' | 'get' | 'ask' | 'watchAll' | 'unwatchAll' | 'desiredChanged' | 'nameOf'>
}

/** Discovery, with what ingest, the fleet and the inventory tell it beside what the API asks. */
export interface DiscoveryRoom extends Discovery {
  /** On disk when it answers; the same report again changes nothing. */
  receive(peer: Peer, report: DiscoveredReport): Promise<void>
  receiveBirth(agent: AgentId, birth: Birth): Promise<void>
  /** What an agent is told; undefined where it is told nothing. */
  settingsFor(agent: AgentId): Promise<DiscoverySettings | undefined>
  /** A device is there, or its address has changed. */
  deviceChanged(device: { readonly id: DeviceId; readonly site: SiteName; readonly address: string }): Promise<void>
  deviceRemoved(device: DeviceId): Promise<void>
  agentRemoved(agent: AgentId): Promise<void>
  stats(): InboxStats
  close(): Promise<void>
}

const SHOWN_RUNS = 5
const FORGET_EVERY_MS = 6 * 3_600_000
const NO_PLAN: DiscoveryPlan = PlanShape.parse({})

class Room implements DiscoveryRoom {
  readonly #options: DiscoveryOptions
  readonly #plans: PlanRecords
  readonly #credentials: CredentialRecords
  readonly #runs: RunRecords
  readonly #watched: WatchedIndex
  readonly #inbox: Inbox
  readonly #listeners = new Set<(news: DiscoveryNews) => void>()
  readonly #timer: NodeJS.Timeout

  constructor(options: DiscoveryOptions) {
    this.#options = options
    this.#plans = new PlanRecords(options.db)
    this.#credentials = new CredentialRecords(options.db, options.vault)
    this.#runs = new RunRecords(options.db)
    this.#watched = new WatchedIndex(options)
    this.#inbox = new Inbox({ ...options, credentials: this.#credentials, watched: this.#watched })
    this.#timer = setInterval(() => void this.#forget(), FORGET_EVERY_MS)
    this.#timer.unref()
  }

  loadRules(): Promise<void> {
    return this.#inbox.loadRules()
  }

  async overview(): Promise<DiscoveryOverview> {
    const [agents, plans, counts] = await Promise.all([
      this.#options.fleet.list(),
      this.#plans.all(),
      this.#inbox.counts(),
    ])
    const planned = new Map(plans.map((one) => [one.agent, one]))
    const shown: DiscoveryAgent[] = []
    for (const one of agents) shown.push(await this.#shown(one, planned.get(one.id), counts.get(one.id)))
    return { agents: shown, inbox: sumOfCounts(counts.values()), dropped: this.#inbox.stats().dropped }
  }

  async agent(id: AgentId): Promise<DiscoveryAgent> {
    const agent = await this.#expect(id)
    return this.#shown(agent, await this.#plans.of(id), (await this.#inbox.counts()).get(id))
  }

  async setPlan(id: AgentId, plan: DiscoveryPlan, by: string): Promise<DiscoveryAgent> {
    await this.#expect(id)
    assertSweepable(plan)
    const names = await this.#credentials.names()
    const missing = plan.credentials.find((one) => !names.has(one))
    if (missing !== undefined) throw new EyeNetError('invalid', `there is no credential ${missing}; choose another`)
    if (new Set(plan.credentials).size < plan.credentials.length) {
      throw new EyeNetError('invalid', 'a credential is named twice; each is tried once')
    }
    await this.#plans.set(id, plan, { at: this.#options.now(), by })
    this.#options.fleet.desiredChanged([id])
    await this.#tell(id)
    return this.agent(id)
  }

  async run(id: AgentId, { networks }: NewDiscoveryRun, by: string): Promise<DiscoveryRun> {
    const { name } = await this.#expect(id)
    const known = await this.#plans.of(id)
    if (known?.able !== true) throw new EyeNetError('conflict', `the agent ${name} cannot find devices; update it`)
    const reply = await this.#options.fleet.ask(id, { kind: 'discover', ...(networks && { networks }) })
    if (reply.kind !== 'discover') {
      const reason = reply.kind === 'refused' ? reply.reason : 'it replied to something else'
      throw new EyeNetError('unavailable', `the agent ${name} refused it: ${reason}`)
    }
    if (!reply.ok) throw new EyeNetError('conflict', `the agent ${name} did not begin: ${reply.message}`)
    await this.#runs.begun({ id: reply.id, agent: id, total: reply.total ?? 0 }, by, this.#options.now())
    const begun = (await this.#runs.of(id)).find(({ run }) => run === reply.id)
    if (begun === undefined) throw new EyeNetError('conflict', 'later searches of this agent have come in between')
    await this.#tell(id, begun)
    return begun
  }

  async stop(id: AgentId): Promise<void> {
    const { name } = await this.#expect(id)
    const runs = await this.#runs.of(id)
    const open = runs.find(({ state }) => state === 'running' || state === 'waiting')
    if (open === undefined) throw new EyeNetError('not_found', `${name} does not search for devices now`)
    const reply = await this.#options.fleet.ask(id, { kind: 'cancel', task: open.run })
    if (reply.kind === 'cancel' && reply.ok) return
    throw new EyeNetError(
      'not_found',
      `${name} says that this search is over; its last word comes with its next report`,
    )
  }

  credentials(): Promise<readonly DiscoveryCredential[]> {
    return this.#credentials.list()
  }

  async addCredential(wanted: NewDiscoveryCredential, by: string): Promise<DiscoveryCredential> {
    return this.#credential(await this.#credentials.add(wanted, { at: this.#options.now(), by }))
  }

  async changeCredential(id: string, wanted: ChangedDiscoveryCredential, by: string): Promise<DiscoveryCredential> {
    const agents = await this.#credentials.change(id, wanted, { at: this.#options.now(), by })
    this.#options.fleet.desiredChanged(agents)
    return this.#credential(id)
  }

  async removeCredential(id: string): Promise<void> {
    this.#options.fleet.desiredChanged(await this.#credentials.remove(id))
  }

  async inbox(query: InboxQuery): Promise<InboxPage> {
    const { entries, ...page } = await this.#inbox.list(query)
    const { deviceName, fleet } = this.#options
    const names = { device: deviceName, agent: fleet.nameOf, credentials: await this.#credentials.names() }
    return { ...page, items: entries.map((entry) => inboxItemOf(entry, names)) }
  }

  accept = (wanted: InboxAcceptance, by: string) => this.#decided(this.#inbox.accept(wanted, by))
  ignore = (ids: readonly string[], by: string) => this.#decided(this.#inbox.ignore(ids, by))
  undo = (ids: readonly string[], by: string) => this.#decided(this.#inbox.undo(ids, by))
  rules = () => this.#inbox.rules()
  setRules = (wanted: NewDiscoveryRules, by: string) => this.#decided(this.#inbox.setRules(wanted, by))
  tryRules = (rules: readonly DiscoveryRule[]) => this.#inbox.tryRules(rules)

  onChange(listener: (news: DiscoveryNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async receive(peer: Peer, { at: told, items, progress }: DiscoveredReport): Promise<void> {
    // A clock that is ahead must not make what comes after it look older.
    const at = epochMs(Math.min(told, this.#options.now()))
    if (items.length > 0) await this.#inbox.receive(peer, items, at)
    const run = progress && (await this.#runs.told(peer.agent, progress, at))
    await this.#tell(peer.agent, run)
  }

  async receiveBirth(agent: AgentId, birth: Birth): Promise<void> {
    if (await this.#plans.heard(agent, birth)) this.#options.fleet.desiredChanged([agent])
  }

  async settingsFor(agent: AgentId): Promise<DiscoverySettings | undefined> {
    const known = await this.#plans.of(agent)
    if (known?.able !== true || known.plan === undefined) return undefined
    const opened = await this.#credentials.open(known.plan.credentials)
    const credentials = opened.map(({ id, credential, port }) => ({
      id,
      credential,
      ...(port !== undefined && { port }),
    }))
    return DiscoverySettings.parse({ ...known.plan, credentials })
  }

  async deviceChanged({ id, site, address }: { id: DeviceId; site: SiteName; address: string }): Promise<void> {
    if (!this.#watched.changed(id, { site, address })) return
    const canonical = canonicalAddress(address)
    await this.#inbox.deviceAppeared(site, [deviceKey(id), ...(canonical === undefined ? [] : [addressKey(canonical)])])
  }

  deviceRemoved(device: DeviceId): Promise<void> {
    return this.#inbox.deviceRemoved(device)
  }

  agentRemoved(agent: AgentId): Promise<void> {
    return this.#inbox.agentRemoved(agent)
  }

  stats(): InboxStats {
    return this.#inbox.stats()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#inbox.close()
  }

  async #expect(id: AgentId) {
    const agent = await this.#options.fleet.get(id)
    if (agent === undefined) throw new EyeNetError('not_found', `there is no agent ${id}; it may have been removed`)
    return agent
  }

  async #credential(id: string): Promise<DiscoveryCredential> {
    const found = (await this.#credentials.list()).find((one) => one.id === id)
    if (found === undefined)
      throw new EyeNetError('not_found', `there is no credential ${id}; it may have been removed`)
    return found
  }

  async #shown(
    { id, name, site, state }: Awaited<ReturnType<FleetRoom['list']>>[number],
    known: PlannedAgent | undefined,
    counts: InboxCounts = NONE,
  ): Promise<DiscoveryAgent> {
    const { within, planned } = known ?? {}
    return {
      ...{ agent: id, name, site, connected: state === 'connected', able: known?.able ?? false },
      offered: [...(known?.offered ?? [])],
      ...(within && { within: [...within] }),
      plan: known?.plan ?? NO_PLAN,
      ...(planned && { plannedAt: planned.at, plannedBy: planned.by }),
      runs: known === undefined ? [] : [...(await this.#runs.of(id, SHOWN_RUNS))],
      inbox: counts,
    }
  }

  async #decided<T>(deciding: Promise<T>): Promise<T> {
    const done = await deciding
    await this.#tell()
    return done
  }

  /** Of no agent: the inbox alone has changed. */
  async #tell(agent?: AgentId, run?: DiscoveryRun): Promise<void> {
    if (this.#listeners.size === 0) return
    const inbox = sumOfCounts((await this.#inbox.counts()).values())
    const news: DiscoveryNews = { inbox, ...(agent !== undefined && { agent }), ...(run && { run }) }
    for (const listener of this.#listeners) listener(news)
  }

  async #forget(): Promise<void> {
    try {
      await this.#inbox.forget()
    } catch (thrown) {
      this.#options.logger.error(
        { error: messageOf(thrown) },
        'could not forget old entries of the inbox; trying again',
      )
    }
  }
}

export async function openDiscovery(options: DiscoveryOptions): Promise<DiscoveryRoom> {
  const room = new Room(options)
  await room.loadRules()
  return room
}
