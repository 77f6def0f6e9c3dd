/** The agent put together: the only file that builds the concrete things. It decides nothing itself. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { AgentConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { AgentId } from '@eyenet/shared/identity'
import type { DesiredState, SettingPath, Task, TaskReply } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { addMibs } from './add-mibs.ts'
import { type BufferStatus, type Outbox, openOutbox } from './buffer/buffer.ts'
import {
  type DeviceMemory,
  type DeviceParts,
  fileMemory,
  SensorChoices,
  SurveyTurns,
  testTarget,
  WatchedDevice,
} from './device/device.ts'
import { effectiveConfig } from './effective-config.ts'
import { growHeapFor } from './heap-growth.ts'
import { HostWatch, localGateway, localResolvers } from './host/host.ts'
import { keepTime } from './keep-time.ts'
import { type MibFacts, mibsIn, openMibFacts } from './mib/mib.ts'
import { createPinger, type Pinger } from './probe/probe.ts'
import { type Clock, type Job, type ScheduleCounts, Scheduler, SteadyClock, systemClock } from './schedule/schedule.ts'
import { SelfMetrics } from './self-metrics.ts'
import { createSnmpEngine, type SnmpEngine } from './snmp/snmp.ts'
import { faultOfProfiles, type Knowledge, openKnowledge } from './survey/survey.ts'
import { type AgentIdentity, Uplink, type UplinkStatus } from './uplink/uplink.ts'
import { type Neighbours, watchedTargets } from './watched-targets.ts'

export type AgentOptions = {
  readonly config: AgentConfig
  /** Settings that the file names: the server does not rule them. */
  readonly named?: readonly SettingPath[]
  readonly dataDir: string
  readonly identity: AgentIdentity
  readonly version: string
  readonly logger: Logger
  readonly clock?: Clock
}

export type AgentStatus = {
  readonly agent: AgentId
  readonly devices: number
  readonly failedPolls: number
  readonly uplink: UplinkStatus
  readonly buffer: BufferStatus
  readonly schedule: Readonly<ScheduleCounts>
}

export type RunningAgent = {
  /** Ends polls, writes what waits, says farewell. */
  close(): Promise<void>
  /** Swaps the configuration: unchanged targets go on as they are. */
  reload(config: AgentConfig, named?: readonly SettingPath[]): Promise<void>
  status(): AgentStatus
}

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
  readonly #mib: MibFacts
  #knowledge: Knowledge
  readonly #surveyTurns = new SurveyTurns()
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
      abilities: { ping: this.#pinger.kind, platform: `${process.platform}-${process.arch}`, settings: true },
      onDesired: (state) => this.#run(state),
      faultOfDesired: ({ profiles = [] }) => faultOfProfiles(profiles),
      fileRules: () => this.#named,
      onTask: (task) => this.#task(task),
      time: clock,
    })
    const site = this.#site
    this.#self = new SelfMetrics(this.#outbox, { site, agent: identity.agent })
    this.#host = new HostWatch({
      site,
      intervalMs: () => this.#config.host.intervalSeconds * 1000,
      outbox: this.#outbox,
      memory: this.#memory,
      clock,
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
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelSelf()
    this.#cancelSecond()
    this.#scheduler.close()
    for (const device of this.#devices.values()) device.close()
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
    growHeapFor([...devices.values()].map(({ target }) => target.intervalMs))
    const host: Job[] = this.#config.host.enabled
      ? [{ id: HOST, intervalMs: this.#config.host.intervalSeconds * 1000, run: (tick) => this.#host.poll(tick) }]
      : []
    this.#scheduler.set([...host, ...[...devices.values()].map((device) => this.#jobOf(device))])
  }

  get #parts(): DeviceParts {
    return {
      site: this.#site,
      snmp: this.#snmp,
      pinger: this.#pinger,
      outbox: this.#outbox,
      memory: this.#memory,
      clock: this.#clock,
      logger: this.#options.logger,
      knowledge: () => this.#knowledge,
      turns: this.#surveyTurns,
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

  async #task(task: Task): Promise<TaskReply> {
    if (task.kind === 'test-target') return testTarget(task.id, task.target, this.#parts)
    if (task.kind === 'add-mibs') return this.#addMibs(task)
    const watched = [...this.#devices.values()].find((one) => one.device === task.device)
    const id = watched?.target.key ?? (this.#host.device === task.device ? HOST : undefined)
    if (id === undefined) {
      return { kind: 'poll-now', id: task.id, ok: false, message: 'This agent does not watch that device.' }
    }
    const ok = this.#scheduler.runNow(id)
    const message = ok ? 'The device is being polled.' : 'A poll of the device is under way already.'
    return { kind: 'poll-now', id: task.id, ok, message }
  }

  async #addMibs(task: Extract<Task, { kind: 'add-mibs' }>): Promise<TaskReply> {
    const reply = await addMibs(task, { mib: this.#mib, folder: mibsIn(this.#options.dataDir) })
    if (reply.ok) this.#learn()
    return reply
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
    const { user, system } = process.cpuUsage()
    this.#self.record({
      now: this.#clock.now(),
      schedule: this.#scheduler.counts,
      failedPolls: this.#failedPolls,
      cpuSeconds: (user + system) / 1e6,
      memoryBytes: process.memoryUsage.rss(),
      refusals: this.#uplink.status().refusals,
      line: this.#uplink.status().line,
    })
    this.#cancelSelf = this.#clock.after(SELF_EVERY_MS, () => this.#tellSelf())
  }
}
