/** Composition root of the server: the only file that builds the concrete things and ties them together. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { ackTopic, type Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { type AlertingRoom, openAlerting } from './alerting/alerting.ts'
import { announcePublicly } from './announce-publicly.ts'
import { createApi, type HttpServer, listenHttp } from './api/api.ts'
import { type Auth, createAuth } from './auth/auth.ts'
import type { Broker } from './broker/broker.ts'
import { openConfiguredBroker } from './configured-broker.ts'
import { type ControlDb, openDatabase } from './db/db.ts'
import { type FleetRoom, openFleet } from './fleet/fleet.ts'
import { hostAndPort } from './host-and-port.ts'
import { createIngest, type Ingest } from './ingest/ingest.ts'
import { type InventoryRoom, openInventory } from './inventory/inventory.ts'
import { createOps, type Ops } from './ops/ops.ts'
import { type ForwardingStats, type MetricStore, openConfiguredStore } from './store/store.ts'
import { openVault } from './vault/vault.ts'

export type ServerOptions = {
  readonly config: ServerConfig
  /** Everything that the server keeps is in this folder. */
  readonly dataFolder: string
  readonly webFolder: string
  readonly shippedRules: string
  readonly version: string
  readonly logger: Logger
  readonly now?: () => EpochMs
}

export type RunningServer = {
  /** Where the page is. */
  readonly url: string
  readonly mqttHost: string
  readonly mqttPort: number
  /** The code that makes the first administrator; undefined once there is one. */
  setupCode(): Promise<string | undefined>
  /** A token with which the agent of this machine may enrol. */
  localAgentToken(site: SiteName): Promise<string>
  /** Takes over what may change while it runs; answers the options that need a restart. */
  reload(config: ServerConfig): Promise<readonly string[]>
  close(): Promise<void>
}

type Rooms = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly auth: Auth
  readonly ops: Ops
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  readonly alerting: AlertingRoom
  readonly ingest: Ingest
}

/** Rooms that others reach before they are built: the broker needs its handlers, and these need the broker. */
type Late = { broker?: Broker; ingest?: Ingest; fleet?: FleetRoom; alerting?: AlertingRoom }

type Context = Required<ServerOptions> & { readonly late: Late; readonly closing: (() => Promise<unknown>)[] }

export async function runServer(given: ServerOptions): Promise<RunningServer> {
  const options = { now: () => epochMs(Date.now()), ...given }
  const context: Context = { ...options, late: {}, closing: [] }
  makeFolder(options.dataFolder)
  try {
    const rooms = await openRooms(context)
    const announce = announcePublicly({ ...context, ...rooms, broker: () => context.late.broker })
    const broker = await openConfiguredBroker({ ...context, ...rooms, onReady: announce })
    context.closing.push(() => broker.close())
    context.late.broker = broker
    if (broker.isListening()) announce()
    const http = await serveHttp(context, rooms)
    checkRooms(rooms, broker)
    reportTo(rooms, broker)
    return running(context, { rooms, broker, http })
  } catch (thrown) {
    await closeAll(context)
    throw thrown
  }
}

async function openRooms(context: Context): Promise<Rooms> {
  const { config, dataFolder, logger, now, late, version, closing } = context
  const clock = { now }
  const db = await openDatabase(join(dataFolder, 'control.db'))
  closing.push(() => db.destroy())
  const store = await openConfiguredStore(config.store, { folder: join(dataFolder, 'store'), logger, clock })
  closing.push(() => store.close())
  const vault = openVault(join(dataFolder, 'secret.key'))
  const auth = createAuth({ db, clock, vault })
  const ops = createOps({ version, clock })
  const inventory = await openInventory({
    db,
    store,
    now,
    logger,
    watched: async (device) => late.fleet?.watched(device),
    choices: async (family) => (await late.fleet?.choices.ofFamily(family)) ?? new Map(),
  })
  closing.push(() => inventory.close())
  const fleet = await openFleet({
    ...{ db, store, vault, now, logger },
    send: async (topic, payload, { retain }) => late.broker?.publish(topic, payload, { retain }),
    disconnect: (agent) => late.broker?.disconnect(agent),
    mqttUrl: mqttUrlOf(config),
    serverUrl: config.publicUrl ?? `http://${config.listen}`,
    onRemoved: (agent) => {
      late.ingest?.forget(agent)
      late.alerting
        ?.agentRemoved(agent)
        .catch((thrown) => logger.error({ error: messageOf(thrown) }, 'could not end the alerts of an agent'))
    },
  })
  late.fleet = fleet
  closing.push(() => fleet.close())
  const alerting = await openAlerting({
    ...{ db, store, now, logger },
    settings: config.alerting,
    shippedRules: context.shippedRules,
    publicUrl: config.publicUrl ?? `http://${config.listen}`,
    deviceName: (device) => inventory.nameOf(device),
    agentName: (agent) => fleet.nameOf(agent),
    onCounts: (counts) => inventory.alertsChanged(counts),
  })
  late.alerting = alerting
  closing.push(() => alerting.close())
  const ingest = openIngest(context, { db, store, fleet, inventory })
  late.ingest = ingest
  closing.push(() => ingest.close())
  return { db, store, auth, ops, fleet, inventory, alerting, ingest }
}

function openIngest(
  { logger, now, late }: Context,
  { db, store, fleet, inventory }: Pick<Rooms, 'db' | 'store' | 'fleet' | 'inventory'>,
): Ingest {
  const noticeOf = ({ agent }: Peer, code: string, message: string) => {
    return { agent, key: `${agent}/${code}/${message.slice(0, 80)}`, at: now(), code, message }
  }
  return createIngest({
    ...{ db, store, now, logger },
    onFacts: (peer, report) => inventory.receiveFacts(peer, report),
    onEvent: async (peer, report) => {
      if (report.kind === 'notice') await fleet.note(noticeOf(peer, report.code, report.message))
      if (report.kind === 'dropped') {
        const span = `${new Date(report.from).toISOString()} to ${new Date(report.to).toISOString()}`
        const message = `${report.samples} samples of ${span} were dropped (${report.reason})`
        await fleet.note(noticeOf(peer, 'dropped', message))
      }
      await inventory.receiveEvent(peer, report)
    },
    onStored: (stored) => {
      fleet.heard(stored.agent, stored.newest)
      inventory.stored(stored)
    },
    onRefused: (peer, reason) => {
      logger.warn({ agent: peer.agent, reason }, 'a message of an agent was refused')
      fleet.remark(noticeOf(peer, 'refused', reason))
    },
    acknowledge: async (peer, acknowledgement) => late.broker?.publish(ackTopic(peer), JSON.stringify(acknowledgement)),
  })
}

async function serveHttp(context: Context, rooms: Rooms): Promise<HttpServer> {
  const { config, version, webFolder, logger, now, closing } = context
  const { host, port } = hostAndPort(config.listen)
  const api = createApi({
    ...{ version, webFolder, logger, clock: { now } },
    auth: rooms.auth,
    fleet: rooms.fleet,
    inventory: rooms.inventory,
    alerting: rooms.alerting,
    source: rooms.store,
    push: rooms.store,
    ops: rooms.ops,
    listenHost: host,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
  })
  const http = await listenHttp(api, { host, port })
  closing.push(async () => {
    api.close()
    await http.close()
  })
  return http
}

function checkRooms({ ops, db, store }: Rooms, broker: Broker): void {
  ops.addCheck('database', async () => {
    await db.selectFrom('users').select('id').limit(1).execute()
    return { kind: 'ready' }
  })
  // agent_up and the agents' samples are appended all the time: where the last append failed, the disk refuses.
  ops.addCheck('store', () => {
    if (!store.stats().lastAppendFailed) return { kind: 'ready' }
    return { kind: 'failed', reason: 'the last write was refused: free space, or mend the disk' }
  })
  ops.addCheck('broker', () => {
    const reason = broker.problem()
    return reason === undefined ? { kind: 'ready' } : { kind: 'failed', reason }
  })
}

function reportTo({ ops, store, ingest, alerting, fleet }: Rooms, broker: Broker): void {
  const counters: readonly [string, string, () => number][] = [
    ['eyenet_server_ingest_messages_total', 'Messages that came in lanes.', () => ingest.stats().messages],
    ['eyenet_server_ingest_samples_total', 'Samples stored.', () => ingest.stats().samples],
    ['eyenet_server_ingest_duplicates_total', 'Messages that were stored before.', () => ingest.stats().duplicates],
    ['eyenet_server_ingest_refused_total', 'Messages that can never be stored.', () => ingest.stats().refused],
    ['eyenet_server_ingest_undecodable_total', 'Messages that cannot be read.', () => ingest.stats().undecodable],
    ['eyenet_server_push_samples_total', 'Samples that programs pushed.', () => store.stats().pushedSamples],
    [
      'eyenet_server_push_refused_total',
      'Pushed lines left out, or a part of them.',
      () => store.stats().refusedPushes,
    ],
    ['eyenet_server_push_strings_total', 'Pushed strings, which are not stored.', () => store.stats().skippedStrings],
    ['eyenet_server_mqtt_refused_logins_total', 'MQTT logins refused.', () => broker.stats().refusedLogins],
    [
      'eyenet_server_mqtt_denied_topics_total',
      'Publishes and subscriptions denied.',
      () => broker.stats().deniedTopics,
    ],
    ['eyenet_server_mqtt_oversize_packets_total', 'Packets over the limit.', () => broker.stats().oversizePackets],
    [
      'eyenet_server_store_rejected_samples_total',
      'Samples with impossible times.',
      () => store.stats().rejectedSamples,
    ],
    [
      'eyenet_server_store_damaged_chunks_total',
      'Chunks left out for their checksum.',
      () => store.stats().damagedChunks,
    ],
    [
      'eyenet_server_store_expired_chunks_total',
      'Chunks and rows of buckets removed for their age.',
      () => store.stats().expiredChunks,
    ],
    [
      'eyenet_server_store_quota_chunks_total',
      'Chunks and rows of buckets removed for the quota.',
      () => store.stats().quotaChunks,
    ],
    ['eyenet_server_store_ended_series_total', 'Series of which nothing was left.', () => store.stats().endedSeries],
    ['eyenet_server_dropped_notices_total', 'Notices too many at once.', () => fleet.stats().droppedNotices],
    ['eyenet_server_notifications_sent_total', 'Notifications sent.', () => alerting.stats().sent],
    ['eyenet_server_notifications_retried_total', 'Notifications to be tried again.', () => alerting.stats().retried],
    ['eyenet_server_notifications_failed_total', 'Notifications given up.', () => alerting.stats().failed],
  ]
  for (const [name, help, read] of counters) ops.addCounter({ name, help, read })
  const brokerUp = (): number => (broker.problem() === undefined ? 1 : 0)
  ops.addGauge({ name: 'eyenet_server_broker_up', help: '1 while the MQTT broker is there.', read: brokerUp })
  reportPace(ops, ingest)
  ops.addGauge({ name: 'eyenet_server_mqtt_connections', help: 'Open.', read: () => broker.stats().connections })
  ops.addGauge({ name: 'eyenet_server_store_series', help: 'In the index.', read: () => store.stats().series })
  reportForwarding(ops, store)
  ops.addGauge({ name: 'eyenet_server_store_head_samples', help: 'In memory.', read: () => store.stats().headSamples })
}

/** How backlogs of agents come in beside their live samples. */
function reportPace(ops: Ops, ingest: Ingest): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    ops.addGauge({ name: `eyenet_server_ingest_${name}`, help, read })
  gauge('wait_seconds', 'How long messages wait until they are stored.', () => ingest.stats().pace.waitSeconds)
  gauge('draining_agents', 'Agents that send a backlog.', () => ingest.stats().pace.draining)
  gauge(
    'pace_samples_per_second',
    'Limit of all backlogs together; 0 without one.',
    () => ingest.stats().pace.limit ?? 0,
  )
}

/** Where metrics are kept by an engine beside the server: how far that is. Samples that it has not are in the log. */
function reportForwarding(ops: Ops, store: MetricStore): void {
  if (store.forwarding === undefined) return
  const told = (): ForwardingStats | undefined => store.forwarding?.()
  const gauge = (name: string, help: string, read: () => number): void =>
    ops.addGauge({ name: `eyenet_server_engine_${name}`, help, read })
  const counter = (name: string, help: string, read: () => number): void =>
    ops.addCounter({ name: `eyenet_server_engine_${name}_total`, help, read })
  gauge('up', '1 while the engine takes samples.', () => (told()?.trouble === undefined ? 1 : 0))
  gauge('owed_bytes', 'Log that the engine has still to get.', () => told()?.owedBytes ?? 0)
  counter('sent_samples', 'Samples that the engine took.', () => told()?.sent ?? 0)
  counter('dropped_samples', 'Samples that the engine refused for good.', () => told()?.dropped ?? 0)
  counter('unstorable_samples', 'Samples for which the engine has no form.', () => told()?.unstorable ?? 0)
  counter('failures', 'Requests to the engine that failed.', () => told()?.failures ?? 0)
}

function running(
  context: Context,
  { rooms, broker, http }: { rooms: Rooms; broker: Broker; http: HttpServer },
): RunningServer {
  const { host } = hostAndPort(context.config.listen)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${http.port}/`,
    mqttHost: broker.host,
    mqttPort: broker.port,
    setupCode: () => rooms.auth.setup.code(),
    localAgentToken: async (site) => {
      const { token } = await rooms.fleet.createEnrolmentToken({ site, name: 'this machine' }, 'local start')
      return token
    },
    reload: async (next) => {
      await rooms.alerting.reload(next.alerting)
      context.logger.level = next.log.level
      return needRestart(context.config, next)
    },
    close: () => closeAll(context),
  }
}

/** Options whose new value counts after a restart only. */
function needRestart(now: ServerConfig, next: ServerConfig): readonly string[] {
  const fixed = ['listen', 'publicUrl', 'mqtt', 'broker', 'store'] as const
  return fixed.filter((key) => JSON.stringify(now[key]) !== JSON.stringify(next[key])).map((key) => `server.${key}`)
}

async function closeAll({ closing, logger }: Context): Promise<void> {
  for (const close of closing.splice(0).reverse()) {
    try {
      await close()
    } catch (thrown) {
      logger.error({ error: messageOf(thrown) }, 'a part did not close cleanly')
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `the data folder ${folder} cannot be made: ${messageOf(cause)}; choose another with --data`
    throw new EyeNetError('unavailable', message, { cause })
  }
}

function mqttUrlOf({ mqtt, broker }: ServerConfig): string {
  if (broker.kind === 'external') return broker.agentUrl ?? broker.url
  if (mqtt.publicUrl !== undefined) return mqtt.publicUrl
  // An empty host: the agent takes the one that it enrolled with.
  return `mqtt://:${hostAndPort(mqtt.listen).port}`
}
