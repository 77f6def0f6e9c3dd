/** The agent put together: the only file that builds the concrete things. It decides nothing itself. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { AgentConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import {
  type DesiredState,
  type Diagnosis,
  MODEL_TYPE,
  type SettingPath,
  type Task,
  type TaskReply,
} from '@eyenet/shared/wire'
import { abilitiesOf } from './abilities.ts'
import { addMibs } from './add-mibs.ts'
import { type Outbox, openOutbox } from './buffer/buffer.ts'
import { Detector, judgedOutbox, SHIPPED_MODEL } from './detect/detect.ts'
import {
  type DeviceMemory,
  type DeviceParts,
  deviceTurns,
  fileMemory,
  SensorChoices,
  testTarget,
  WatchedDevice,
} from './device/device.ts'
import { type Discovery, effectiveDiscovery } from './discover/discover.ts'
import { effectiveConfig } from './effective-config.ts'
import { growHeapFor } from './heap-growth.ts'
import { HostWatch, localGateway, localResolvers } from './host/host.ts'
import { keepTime } from './keep-time.ts'
import { type MibFacts, mibsIn, openMibFacts } from './mib/mib.ts'
import { openDiscovery } from './open-discovery.ts'
import { listenedOutbox, openTraps } from './open-traps.ts'
import { ownProcess } from './own-process.ts'
import { createPinger, type Pinger, traceroute } from './probe/probe.ts'
import { diagnosisOf, type RemoteParts, RemoteTasks, secretsOf } from './remote/remote.ts'
import type { AgentOptions, AgentStatus, RunningAgent } from './running-agent.ts'
import { type Job, Scheduler, SteadyClock, systemClock } from './schedule/schedule.ts'
import { SelfMetrics } from './self-metrics.ts'
import { createSnmpEngine, type SnmpEngine } from './snmp/snmp.ts'
import { faultOfProfiles, type Knowledge, openKnowledge } from './survey/survey.ts'
import type { TrapWatch } from './traps/traps.ts'
import { secretsOfIdentity, Uplink } from './uplink/uplink.ts'
import { type Neighbours, watchedTargets } from './watched-targets.ts'

export type { AgentOptions, AgentStatus, RunningAgent } from './running-agent.ts'

/** How often the agent tells about itself. */
const SELF_EVERY_MS = 15_000
/** A rate needs two readings: the second one of the host comes this soon. */
const SECOND_HOST_READING_MS = 5_000
const HOST = 'host'
/** MIB facts kept in memory: those of some vendors. Others are read again, in milliseconds, when a survey needs them. */
const MAX_MIB_OCTETS = 8 * 1024 * 1024

/** Runs an agent until `close`. Throws EyeNetError where its folder cannot be used. */
export async function runAgent(options: AgentOptions): Promise<RunningAgent> {
  const agent = new Agent(options)
  await agent.start()
  return agent
}

class Agent implements RunningAgent {
  readonly #options: AgentOptions
  readonly #clock: SteadyClock
  readonly #outbox: Outbox
  readonly #snmp: SnmpEngine
  readonly #pinger: Pinger
  readonly #memory: DeviceMemory
  readonly #scheduler: Scheduler
  readonly #uplink: Uplink
  readonly #self: SelfMetrics
  readonly #host: HostWatch
  readonly #detect: Detector
  readonly #mib: MibFacts
  readonly #discovery: Discovery
  readonly #traps: TrapWatch
  #knowledge: Knowledge
  readonly #turns = deviceTurns()
  readonly #choices = new SensorChoices()
  /** What the file says, and what holds: together with what the server sets. */
  #local: AgentConfig
  #named: readonly SettingPath[]
  #config: AgentConfig
  #desired: DesiredState | undefined
  #neighbours: Neighbours = { gateway: undefined, resolvers: [] }
  #devices = new Map<string, WatchedDevice>()
  #failedPolls = 0
  #cancelSelf = (): void => {}
  #cancelSecond = (): void => {}
  #isClosed = false
  readonly #remote: RemoteTasks
  readonly #startedAt: EpochMs

  constructor(options: AgentOptions) {
    const { config, dataDir, identity, logger, version } = options
    const clock = new SteadyClock(options.clock ?? systemClock)
    this.#options = options
    this.#clock = clock
    this.#local = config
    this.#named = options.named ?? []
    this.#config = config
    this.#outbox = openOutbox({
      file: join(dataDir, 'outbox.db'),
      maxBytes: config.buffer.maxBytes,
      maxAgeMs: config.buffer.maxAgeSeconds * 1000,
      synchronous: config.buffer.synchronous,
      clock,
      logger: logger.child({ room: 'buffer' }),
      ageNow: () => clock.ageNow(),
    })
    keepTime({ clock, outbox: this.#outbox, logger })
    this.#detect = new Detector({
      ...{ dataDir, clock, outbox: this.#outbox, settings: config.anomaly, past: options.past },
      ...{ shippedModel: SHIPPED_MODEL, labels: { site: identity.site, agent: identity.agent } },
      logger: logger.child({ room: 'detect' }),
      vouch: (jws) => this.#uplink.vouched(jws, MODEL_TYPE),
      onModels: () => this.#uplink.announceAgain(),
    })
    this.#snmp = createSnmpEngine({ clock, logger: logger.child({ room: 'snmp' }) })
    this.#mib = openMibFacts({ userFolder: mibsIn(dataDir), maxCachedOctets: MAX_MIB_OCTETS })
    this.#knowledge = this.#openKnowledge()
    this.#pinger = createPinger({ logger: logger.child({ room: 'probe' }) })
    this.#memory = fileMemory(dataDir)
    this.#scheduler = new Scheduler({
      clock,
      onFailure: (target, thrown) => {
        // A poll that was under way when the agent closed finds everything gone.
        if (!this.#isClosed) logger.error({ target, err: thrown }, 'a poll failed through a fault of the agent')
      },
    })
    this.#uplink = new Uplink({
      identity,
      dataDir,
      outbox: this.#outbox,
      clock,
      logger: logger.child({ room: 'uplink' }),
      version,
      hostname: hostname(),
      abilities: () => abilitiesOf(this.#pinger, this.#discovery, this.#local),
      onDesired: (state) => this.#run(state),
      faultOfDesired: ({ profiles = [] }) => faultOfProfiles(profiles),
      fileRules: () => this.#named,
      models: () => this.#detect.status().models,
      onTask: (task) => this.#audited(task),
      time: clock,
    })
    this.#startedAt = clock.now()
    this.#remote = new RemoteTasks({
      ...{ clock, pinger: this.#pinger, trace: traceroute, snmp: this.#snmp, mib: this.#mib },
      accessOf: (device) => this.#accessOf(device),
      diagnose: () => this.#diagnose(),
      progress: (reply) => this.#uplink.progress(reply),
    })
    this.#discovery = this.#openDiscovery(options)
    this.#traps = openTraps(options, { clock, scheduler: this.#scheduler, devices: () => this.#devices })
    this.#self = new SelfMetrics(this.#outbox, { site: this.#site, agent: identity.agent })
    this.#host = new HostWatch({
      ...{ site: this.#site, outbox: this.#listened, memory: this.#memory, clock, logger },
      intervalMs: () => this.#config.host.intervalSeconds * 1000,
      linksEveryMs: () => this.#config.intervals.linksSeconds * 1000,
    })
  }

  async start(): Promise<void> {
    const { logger, identity, version } = this.#options
    logger.info({ agent: identity.agent, site: this.#site, version, ping: this.#pinger.kind }, 'the agent runs')
    if (this.#pinger.lack !== null) logger.warn(this.#pinger.lack)
    await this.#findNeighbours()
    this.#watch()
    this.#cancelSecond = this.#clock.after(SECOND_HOST_READING_MS, () => this.#scheduler.runNow(HOST))
    this.#tellSelf()
    this.#detect.start()
    this.#discovery.start()
    // It goes on trying by itself: a server that is away stops no poll.
    this.#uplink.start().catch((thrown: unknown) => {
      logger.error({ problem: messageOf(thrown) }, 'the uplink cannot start')
    })
  }

  async reload(config: AgentConfig, named: readonly SettingPath[] = []): Promise<void> {
    this.#local = config
    this.#named = named
    this.#config = effectiveConfig(config, named, this.#desired?.settings).config
    this.#options.logger.level = config.log.level
    await this.#findNeighbours()
    this.#detect.configure(this.#config.anomaly)
    this.#learn()
    this.#watch()
    this.#uplink.announceAgain()
  }

  status(): AgentStatus {
    return {
      agent: this.#options.identity.agent,
      devices: this.#devices.size,
      failedPolls: this.#failedPolls,
      uplink: this.#uplink.status(),
      buffer: this.#outbox.status(),
      schedule: this.#scheduler.counts,
      detection: this.#detect.status(),
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelSelf()
    this.#cancelSecond()
    this.#scheduler.close()
    this.#remote.close()
    this.#host.close()
    this.#discovery.close()
    this.#traps.close()
    for (const device of this.#devices.values()) device.close()
    await this.#detect.close()
    this.#outbox.flush()
    await this.#uplink.close()
    this.#snmp.close()
    this.#pinger.close()
    this.#outbox.close()
  }

  get #site(): string {
    return this.#options.identity.site
  }

  async #findNeighbours(): Promise<void> {
    const [gateway, resolvers] = await Promise.all([localGateway(), localResolvers()])
    this.#neighbours = { gateway: gateway?.address, resolvers }
  }

  #run(state: DesiredState | undefined): void {
    const before = this.#desired?.profiles ?? []
    this.#desired = state
    this.#config = effectiveConfig(this.#local, this.#named, state?.settings).config
    this.#detect.configure(this.#config.anomaly, state?.models ?? [])
    const families = this.#choices.set(state?.sensorChoices ?? [])
    for (const device of this.#devices.values()) if (families.has(device.family ?? '')) device.surveyAgain()
    if (JSON.stringify(before) !== JSON.stringify(state?.profiles ?? [])) this.#learn()
    this.#options.logger.info({ revision: state?.revision, targets: state?.targets.length }, 'new desired state')
    this.#watch()
  }

  /** Watches what is wanted now; what has not changed goes on as it is. */
  #watch(): void {
    const devices = new Map<string, WatchedDevice>()
    for (const target of watchedTargets(this.#config, this.#desired?.targets ?? [], this.#neighbours)) {
      const running = this.#devices.get(target.key)
      const isSame = running !== undefined && JSON.stringify(running.target) === JSON.stringify(target)
      devices.set(target.key, isSame ? running : new WatchedDevice(target, this.#parts))
    }
    for (const [key, device] of this.#devices) if (devices.get(key) !== device) device.close()
    this.#devices = devices
    const discovery = effectiveDiscovery(this.#local, this.#desired?.discovery)
    this.#host.listen(discovery.passive)
    this.#discovery.configure(discovery)
    this.#traps.configure(this.#local.discovery.traps)
    growHeapFor([...devices.values()].map(({ target }) => target.intervalMs))
    const host: Job[] = this.#config.host.enabled
      ? [{ id: HOST, intervalMs: this.#config.host.intervalSeconds * 1000, run: (tick) => this.#host.poll(tick) }]
      : []
    this.#scheduler.set([...host, ...[...devices.values()].map((device) => this.#jobOf(device))])
  }

  get #listened(): DeviceParts['outbox'] {
    return listenedOutbox(judgedOutbox(this.#outbox, this.#detect), { discovery: this.#discovery, traps: this.#traps })
  }

  get #parts(): DeviceParts {
    return {
      site: this.#site,
      snmp: this.#snmp,
      pinger: this.#pinger,
      outbox: this.#listened,
      memory: this.#memory,
      clock: this.#clock,
      logger: this.#options.logger,
      knowledge: () => this.#knowledge,
      ...this.#turns,
      choices: this.#choices,
    }
  }

  #jobOf(device: WatchedDevice): Job {
    const { key, intervalMs } = device.target
    const run = async (tick: Parameters<Job['run']>[0]): Promise<void> => {
      if (!(await device.poll(tick))) this.#failedPolls++
    }
    return { id: key, intervalMs, run }
  }

  /** What was done on the server's word is in the log, and among the notices that the server keeps. */
  async #audited(task: Task): Promise<TaskReply> {
    const reply = await this.#task(task)
    const outcome = reply.kind === 'refused' ? `refused: ${reply.reason}` : 'ended' in reply ? reply.ended : 'done'
    this.#options.logger.info({ task: task.id, kind: task.kind, outcome }, 'a task of the server ended')
    // MIB files come by themselves, to each agent, whenever there are new ones.
    if (task.kind === 'add-mibs' || task.kind === 'cancel') return reply
    this.#outbox.notice('task', `Did a ${task.kind} on the server's word (task ${task.id}): ${outcome}.`)
    return reply
  }

  async #task(task: Task): Promise<TaskReply> {
    switch (task.kind) {
      case 'test-target':
        return testTarget(task.id, task.target, this.#parts)
      case 'add-mibs':
        return this.#addMibs(task)
      case 'poll-now':
        return this.#pollNow(task)
      case 'discover':
        return this.#discovery.discover(task)
      case 'cancel':
        if (this.#discovery.cancel(task.task)) return { kind: 'cancel', id: task.id, ok: true }
        return this.#remote.cancel(task)
      default:
        return this.#remote.run(task)
    }
  }

  #pollNow({ id, device }: Extract<Task, { kind: 'poll-now' }>): TaskReply {
    const watched = [...this.#devices.values()].find((one) => one.device === device)
    const key = watched?.target.key ?? (this.#host.device === device ? HOST : undefined)
    if (key === undefined) {
      return { kind: 'poll-now', id, ok: false, message: 'This agent does not watch that device.' }
    }
    const ok = this.#scheduler.runNow(key)
    const message = ok ? 'The device is being polled.' : 'A poll of the device is under way already.'
    return { kind: 'poll-now', id, ok, message }
  }

  #accessOf(device: DeviceId): ReturnType<RemoteParts['accessOf']> {
    const target = [...this.#devices.values()].find((one) => one.device === device)?.target
    return target?.snmp === undefined ? undefined : { address: target.address, snmp: target.snmp }
  }

  #diagnose(): Diagnosis {
    const { version, recentLog, identity } = this.#options
    const accesses = [...this.#devices.values()].map((one) => one.target.snmp)
    return diagnosisOf({
      ...{ version, hostname: hostname(), startedAt: this.#startedAt, now: this.#clock.now() },
      ...this.status(),
      process: ownProcess(),
      log: recentLog?.lines ?? [],
      secrets: [...secretsOfIdentity(identity), ...secretsOf(accesses)],
    })
  }

  async #addMibs(task: Extract<Task, { kind: 'add-mibs' }>): Promise<TaskReply> {
    const reply = await addMibs(task, { mib: this.#mib, folder: mibsIn(this.#options.dataDir) })
    if (reply.ok) this.#learn()
    return reply
  }

  #openDiscovery(options: AgentOptions): Discovery {
    const world = { clock: this.#clock, pinger: this.#pinger, outbox: this.#outbox }
    return openDiscovery(options, { ...world, devices: () => this.#devices.values() })
  }

  #openKnowledge(): Knowledge {
    const { dataDir, logger } = this.#options
    return openKnowledge({
      mib: this.#mib,
      profileFolder: join(dataDir, 'profiles'),
      sent: this.#desired?.profiles ?? [],
      onProblem: (problem) =>
        logger.warn({ problem }, 'a device profile is left out; eyenet-agent profile check has more'),
    })
  }

  /** Reads the MIB modules and profiles of the data folder again; surveys from now on know them. */
  #learn(): void {
    this.#mib.reload()
    this.#knowledge = this.#openKnowledge()
    for (const device of this.#devices.values()) device.surveyAgain()
  }

  #tellSelf(): void {
    this.#self.record({
      now: this.#clock.now(),
      schedule: this.#scheduler.counts,
      failedPolls: this.#failedPolls,
      ...ownProcess(),
      refusals: this.#uplink.status().refusals,
      line: this.#uplink.status().line,
      discovery: this.#discovery.counts,
      traps: this.#traps.counts,
    })
    this.#detect.tellSelf()
    this.#cancelSelf = this.#clock.after(SELF_EVERY_MS, () => this.#tellSelf())
  }
}
