/** Composition root of the server: the only file that builds the concrete things and ties them together. */
import { join } from 'node:path'
import type { ServerConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import { type AlertingRoom, openAlerting } from './alerting/alerting.ts'
import { announcePublicly } from './announce-publicly.ts'
import type { AnomalyRoom } from './anomalies/anomalies.ts'
import { createApi, type HttpServer, listenHttp } from './api/api.ts'
import { type Auth, createAuth } from './auth/auth.ts'
import type { Broker } from './broker/broker.ts'
import { openConfiguredBroker } from './configured-broker.ts'
import { type ControlDb, openDatabase } from './db/db.ts'
import type { DiscoveryRoom } from './discovery/discovery.ts'
import { type FleetRoom, openFleet } from './fleet/fleet.ts'
import { type ForecastRoom, openForecasts } from './forecast/forecast.ts'
import { hostAndPort } from './host-and-port.ts'
import type { IncidentRoom } from './incidents/incidents.ts'
import type { Ingest } from './ingest/ingest.ts'
import { type InventoryRoom, openInventory } from './inventory/inventory.ts'
import type { LearnRoom } from './learn/learn.ts'
import { reportLearning } from './learn-metrics.ts'
import { type LedgerRoom, openLedger } from './ledger/ledger.ts'
import { liveModelOf } from './live-model.ts'
import { makeFolder } from './make-folder.ts'
import { needRestart } from './need-restart.ts'
import { openAnomalyRoom } from './open-anomaly-room.ts'
import { lateDiscovery, openDiscoveryRoom } from './open-discovery-room.ts'
import { openIncidentRoom } from './open-incident-room.ts'
import { openIngestRoom } from './open-ingest-room.ts'
import { openLearnRoom } from './open-learn-room.ts'
import { openTopologyRoom } from './open-topology-room.ts'
import { createOps, type Ops } from './ops/ops.ts'
import { reportTo } from './own-metrics.ts'
import { openAuthority } from './pki/pki.ts'
import { type MetricStore, openConfiguredStore } from './store/store.ts'
import { localUrlOf, mqttUrlOf, openTlsPorts, serverUrlOf, type TlsPorts } from './tls-ports.ts'
import type { TopologyRoom } from './topology/topology.ts'
import { keyFileOf, openVault, type Vault } from './vault/vault.ts'

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
  readonly tls: TlsPorts
  readonly auth: Auth
  readonly ops: Ops
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  readonly topology: TopologyRoom
  readonly incidents: IncidentRoom
  readonly alerting: AlertingRoom
  readonly anomalies: AnomalyRoom
  readonly forecasts: ForecastRoom
  readonly learn: LearnRoom
  readonly ledger: LedgerRoom
  readonly discovery: DiscoveryRoom
  readonly ingest: Ingest
}

/** Rooms that others reach before they are built: the broker needs its handlers, and these need the broker. */
type Late = {
  broker?: Broker
  ingest?: Ingest
  fleet?: FleetRoom
  alerting?: AlertingRoom
  anomalies?: AnomalyRoom
  learn?: LearnRoom
  ledger?: LedgerRoom
  discovery?: DiscoveryRoom
}

type Context = Required<ServerOptions> & { readonly late: Late; readonly closing: (() => Promise<unknown>)[] }

export async function runServer(given: ServerOptions): Promise<RunningServer> {
  const options = { now: () => epochMs(Date.now()), ...given }
  const context: Context = { ...options, late: {}, closing: [] }
  makeFolder(options.dataFolder)
  try {
    const rooms = await openRooms(context)
    const announce = announcePublicly({ ...context, ...rooms, broker: () => context.late.broker })
    const tls = rooms.tls.mqtt && { source: rooms.tls.mqtt, clientCa: rooms.fleet.trust.ca }
    const broker = await openConfiguredBroker({ ...context, ...rooms, tls, onReady: announce })
    context.closing.push(() => broker.close())
    context.late.broker = broker
    if (broker.isListening()) announce()
    const http = await serveHttp(context, rooms)
    checkRooms(rooms, broker)
    reportTo({ ...rooms, broker })
    reportLearning(rooms.ops, rooms.learn)
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
  const { keyFile } = config.secrets
  const place = { dataFolder, environment: process.env, ...(keyFile !== undefined && { configured: keyFile }) }
  const vault = openVault(keyFileOf(place))
  const authority = await openAuthority(db, vault, now())
  const tls = await openTlsPorts({ config, db, vault, authority, now, logger })
  closing.push(async () => tls.close())
  const auth = createAuth({ db, clock, vault })
  const ops = createOps({ version, clock })
  const inventory = await openInventory({
    ...{ db, store, now, logger },
    watched: async (device) => late.fleet?.watched(device),
    choices: async (family) => (await late.fleet?.choices.ofFamily(family)) ?? new Map(),
    lifecycle: config.inventory,
  })
  closing.push(() => inventory.close())
  const fleet = await openFleet({
    ...{ db, store, vault, now, logger },
    send: async (topic, payload, { retain }) => late.broker?.publish(topic, payload, { retain }),
    disconnect: (agent) => late.broker?.disconnect(agent),
    mqttUrl: mqttUrlOf(config),
    serverUrl: serverUrlOf(config),
    trust: { authority, wantsCertificates: tls.mqtt !== undefined, brokerCas: tls.brokerCas },
    models: {
      modelsFor: async (agent) => (await late.learn?.supply.modelsFor(agent)) ?? [],
      receiveBirth: (agent, birth) => late.learn?.supply.receiveBirth(agent, birth),
    },
    discovery: lateDiscovery(() => late.discovery),
    onPresence: async (peer, presence) => late.ledger?.receivePresence(peer, presence),
    onRemoved: (agent) => forgetAgent(context, agent),
  })
  late.fleet = fleet
  closing.push(() => fleet.close())
  const { topology, incidents } = await openMap(context, { db, store, ops, fleet, inventory })
  const alerting = await openAlerting({
    ...{ db, store, now, logger },
    settings: config.alerting,
    shippedRules: context.shippedRules,
    publicUrl: serverUrlOf(config),
    deviceName: (device) => inventory.nameOf(device),
    agentName: (agent) => fleet.nameOf(agent),
    incidentOf: (series) => incidents.ofAlert(series),
    onCounts: (counts) => inventory.alertsChanged(counts),
  })
  late.alerting = alerting
  closing.push(() => alerting.close())
  const judging = await openJudging(context, { db, store, vault, auth, fleet, inventory })
  const opened = { db, store, fleet, inventory, topology, incidents, alerting, auth, ...judging }
  const intake = await openIntake(context, { ...opened, vault })
  return { ...opened, tls, ops, ...intake }
}

/** What agents tell, and who takes it in. */
async function openIntake(
  context: Context,
  rooms: Omit<Rooms, 'tls' | 'ops' | 'ledger' | 'discovery' | 'ingest'> & { readonly vault: Vault },
): Promise<Pick<Rooms, 'ledger' | 'discovery' | 'ingest'>> {
  const { now, logger, late, closing } = context
  const ledger = openGapLedger(context, rooms)
  late.ledger = ledger
  closing.push(() => ledger.close())
  const discovery = await openDiscoveryRoom({ ...rooms, now, logger, ledger, audit: rooms.auth.audit })
  late.discovery = discovery
  closing.push(() => discovery.close())
  const ingest = openIngestRoom({
    ...rooms,
    ...{ now, logger, ledger, discovery },
    publish: async (topic, payload) => late.broker?.publish(topic, payload),
  })
  late.ingest = ingest
  closing.push(() => ingest.close())
  return { ledger, discovery, ingest }
}

/** How the network hangs together, and which failure takes what with it. */
async function openMap(
  { now, logger, closing }: Context,
  { ops, fleet, ...rooms }: Pick<Rooms, 'db' | 'store' | 'ops' | 'fleet' | 'inventory'>,
): Promise<Pick<Rooms, 'topology' | 'incidents'>> {
  const topology = await openTopologyRoom({ ...rooms, now, logger, ops })
  closing.push(() => topology.close())
  const incidents = await openIncidentRoom({ ...rooms, now, logger, fleet, graph: () => topology.current() })
  closing.push(() => incidents.close())
  return { topology, incidents }
}

/** What is unusual, what is to come, and the models that tell. */
async function openJudging(
  { config, now, logger, late, closing }: Context,
  { auth, ...rooms }: Pick<Rooms, 'db' | 'store' | 'auth' | 'fleet' | 'inventory'> & { readonly vault: Vault },
): Promise<Pick<Rooms, 'anomalies' | 'forecasts' | 'learn'>> {
  const { db, store, vault, fleet, inventory } = rooms
  const liveModel = liveModelOf(() => late.learn)
  const anomalies = openAnomalyRoom({ db, store, now, logger, fleet, inventory, liveModel })
  late.anomalies = anomalies
  closing.push(() => anomalies.close())
  const forecasts = openForecasts({ store, now, logger, deviceName: (device) => inventory.nameOf(device) })
  closing.push(() => forecasts.close())
  const learning = { settings: config.learn, server: serverUrlOf(config), audit: auth.audit }
  const learn = await openLearnRoom({ ...{ db, store, vault, now, logger, fleet, anomalies }, ...learning })
  late.learn = learn
  closing.push(() => learn.close())
  return { anomalies, forecasts, learn }
}

/** What rooms keep of an agent that was removed ends. */
function forgetAgent({ late, logger }: Context, agent: AgentId): void {
  const failed =
    (what: string) =>
    (thrown: unknown): void =>
      logger.error({ error: messageOf(thrown) }, `could not end the ${what} of an agent`)
  late.ingest?.forget(agent)
  late.ledger?.agentRemoved(agent).catch(failed('ledger'))
  late.alerting?.agentRemoved(agent).catch(failed('alerts'))
  late.anomalies?.agentRemoved(agent).catch(failed('anomalies'))
  late.discovery?.agentRemoved(agent).catch(failed('inbox'))
}

function openGapLedger(
  { now, logger }: Context,
  { db, store, inventory, incidents, alerting }: Pick<Rooms, 'db' | 'store' | 'inventory' | 'incidents' | 'alerting'>,
): LedgerRoom {
  const ledger = openLedger({
    ...{ db, store, now, logger },
    onLate: async (arrival) => {
      // Rules over the past find what explained what then.
      await incidents.lateArrived(arrival)
      await alerting.lateArrived(arrival)
    },
  })
  inventory.onChange((change) => {
    if (change.kind !== 'device-removed') return
    ledger
      .deviceRemoved(change.id)
      .catch((thrown) => logger.error({ error: messageOf(thrown) }, 'could not end the ledger of a device'))
  })
  return ledger
}

async function serveHttp(context: Context, rooms: Rooms): Promise<HttpServer> {
  const { config, version, webFolder, logger, now, closing } = context
  const { host, port } = hostAndPort(config.listen)
  const api = createApi({
    ...{ version, webFolder, logger, clock: { now } },
    auth: rooms.auth,
    fleet: rooms.fleet,
    inventory: rooms.inventory,
    topology: rooms.topology,
    alerting: rooms.alerting,
    anomalies: rooms.anomalies,
    forecasts: rooms.forecasts,
    incidents: rooms.incidents,
    learn: rooms.learn,
    ledger: rooms.ledger,
    discovery: rooms.discovery,
    source: rooms.store,
    push: rooms.store,
    ops: rooms.ops,
    listenHost: host,
    encrypted: rooms.tls.http !== undefined,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
  })
  const http = await listenHttp(api, { host, port, tls: rooms.tls.http })
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

function running(
  context: Context,
  { rooms, broker, http }: { rooms: Rooms; broker: Broker; http: HttpServer },
): RunningServer {
  const { host } = hostAndPort(context.config.listen)
  return {
    url: localUrlOf(host, http.port, rooms.tls.http !== undefined),
    mqttHost: broker.host,
    mqttPort: broker.port,
    setupCode: () => rooms.auth.setup.code(),
    localAgentToken: async (site) => {
      const { token } = await rooms.fleet.createEnrolmentToken({ site, name: 'this machine' }, 'local start')
      return token
    },
    reload: async (next) => {
      await rooms.tls.refresh()
      await rooms.alerting.reload(next.alerting)
      rooms.inventory.lifecycles.set(next.inventory)
      context.logger.level = next.log.level
      return needRestart(context.config, next)
    },
    close: () => closeAll(context),
  }
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
