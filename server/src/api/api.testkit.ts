import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  AgentResource,
  AlertResource,
  Device,
  DeviceMerge,
  DeviceSensors,
  DeviceTest,
  LedgerAgent,
  Role,
} from '@eyenet/shared/api'
import { LearnConfig } from '@eyenet/shared/config'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, DeviceId, epochMs, type Labels, SiteName } from '@eyenet/shared/identity'
import { compileMatchers, type Matcher, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import type { Target } from '@eyenet/shared/wire'
import { pino } from 'pino'
import type { Alerting } from '../alerting/alerting.ts'
import { openAnomalies } from '../anomalies/anomalies.ts'
import { authWorld, PASSWORD, ROOT } from '../auth/auth.testkit.ts'
import type { ControlDb } from '../db/db.ts'
import { ChoiceRecords, Configurations, type Fleet, MibLibrary } from '../fleet/fleet.ts'
import { openForecasts } from '../forecast/forecast.ts'
import { predictSeries } from '../forecast/predict/predict-series.ts'
import type { Inventory, InventoryChange, SamplesStored } from '../inventory/inventory.ts'
import { openLearning } from '../learn/learn.ts'
import type { Ledger, LedgerQuery } from '../ledger/ledger.ts'
import { createOps } from '../ops/ops.ts'
import { createPush } from '../push/push.ts'
import { resultJson } from '../store/asking/result-json.ts'
import { runAsk } from '../store/asking/run-ask.ts'
import type { AppendBatch, Ask } from '../store/store.ts'
import { openTopology } from '../topology/topology.ts'
import { vaultOf } from '../vault/vault.ts'
import { type ApiDeps, createApi, type SeriesSource } from './api.ts'
import { discoveryOf } from './discovery-of.testkit.ts'

export { PASSWORD, ROOT }
export const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
export const DEVICE = DeviceId.parse('0190bbbb-0000-7000-8000-000000000001')
export const ALERT = '0190cccc-0000-4000-8000-000000000001'
const SITE = SiteName.parse('lab')
const AT = epochMs(Date.UTC(2026, 0, 1))

export const agent: AgentResource = {
  id: AGENT,
  name: 'edge',
  site: SITE,
  state: 'connected',
  since: AT,
  version: '0.1.0',
  hostname: 'edge.example.net',
  enrolledAt: AT,
  devices: 1,
  desiredRevision: 1,
  actualRevision: 1,
  notices: [],
}

export const device: Device = {
  id: DEVICE,
  name: 'core-1 <script>alert(1)</script>',
  address: '192.0.2.1',
  site: SITE,
  agent: AGENT,
  kind: 'snmp',
  intervalSeconds: 60,
  state: 'ok',
  lifecycle: 'active',
  since: AT,
  reach: { icmp: 'up', snmp: 'up', problem: '' },
  vendor: '',
  os: '',
  model: '',
  version: '',
  role: 'switch',
  roleEvidence: '',
  interfaces: 0,
  openAlerts: 0,
  serial: '',
  sysName: '',
  sysDescr: '',
  sysObjectId: '',
  sysLocation: '',
  sysContact: '',
  identityRank: 'engine-id',
  firstSeenAt: AT,
  managed: true,
}

export const alert: AlertResource = {
  id: ALERT,
  rule: 'DeviceDown',
  group: 'devices',
  severity: 'critical',
  state: 'unknown',
  startedAt: AT,
  firedAt: epochMs(AT + 60_000),
  since: AT,
  labels: { alertname: 'DeviceDown' },
  annotations: {},
  value: '0',
  expr: 'up == 0',
  notifications: [],
  timeline: [],
}

class Listeners<T> {
  readonly #all = new Set<(news: T) => void>()
  readonly on = (listener: (news: T) => void) => {
    this.#all.add(listener)
    return () => void this.#all.delete(listener)
  }
  tell(news: T) {
    for (const listener of this.#all) listener(news)
  }
}

export class FakeFleet implements Fleet {
  agents = [agent]
  test: DeviceTest | undefined = { ok: true, steps: [], device: DEVICE }
  readonly calls: unknown[] = []
  readonly news = new Listeners<AgentResource>()
  onChange = (listener: (one: AgentResource) => void) => this.news.on(listener)
  list = async () => this.agents
  get = async (id: AgentId) => this.agents.find((one) => one.id === id)
  createEnrolmentToken: Fleet['createEnrolmentToken'] = async ({ site }, by) => ({
    token: `once-${by}`,
    site,
    expiresAt: AT,
    command: 'sh',
  })
  enrol: Fleet['enrol'] = async ({ token }) => {
    if (token !== 'good') throw new EyeNetError('unauthenticated', 'the enrolment token is unknown, used or expired')
    const signingKey = { kty: 'OKP', crv: 'Ed25519', x: 'x', kid: '1' } as const
    return { agent: AGENT, site: SITE, name: 'edge', mqttUrl: 'mqtt://:1883', mqttPassword: 'p', signingKey }
  }
  remove = async (id: AgentId) => void this.calls.push(['remove', id])
  testTarget = async (_: AgentId, _target: Target) => {
    if (this.test === undefined) throw new EyeNetError('unavailable', 'the agent edge is not connected')
    return this.test
  }
  watch = async (id: AgentId, target: Target) => void this.calls.push(['watch', id, target])
  unwatch = async (id: DeviceId) => void this.calls.push(['unwatch', id])
  readonly signingKeys: Fleet['signingKeys'] = {
    list: async () => [],
    rotate: async ({ atOnce }) => void this.calls.push(['rotate', atOnce]),
    revoke: async (kid) => void this.calls.push(['revoke', kid]),
  }
  readonly trust: Fleet['trust'] = {
    ca: 'CA',
    crl: async () => 'CRL',
    revoke: async (id) => void this.calls.push(['revoke', id]),
  }
  readonly tasks: Fleet['tasks'] = {
    start: async (id, { kind }, by) => {
      const task = { id: randomUUID(), agent: id, kind, about: 'it', by, at: AT, state: 'running' } as const
      return { task, ended: new Promise(() => {}) }
    },
    get: () => undefined,
    list: () => [],
    cancel: async (id, task) => void this.calls.push(['cancel', id, task]),
  }
  readonly choices: Fleet['choices']
  readonly mibs: Fleet['mibs']
  readonly configuration: Fleet['configuration']

  constructor(db: ControlDb) {
    const now = () => AT
    this.choices = new ChoiceRecords({ db, now, onChange: () => void this.calls.push(['choices']) })
    this.mibs = new MibLibrary(db, now)
    // Nothing is judged here: there are no samples to judge by.
    const store = { select: async () => [] }
    const onAssigned = (agents: readonly AgentId[]) => void this.calls.push(['assigned', agents])
    this.configuration = new Configurations({ db, store, now, onAssigned, onHalted: () => {} })
  }
}

const MERGE: DeviceMerge = {
  ...{ id: '77777777-6b7a-4a53-9c5b-0d5c3c9f8a11', device: DEVICE, by: '', at: AT, history: 'done', copiedSamples: 0 },
  merged: { id: DEVICE, name: 'core-1', address: '192.0.2.1' },
  evidence: ['both have the serial number FOC1234X'],
}

export class FakeInventory implements Inventory {
  identities: Inventory['identities'] = {
    resolve: (id) => id,
    aliasesOf: () => [],
    of: async () => ({ rank: 'serial', aliases: [], sightings: [], merges: [] }),
    merges: async () => [],
    duplicates: () => [],
    merge: async (one, other, { by }) => ({ ...MERGE, device: one, merged: { ...MERGE.merged, id: other }, by }),
    undo: async (_, by) => ({ ...MERGE, undoneAt: AT, undoneBy: by }),
    onMerge: () => () => {},
  }
  devices = [device]
  readonly changes = new Listeners<InventoryChange>()
  readonly samples = new Listeners<SamplesStored>()
  list = async () => this.devices
  get = async (id: DeviceId) => this.devices.find((one) => one.id === id)
  interfaces = async () => []
  readings = async () => []
  sensors = async (): Promise<DeviceSensors> => ({ family: '', items: [], truncated: false })
  hardware: Inventory['hardware'] = async () => ({
    ...{ processors: [], memory: [], storage: [], parts: [], supplies: [], truncated: false },
  })
  network: Inventory['network'] = async () => ({
    ...{ neighbors: [], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [], truncated: false },
  })
  events: Inventory['events'] = async () => ({ items: [], total: 0 })
  readonly lifecycles: Inventory['lifecycles'] = {
    retire: async (id) => this.#move(id, 'retired'),
    restore: async (id) => this.#move(id, 'active'),
  }
  #move(id: DeviceId, lifecycle: Device['lifecycle']): void {
    this.devices = this.devices.map((one) => (one.id === id ? { ...one, lifecycle } : one))
  }
  remove = async (id: DeviceId) => {
    this.devices = this.devices.filter((one) => one.id !== id)
  }
  onChange = (listener: (change: InventoryChange) => void) => this.changes.on(listener)
  onSamples = (listener: (stored: SamplesStored) => void) => this.samples.on(listener)
}

export class FakeAlerting implements Alerting {
  alerts = [alert]
  readonly news = new Listeners<AlertResource>()
  broken = false
  open = async () => {
    if (this.broken) throw new Error('secret: /var/lib/eyenet')
    return this.alerts
  }
  history: Alerting['history'] = async ({ limit, cursor }) =>
    cursor === undefined ? { items: this.alerts.slice(0, limit), total: 1, next: 'more' } : { items: [], total: 1 }
  get = async (id: string) => this.alerts.find((one) => one.id === id)
  acknowledge: Alerting['acknowledge'] = async (_, by, comment) => ({
    ...alert,
    acknowledgement: { by, at: AT, comment },
  })
  unacknowledge = async () => alert
  rules = () => []
  onChange = (listener: (one: AlertResource) => void) => this.news.on(listener)
}

/** Series in a plain list. */
export class FakeSource implements SeriesSource {
  readonly all: SeriesSamples[] = []
  add(labels: Labels, samples: readonly (readonly [seconds: number, value: number])[]) {
    const times = Float64Array.from(samples, ([seconds]) => seconds * 1000)
    this.all.push({ labels, times, values: Float64Array.from(samples, ([, value]) => value) })
  }
  select = async ({ matchers, from, to }: Selection) => {
    const fits = compileMatchers(matchers)
    return this.all.filter((one) => fits(one.labels) && one.times.some((time) => time >= from && time <= to))
  }
  query = async (ask: Ask) => runAsk(ask, { reader: this, nowMs: () => performance.now(), cancelled: () => false })
  queryJson = async (ask: Ask) => {
    const { result, warnings, infos } = await this.query(ask)
    async function* pieces() {
      yield* resultJson(result)
    }
    return { warnings, infos, bytes: undefined, pieces: pieces() }
  }
  snapshots: boolean[] = []
  snapshot = async ({ skipHead }: { skipHead: boolean }) => `copy-${this.snapshots.push(skipHead)}`
  series = async (selection: Selection) => (await this.select(selection)).map((one) => one.labels)
  labelNames = async (selection: Selection) => [
    ...new Set((await this.series(selection)).flatMap((one) => Object.keys(one))),
  ]
  labelValues = async (name: string, selection: Selection) =>
    (await this.series(selection)).flatMap((one) => one[name] ?? [])
  delete = async (matchers: readonly Matcher[]) => {
    const fits = compileMatchers(matchers)
    const kept = this.all.filter((one) => !fits(one.labels))
    return this.all.splice(0, this.all.length, ...kept).length - kept.length
  }
}

/** A store that only takes. */
export class FakeSampleStore {
  readonly names: Labels[] = []
  readonly batches: AppendBatch[] = []
  isFull = false
  seriesIndex = (labels: Labels) => this.names.push(labels) - 1
  append = async (batch: AppendBatch) => {
    if (this.isFull) throw new EyeNetError('unavailable', 'the disk is full')
    // The columns are the caller's again once this has answered.
    this.batches.push(structuredClone(batch))
    return { kind: 'stored', samples: batch.refs.length, rejected: 0 } as const
  }
}

export class FakeLedger implements Ledger {
  readonly asked: LedgerQuery[] = []
  readonly items: LedgerAgent[] = [{ agent: AGENT, site: SITE, lost: { quota: 7 } }]
  agents = async () => ({ items: this.items })
  query: Ledger['query'] = async (query) => {
    this.asked.push(query)
    const counts = { expected: 5, stored: 3, late: 0, lost: 2, awaited: 0, notSampled: 0, unknown: 0 }
    const interval = { from: query.from, to: query.to, ...counts, state: 'lost', why: ['=1+1, dropped'] } as const
    const devices = [{ device: DEVICE, agent: AGENT, site: SITE, intervals: [{ ...interval, why: [...interval.why] }] }]
    return { from: query.from, to: query.to, step: 300, devices, agents: this.items }
  }
}

/** A whole API over fakes and a database in memory. `at(path, init)` asks it as `role`, or as nobody. */
export async function apiWorld(options: Partial<ApiDeps> = {}) {
  const { db, clock, auth } = await authWorld()
  const fakes = {
    fleet: new FakeFleet(db),
    inventory: new FakeInventory(),
    alerting: new FakeAlerting(),
    ledger: new FakeLedger(),
    source: new FakeSource(),
  }
  const anomalies = openAnomalies({
    ...{ db, now: clock.now, logger: pino({ level: 'silent' }), store: fakes.source, workByItself: false },
    deviceName: () => device.name,
    agentName: () => agent.name,
    askedOf: async () => ({}),
  })
  const learn = await openLearning({
    ...{ db, now: clock.now, logger: pino({ level: 'silent' }), store: fakes.source, worksByItself: false },
    ...{ vault: vaultOf(new Uint8Array(32).fill(7)), server: 'https://eyenet.example.net', baseModel: undefined },
    settings: LearnConfig.parse({ enabled: false }),
    feedbackFor: async () => [],
    askedOf: async () => 1,
    onAssigned: () => {},
    onReturned: async () => {},
    tryModel: async (onnx) => triedByFirstOctet(onnx),
  })
  const taken = new FakeSampleStore()
  const { source } = fakes
  const discovery = await discoveryOf({ db, now: clock.now, audit: auth.audit }, fakes.fleet)
  const forecasts = openForecasts({
    ...{ now: clock.now, logger: pino({ level: 'silent' }), workByItself: false, deviceName: () => device.name },
    runPredictions: async ({ series, ...how }) => series.map((one) => predictSeries(one, how)),
    store: {
      ...{ query: source.query, select: source.select, series: source.series, append: taken.append },
      intern: async (labels) => Int32Array.from(labels, taken.seriesIndex),
    },
  })
  const topology = await openTopology({
    ...{ db, now: clock.now, monotonicMs: clock.now, logger: pino({ level: 'silent' }), workByItself: false },
    store: {
      query: source.query,
      intern: async (all) => Int32Array.from(all, taken.seriesIndex),
      append: taken.append,
    },
    inventory: { ...fakes.inventory, nameOf: () => device.name },
  })
  const pushed = createPush({ store: taken, clock })
  const push: ApiDeps['push'] = { push: (bytes, format, own) => pushed.take(Buffer.from(bytes), format, own) }
  const log: string[] = []
  const logger = pino({}, { write: (line: string) => void log.push(line) })
  const ops = createOps({ version: '0.1.0', clock })
  const webFolder = join(tmpdir(), `eyenet-no-web-${randomUUID()}`)
  const place = { listenHost: '127.0.0.1', version: '0.1.0', webFolder }
  const rooms = { ...fakes, topology, anomalies, forecasts, learn, discovery }
  const api = createApi({
    ...rooms,
    incidents: { list: async () => ({ items: [], total: 0 }), get: async () => undefined, onChange: () => () => {} },
    ...{ auth, push, ops, clock, logger },
    ...place,
    ...options,
  })
  const tokens = new Map<string, string>()
  for (const role of ['viewer', 'operator', 'admin', 'integration'] as const) {
    tokens.set(role, (await auth.tokens.add({ name: role, role }, ROOT)).token)
  }
  const ask = (path: string, init: RequestInit = {}, peer = '192.0.2.7') =>
    api.fetch(new Request(`http://localhost:8080${path}`, init), { incoming: { socket: { remoteAddress: peer } } })
  const as =
    (role: Role | 'integration') =>
    (path: string, init: RequestInit = {}) =>
      ask(path, { ...init, headers: { authorization: `Bearer ${tokens.get(role)}`, ...init.headers } })
  return { ...rooms, taken, db, clock, auth, ops, api, log, ask, as, tokens }
}

/** Takes files that begin with a 1 for models. */
function triedByFirstOctet(onnx: Uint8Array) {
  if (onnx[0] !== 1) throw new EyeNetError('invalid', 'The model cannot be used: it is no ONNX file.')
  return { contract: 'eyenet-judge/1', name: 'made elsewhere', metadata: {}, rowMicroseconds: 0.5 }
}

/** A POST of JSON. */
export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-api-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
