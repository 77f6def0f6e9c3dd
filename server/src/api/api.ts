/**
 * The HTTP API and the live feed: REST routes, Prometheus' routes, the OpenAPI document, and the files of the web page.
 * This room turns requests into calls of other rooms and their answers into JSON; it decides who may ask, and nothing else.
 */
import type { Server } from 'node:http'
import type { EpochMs } from '@eyenet/shared/identity'
import { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import type { Logger } from 'pino'
import type { Alerting } from '../alerting/alerting.ts'
import type { Anomalies } from '../anomalies/anomalies.ts'
import type { Auth } from '../auth/auth.ts'
import type { Discovery } from '../discovery/discovery.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Forecasts } from '../forecast/forecast.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Learning } from '../learn/learn.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Ops } from '../ops/ops.ts'
import type { Topology } from '../topology/topology.ts'
import { createTurns } from '../turns/turns.ts'
import { documentEndpoints, openApiDocument } from './document.ts'
import type { ApiEnv, Endpoint, Peer } from './endpoint.ts'
import { hostAllowed, originAllowed, type Place, SECURITY_HEADERS, senderOf } from './guards.ts'
import { createLive, type LiveLimits, type LiveStats } from './live.ts'
import { problem, problemOf } from './problem.ts'
import { prometheusEndpoints, type SeriesSource } from './prometheus/prometheus.ts'
import { type PushDeps, type PushTarget, pushEndpoints } from './push/push-endpoints.ts'
import { createPushLane, type PushLane } from './push/push-lane.ts'
import { agentTaskEndpoints } from './rest/agent-tasks.ts'
import { agentEndpoints } from './rest/agents.ts'
import { alertEndpoints } from './rest/alerts.ts'
import { anomalyEndpoints } from './rest/anomalies.ts'
import { auditEndpoints } from './rest/audit.ts'
import { configurationEndpoints } from './rest/configuration.ts'
import { deviceEventEndpoints } from './rest/device-events.ts'
import { deviceMergeEndpoints } from './rest/device-merges.ts'
import { devicePartEndpoints } from './rest/device-parts.ts'
import { deviceEndpoints } from './rest/devices.ts'
import { discoveryEndpoints } from './rest/discovery.ts'
import { forecastEndpoints } from './rest/forecasts.ts'
import { incidentEndpoints } from './rest/incidents.ts'
import { ledgerEndpoints } from './rest/ledger.ts'
import { mibEndpoints } from './rest/mibs.ts'
import { modelEndpoints } from './rest/models.ts'
import { pkiEndpoints } from './rest/pki.ts'
import { sensorChoiceEndpoints } from './rest/sensor-choices.ts'
import { serverStateEndpoints } from './rest/server-state.ts'
import { sessionEndpoints } from './rest/sessions.ts'
import { setupEndpoints } from './rest/setup.ts'
import { signingKeyEndpoints } from './rest/signing-keys.ts'
import { stationEndpoints } from './rest/stations.ts'
import { tokenEndpoints } from './rest/tokens.ts'
import { topologyEndpoints } from './rest/topology.ts'
import { topologyTraceEndpoints } from './rest/topology-trace.ts'
import { userEndpoints } from './rest/users.ts'
import { pathPattern } from './route-path.ts'
import { createStaticFiles } from './static-files.ts'

export { type HttpServer, listenHttp } from './http-server.ts'
export type { LiveLimits } from './live.ts'
export type { SeriesSource } from './prometheus/prometheus.ts'

export type ApiDeps = {
  readonly auth: Auth
  readonly fleet: Fleet
  readonly inventory: Inventory
  readonly topology: Topology
  readonly alerting: Alerting
  readonly anomalies: Anomalies
  readonly forecasts: Forecasts
  readonly incidents: Incidents
  readonly learn: Learning
  readonly ledger: Ledger
  readonly discovery: Discovery
  readonly source: SeriesSource
  /** Where pushed bodies go. */
  readonly push: PushTarget
  readonly ops: Ops
  readonly clock: { now(): EpochMs }
  readonly logger: Logger
  readonly version: string
  /** The built web page; need not exist. */
  readonly webFolder: string
  readonly liveLimits?: Partial<LiveLimits>
  /** The port itself speaks HTTPS. */
  readonly encrypted?: boolean
} & Place

export type Api = {
  readonly endpoints: readonly Endpoint[]
  fetch(request: Request, peer?: Peer): Promise<Response>
  readonly push: PushLane
  /** Serves the live feed on the server's upgrades; every other upgrade is refused. */
  attachWebSocket(server: Server): void
  /** Ends the live feed and its connections. */
  close(): void
}

/** Prometheus allows 20 queries at a time; a page of charts sends about as many, and waits. */
const MAX_QUERIES = 4
const MAX_WAITING_QUERIES = 200
/** Bodies of pushed samples that are stored at a time. */
const MAX_PUSHES = 4
const MAX_WAITING_PUSHES = 100
/** Bodies that are read at a time, of 32 MB at most. */
const MAX_BODIES = 16
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', ...UNSAFE])

export function createApi(deps: ApiDeps): Api {
  const app = new OpenAPIHono<ApiEnv>()
  const pushTurns = createTurns({
    ...{ concurrent: MAX_PUSHES, waiting: MAX_WAITING_PUSHES },
    sentence: 'too many programs push at once: send the same again in a few seconds',
  })
  const readTurns = createTurns({
    ...{ concurrent: MAX_BODIES, waiting: MAX_WAITING_PUSHES },
    sentence: 'too many programs push at once: send the same again in a few seconds',
  })
  const pushing = { store: deps.push, turns: pushTurns, readTurns }
  const endpoints = allEndpoints(deps, pushing, () => openApiDocument(endpoints, deps.version))
  addMiddleware(app, deps)
  for (const one of endpoints) {
    app.on(one.method.toUpperCase(), pathPattern(one.path), (context) => {
      context.set('route', one.path)
      return one.run(context, deps.auth)
    })
  }
  addFallbacks(app, { endpoints, deps })
  const live = createLive(deps, deps.liveLimits)
  addMetrics(deps, live.stats)
  return {
    endpoints,
    fetch: async (request, peer) => app.fetch(request, peer),
    push: createPushLane({ ...deps, ...pushing }),
    attachWebSocket: live.attach,
    close: live.close,
  }
}

function addMetrics({ ops, auth }: ApiDeps, live: () => LiveStats): void {
  const counter = (name: string, help: string, read: () => number): void =>
    ops.addCounter({ name: `eyenet_server_${name}_total`, help, read })
  ops.addGauge({ name: 'eyenet_server_live_connections', help: 'Live feeds open.', read: () => live().connections })
  counter('live_slow_clients', 'Live feeds cut because their client did not read.', () => live().slow)
  counter('live_refused', 'Live feeds refused before they began.', () => live().refused)
  counter('login_failures', 'Wrong names and passwords.', () => auth.stats().failed)
  counter('logins_limited', 'Logins refused unseen after too many failures.', () => auth.stats().limited)
  counter('logins_refused', 'Logins refused because too many came at once.', () => auth.stats().hashesRefused)
  counter('login_limit_forgotten', 'Senders and users forgotten early.', () => auth.stats().limitKeysForgotten)
  counter('refresh_reuses', 'Logins ended because an old refresh token came back.', () => auth.stats().reused)
}

function allEndpoints(deps: ApiDeps, pushing: PushDeps, document: () => object): readonly Endpoint[] {
  const { auth, clock, logger, ops, source, alerting, version } = deps
  const secure = deps.encrypted === true || (deps.publicUrl?.startsWith('https:') ?? false)
  const sentence = 'too many queries at once: try again in a few seconds'
  const turns = createTurns({ concurrent: MAX_QUERIES, waiting: MAX_WAITING_QUERIES, sentence })
  return [
    ...serverStateEndpoints(ops),
    ...setupEndpoints({ auth, version, secure }),
    ...sessionEndpoints({ auth, secure }),
    ...userEndpoints(auth),
    ...tokenEndpoints(auth),
    ...auditEndpoints(auth),
    ...agentEndpoints({ fleet: deps.fleet, audit: auth.audit, clock }),
    ...agentTaskEndpoints({ fleet: deps.fleet, audit: auth.audit }),
    // Before the devices by their ids.
    ...deviceEventEndpoints(deps.inventory),
    ...deviceMergeEndpoints({ inventory: deps.inventory, audit: auth.audit }),
    ...deviceEndpoints({ fleet: deps.fleet, inventory: deps.inventory, audit: auth.audit }),
    ...devicePartEndpoints(deps.inventory),
    ...sensorChoiceEndpoints({ fleet: deps.fleet, audit: auth.audit }),
    ...configurationEndpoints({ fleet: deps.fleet, audit: auth.audit }),
    ...mibEndpoints({ fleet: deps.fleet, audit: auth.audit }),
    ...signingKeyEndpoints({ fleet: deps.fleet, audit: auth.audit }),
    ...pkiEndpoints(deps.fleet),
    ...alertEndpoints({ alerting, audit: auth.audit }),
    ...anomalyEndpoints({ anomalies: deps.anomalies, audit: auth.audit }),
    ...modelEndpoints({ learn: deps.learn, audit: auth.audit }),
    ...forecastEndpoints(deps.forecasts),
    ...incidentEndpoints(deps.incidents),
    ...topologyEndpoints({ topology: deps.topology, inventory: deps.inventory, alerting, audit: auth.audit }),
    ...topologyTraceEndpoints({ ...deps, audit: auth.audit }),
    ...stationEndpoints(deps.topology),
    ...ledgerEndpoints({ ledger: deps.ledger, clock }),
    ...discoveryEndpoints({ discovery: deps.discovery, audit: auth.audit }),
    ...prometheusEndpoints({ source, alerting, audit: auth.audit, clock, logger, turns, version }),
    ...pushEndpoints(pushing),
    ...documentEndpoints(document),
  ]
}

function addMiddleware(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  app.use(async (context, next) => {
    const begun = performance.now()
    const peer = context.env?.incoming?.socket.remoteAddress ?? ''
    context.set('address', senderOf(peer, context.req.header('x-forwarded-for'), deps))
    context.set('route', '(other)')
    await next()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value)
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store')
    const { method } = context.req
    deps.ops.observeHttp({
      method: KNOWN_METHODS.has(method) ? method : '(other)',
      route: context.get('route'),
      status: context.res.status,
      seconds: (performance.now() - begun) / 1000,
    })
  })
  app.use(async (context, next) => {
    if (!hostAllowed(context.req.header('host') ?? new URL(context.req.url).host, deps)) {
      const detail = 'this server listens on loopback and answers to its own names only: set publicUrl to add one'
      return problem({ status: 421, code: 'forbidden', detail })
    }
    if (UNSAFE.has(context.req.method) && !originAllowed(context.req.raw.headers, deps)) {
      return problem({ status: 403, code: 'forbidden', detail: 'the request comes from a page of another site' })
    }
    return next()
  })
  app.use(compress())
}

function addFallbacks(
  app: OpenAPIHono<ApiEnv>,
  { endpoints, deps }: { endpoints: readonly Endpoint[]; deps: ApiDeps },
): void {
  const staticFile = createStaticFiles(deps.webFolder)
  app.onError((thrown) => problemOf(thrown, deps.logger))
  app.notFound(async (context) => {
    const { path, method } = context.req
    const allowed = endpoints.filter((one) => matches(one.path, path)).map((one) => one.method.toUpperCase())
    const isPage = allowed.length === 0 && path !== '/api' && !path.startsWith('/api/')
    const readable = method === 'GET' || method === 'HEAD'
    if (isPage && readable) {
      const file = await staticFile(context.req.raw)
      if (file !== undefined) return file
    }
    const allow = isPage ? ['GET', 'HEAD'] : allowed
    if (allow.length === 0 || (isPage && readable)) {
      return problem({ status: 404, code: 'not_found', detail: `there is nothing at ${path.slice(0, 200)}` })
    }
    const refused = problem({
      status: 405,
      code: 'invalid',
      detail: `${method.slice(0, 20)} is not for this; try ${allow.join(', ')}`,
    })
    refused.headers.set('allow', allow.join(', '))
    return refused
  })
}

/** Whether a path fits one written as /things/{id}. */
function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at])
}
