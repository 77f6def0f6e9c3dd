import { randomUUID } from 'node:crypto'
import type { AgentResource, DeviceTest, EnrolmentAnswer, EnrolmentRequest, EnrolmentToken } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { desiredTopic, keysTopic, type Peer, Presence, type Target, TaskReply } from '@eyenet/shared/wire'
import type { AgentRow, ControlDb } from '../db/db.ts'
import { AgentTasks, type TaskBody } from './agent-tasks.ts'
import { AgentTrust } from './agent-trust.ts'
import { AgentViews } from './agent-views.ts'
import { Configurations } from './configuration/configuration.ts'
import { deliveredMibs } from './delivered-mibs.ts'
import { DesiredSender } from './desired-sender.ts'
import { DesiredTargets, type WatchOutcome } from './desired-targets.ts'
import { type Downlink, openDownlink } from './downlink.ts'
import { agentOfLogin, createToken, TOKEN_LIFE_MS, useToken } from './enrolment.ts'
import type { AgentConnection, FleetOptions, FleetRoom } from './fleet-parts.ts'
import { Gathered } from './gathered.ts'
import { KeyDelivery } from './key-delivery.ts'
import { MibDelivery } from './mib-delivery.ts'
import { MibLibrary, type Mibs } from './mib-library.ts'
import { addNotices, type NewNotice } from './notices.ts'
import { PendingNotices } from './pending-notices.ts'
import { readMessage } from './read-message.ts'
import { RemoteTasks } from './remote-tasks.ts'
import { RepeatedWork } from './repeated-work.ts'
import { ChoiceRecords, type SensorChoices } from './sensor-choices.ts'
import { SigningKeys } from './signing-keys.ts'

/** Longer than three SNMP time-outs of a device that does not answer. */
const TASK_TIMEOUT_MS = 20_000
/** agent_up is written that often: well within the look-back of five minutes. */
const UP_INTERVAL_MS = 15_000
/** Changes of agents and remarks are gathered that long: a thousand agents that reconnect are one query. */
const GATHER_MS = 250
/** The rest is told the next time; SQLite takes 32,766 variables. */
const MAX_TOLD_AT_ONCE = 1_000
/** What the command line has changed (MIB files, signing keys) is looked for that often. */
const NEWS_LOOK_MS = 5_000
/** Open roll-outs are judged that often. */
const JUDGE_MS = 5_000
/** What a column of 32 bits holds: a clock in 1970 is no farther off than this. */
const MAX_SKEW_MS = 2 ** 31 - 1
/** A status larger than this is not one. */
const MAX_STATUS_BYTES = 64 * 1024
/** A reply to MIB files names up to 1,000 modules and 100 problems. */
const MAX_REPLY_BYTES = 512 * 1024

class Agents implements FleetRoom {
  readonly choices: SensorChoices
  readonly mibs: Mibs
  readonly signingKeys: KeyDelivery
  readonly trust: AgentTrust
  readonly configuration: Configurations
  readonly #options: FleetOptions
  readonly #db: ControlDb
  readonly #downlink: Downlink
  readonly #targets: DesiredTargets
  readonly #desired: DesiredSender
  readonly #asking: AgentTasks
  readonly tasks: RemoteTasks
  readonly #delivery: MibDelivery
  readonly #views: AgentViews
  readonly #listeners = new Set<(agent: AgentResource) => void>()
  readonly #work: RepeatedWork
  /** A thousand agents that return are a few transactions, each one wait for the disk. */
  readonly #writes: Gathered<(db: ControlDb) => Promise<unknown>>
  readonly #ups: Gathered<AgentId>
  readonly #remarks = new PendingNotices()
  /** Agents of which listeners are to be told; at most one entry per agent. */
  readonly #changedAgents = new Set<AgentId>()

  constructor(options: FleetOptions, downlink: Downlink, keys: SigningKeys) {
    this.#options = options
    this.#db = options.db
    this.#downlink = downlink
    this.#targets = new DesiredTargets(options.db, options.vault)
    this.trust = new AgentTrust({ ...options, ...options.trust, note: (notice) => this.remark(notice) })
    this.#views = new AgentViews({ ...options, conflictsOf: (agent) => this.trust.conflicts.countOf(agent) })
    this.configuration = new Configurations({
      ...options,
      onAssigned: (agents) => this.#desired.changed(agents),
      onHalted: (what) => options.logger.warn(what, 'a roll-out halted; see Agents, Configuration in the page'),
    })
    this.#desired = new DesiredSender({
      ...options,
      downlink,
      targets: this.#targets,
      configuration: this.configuration,
      models: options.models,
      discovery: options.discovery,
    })
    this.signingKeys = new KeyDelivery({
      ...{ ...options, keys, downlink },
      tellDesired: (agents) => this.#desired.tell(agents),
    })
    this.#asking = new AgentTasks({ ...options, downlink })
    this.tasks = new RemoteTasks({ ...options, tasks: this.#asking, rowOf: (id) => this.#row(id) })
    this.#delivery = new MibDelivery({ ...options, ask: (...asked) => this.#asking.ask(...asked) })
    this.choices = new ChoiceRecords({ ...options, onChange: () => this.#desired.allChanged() })
    this.mibs = deliveredMibs(new MibLibrary(options.db, options.now), this.#delivery)
    this.#writes = new Gathered((writes) =>
      this.#db.transaction().execute(async (trx) => {
        for (const write of writes) await write(trx)
      }),
    )
    this.#ups = new Gathered((agents) => this.#views.recordUp(agents))
    this.#work = new RepeatedWork(options.logger)
    this.#work.every(UP_INTERVAL_MS, 'agent_up', () => this.#views.recordUp())
    this.#work.every(GATHER_MS, 'changes', () => this.#tellGathered())
    this.#work.every(NEWS_LOOK_MS, 'MIBs', () => this.#delivery.deliverNews())
    this.#work.every(NEWS_LOOK_MS, 'signing keys', () => this.signingKeys.look())
    this.#work.every(JUDGE_MS, 'roll-outs', () => this.configuration.judge())
  }

  loadNames(): Promise<void> {
    return this.#views.loadNames()
  }

  list(): Promise<readonly AgentResource[]> {
    return this.#views.list()
  }

  get(id: AgentId): Promise<AgentResource | undefined> {
    return this.#views.get(id)
  }

  async createEnrolmentToken(wanted: { site: SiteName; name?: string }, by: string): Promise<EnrolmentToken> {
    const now = this.#options.now()
    const token = this.trust.pinned(await createToken(this.#db, { ...wanted, by }, now))
    // By standard input: an argument would stand in the process list.
    const command = `echo ${token} | sudo ./install/install-agent.sh --server ${this.#options.serverUrl} --token-file -`
    return { token, site: wanted.site, expiresAt: epochMs(now + TOKEN_LIFE_MS), command }
  }

  async enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    await this.trust.checkRequest(request)
    const { agent, password } = await useToken(this.#db, request, this.#options.now())
    const credentials = await this.trust.credentialsFor(agent.id, request, password)
    this.#options.logger.info({ agent: agent.id, site: agent.site }, 'an agent was enrolled')
    this.#changed(agent.id)
    return {
      agent: agent.id,
      site: agent.site,
      name: agent.name,
      mqttUrl: this.#options.mqttUrl,
      ...credentials,
      signingKey: this.#downlink.publicKey,
    }
  }

  async remove(id: AgentId): Promise<void> {
    const agent = await this.#row(id)
    await this.configuration.forget(agent)
    await this.#db.deleteFrom('agents').where('id', '=', id).execute()
    await this.trust.removed(id)
    this.#views.forget(id)
    this.#options.onRemoved(id)
    this.signingKeys.forget(id)
    this.tasks.forget(id)
    const peer = { site: agent.site, agent: id }
    for (const topic of [desiredTopic(peer), keysTopic(peer)]) await this.#options.send(topic, '', { retain: true })
  }

  async testTarget(agent: AgentId, { intervals: _unneeded, ...target }: Target): Promise<DeviceTest> {
    const row = await this.#row(agent)
    const reply = await this.#asking.ask(row, { kind: 'test-target', target }, TASK_TIMEOUT_MS)
    if (reply.kind !== 'test-target') {
      const reason = reply.kind === 'refused' ? reply.reason : 'it replied to something else'
      throw new EyeNetError('unavailable', `the agent ${row.name} refused the test: ${reason}`)
    }
    const { kind: _kind, id: _id, ...test } = reply
    return test
  }

  async watch(agent: AgentId, target: Target): Promise<void> {
    const [outcome] = await this.watchAll(agent, [target])
    if (outcome?.problem !== undefined) throw outcome.problem
  }

  async watchAll(agent: AgentId, targets: readonly Target[]): Promise<readonly WatchOutcome[]> {
    // A device that did not answer when it was added has no identity of its own yet.
    const named = targets.map((target) => ({ ...target, device: target.device ?? DeviceId.parse(randomUUID()) }))
    await this.#row(agent)
    const outcomes = await this.#targets.addAll(agent, named, this.#options.now())
    if (outcomes.some(({ problem }) => problem === undefined)) await this.#desired.send(agent)
    return outcomes
  }

  unwatch(device: DeviceId): Promise<void> {
    return this.unwatchAll([device])
  }

  async unwatchAll(devices: readonly DeviceId[]): Promise<void> {
    for (const agent of await this.#targets.removeAll(devices)) await this.#desired.send(agent)
  }

  async ask(agent: AgentId, body: TaskBody): Promise<TaskReply> {
    return this.#asking.ask(await this.#row(agent), body, TASK_TIMEOUT_MS)
  }

  async watched(device: DeviceId): Promise<{ readonly intervalSeconds?: number } | undefined> {
    const row = await this.#db
      .selectFrom('targets')
      .select('interval_seconds')
      .where('device', '=', device)
      .executeTakeFirst()
    if (row === undefined) return undefined
    return row.interval_seconds === null ? {} : { intervalSeconds: row.interval_seconds }
  }

  onChange(listener: (agent: AgentResource) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async login(username: string, password: string): Promise<{ agent: AgentId; site: SiteName } | undefined> {
    const row = await agentOfLogin(this.#db, username, password)
    return row === undefined ? undefined : { agent: row.id, site: row.site }
  }

  async knows({ agent, site }: Peer): Promise<boolean> {
    const query = this.#db
      .selectFrom('agents')
      .select('id')
      .where('id', '=', agent)
      .where('site', '=', site)
      .where('revoked_at', 'is', null)
    return (await query.executeTakeFirst()) !== undefined
  }

  async connected(agent: AgentId, address?: string): Promise<void> {
    this.trust.conflicts.came(agent, address)
    const known = await this.#db
      .selectFrom('agents')
      .select(['site', 'revoked_at'])
      .where('id', '=', agent)
      .executeTakeFirst()
    if (known === undefined || known.revoked_at !== null) {
      // It was removed or revoked between its login and now.
      this.#options.disconnect(agent)
      return
    }
    // It may have left meanwhile: that was written already.
    if (!this.trust.conflicts.isPresent(agent)) return
    await this.#setState(agent, 'connected')
    // First the keys: one of them may be new to it and sign the rest.
    await this.signingKeys.tell({ site: known.site, agent })
    await this.#desired.send(agent)
  }

  disconnected(agent: AgentId): Promise<void> {
    this.trust.conflicts.left(agent)
    return this.#setState(agent, 'disconnected')
  }

  async receivePresence(peer: Peer, payload: Uint8Array): Promise<void> {
    const presence = readMessage(Presence, payload, MAX_STATUS_BYTES)
    if (presence === undefined || presence.agent !== peer.agent) return
    await this.#options.onPresence?.(peer, presence)
    if (presence.kind !== 'birth') return
    const clock_skew_ms = Math.max(-MAX_SKEW_MS, Math.min(MAX_SKEW_MS, presence.at - this.#options.now()))
    await this.#writes.add((trx) =>
      trx
        .updateTable('agents')
        .set({
          hostname: presence.hostname,
          version: presence.version,
          ping: presence.abilities.ping,
          actual_revision: presence.revision,
          clock_skew_ms,
        })
        .where('id', '=', peer.agent)
        .execute(),
    )
    this.signingKeys.heard(peer.agent, presence.signingKeys ?? [])
    this.trust.born(peer.agent, presence)
    this.tasks.heard(peer.agent, presence.abilities.tasks ?? [])
    this.#options.models?.receiveBirth(peer.agent, presence)
    await this.#options.discovery?.receiveBirth(peer.agent, presence)
    await this.configuration.receiveBirth(peer.agent, presence)
    this.#changed(peer.agent)
    // It has subscribed to its tasks by now, and its version says whether it knows of MIB files.
    void this.#delivery.deliverTo(peer.agent)
  }

  receiveReply(peer: Peer, payload: Uint8Array): void {
    const reply = readMessage(TaskReply, payload, MAX_REPLY_BYTES)
    if (reply !== undefined && this.tasks.progress(peer.agent, reply)) return
    const awaited = reply !== undefined && this.#asking.settle(peer.agent, reply)
    if (!awaited) this.#options.logger.warn({ agent: peer.agent }, 'a reply came that nobody waits for')
  }

  connections(): Promise<readonly AgentConnection[]> {
    return this.#views.connections()
  }

  nameOf(agent: string): string | undefined {
    return this.#views.nameOf(agent)
  }

  desiredChanged(agents: readonly AgentId[]): void {
    this.#desired.changed(agents)
  }

  heard(agent: AgentId, newest: EpochMs): void {
    this.#views.heard(agent, newest)
  }

  async note(notice: NewNotice): Promise<void> {
    await addNotices(this.#db, [notice])
    this.#changed(notice.agent)
  }

  remark(notice: NewNotice): void {
    this.#remarks.add(notice)
  }

  stats() {
    return { droppedNotices: this.#remarks.dropped }
  }

  async close(): Promise<void> {
    this.trust.close()
    // Some of the work waits for agents until their tasks are given up.
    const workEnded = this.#work.close()
    this.#asking.close()
    await this.#delivery.close()
    await workEnded
    await this.#work.guarded('notices', () => this.#writeRemarks())
    await this.#db
      .updateTable('agents')
      .set({ state: 'disconnected', state_since: this.#options.now() })
      .where('state', '=', 'connected')
      .execute()
  }

  async #row(id: AgentId): Promise<AgentRow> {
    const row = await this.#db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', `there is no agent ${id}; it may have been removed`)
    return row
  }

  async #setState(agent: AgentId, state: 'connected' | 'disconnected'): Promise<void> {
    await this.#writes.add((trx) =>
      trx
        .updateTable('agents')
        .set({ state, state_since: this.#options.now() })
        .where('id', '=', agent)
        .where('state', '!=', state)
        .execute(),
    )
    // A store that takes nothing now must not keep from an agent what it should run.
    await this.#work.guarded('agent_up of an agent', () => this.#ups.add(agent))
    this.#changed(agent)
  }

  #changed(agent: AgentId): void {
    if (this.#listeners.size > 0) this.#changedAgents.add(agent)
  }

  async #tellGathered(): Promise<void> {
    await this.#writeRemarks()
    await this.#desired.tellChanged()
    const agents = [...this.#changedAgents].slice(0, MAX_TOLD_AT_ONCE)
    if (agents.length === 0) return
    for (const agent of agents) this.#changedAgents.delete(agent)
    for (const resource of await this.#views.list(agents)) for (const listener of this.#listeners) listener(resource)
  }

  async #writeRemarks(): Promise<void> {
    const remarks = this.#remarks.take()
    if (remarks.length === 0) return
    await addNotices(this.#db, remarks)
    for (const { agent } of remarks) this.#changed(agent)
  }
}

export async function openFleet(options: FleetOptions): Promise<FleetRoom> {
  const keys = new SigningKeys(options)
  const downlink = await openDownlink(keys)
  // Nobody is connected to a server that has just started.
  await options.db
    .updateTable('agents')
    .set({ state: 'disconnected', state_since: options.now() })
    .where('state', '=', 'connected')
    .execute()
  const agents = new Agents(options, downlink, keys)
  await agents.loadNames()
  await agents.signingKeys.begin()
  return agents
}
