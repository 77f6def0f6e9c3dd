/** What the whole page knows: devices, open alerts and agents, fetched once and kept up to date by the live feed. */
import { AgentResource, AlertResource, Anomaly, DeviceSummary, type LiveChange } from '@eyenet/shared/api'
import { batch, computed, signal } from '@preact/signals'
import { z } from 'zod'
import type { Parser } from '../net/api-client.ts'
import { type Answer, failed, ok } from '../net/failure.ts'
import { request, validToken, whenRenewed } from '../session/session.ts'
import { createLiveFeed, type FeedState, type LiveFeed } from './live-feed.ts'
import { afterFailure, LOADING, type Loadable } from './loadable.ts'
import { openSocket } from './open-socket.ts'

type ById<T> = ReadonlyMap<string, T>

export const devices = signal<Loadable<ById<DeviceSummary>>>(LOADING)
/** Pending, firing and unknown ones. */
export const openAlerts = signal<Loadable<ById<AlertResource>>>(LOADING)
/** What is unusual now; those of models on trial are not among them. */
export const activeAnomalies = signal<Loadable<ById<Anomaly>>>(LOADING)
export const agents = signal<Loadable<ById<AgentResource>>>(LOADING)
export const feedState = signal<FeedState>({ kind: 'connecting' })
/** Newest moment up to which samples are stored, by device. Charts watch it. */
export const samplesAt = signal<ReadonlyMap<string, number>>(new Map())
/** What changed while this page was open, newest first. */
export const recentChanges = signal<readonly LiveChange[]>([])
/** The last change of one alert, open or resolved: a page that shows it takes it from here. */
export const lastAlertChange = signal<AlertResource | undefined>(undefined)

/** The last change of one anomaly, lasting or over. */
export const lastAnomalyChange = signal<Anomaly | undefined>(undefined)

/** Counts up with each change of the kind: pages that show such things fetch them again. */
export const discoveryTick = signal(0)
export const incidentTick = signal(0)

export const firingCount = computed(() => {
  const all = openAlerts.value
  return all.kind === 'ready' ? [...all.value.values()].filter((one) => one.state !== 'pending').length : undefined
})

/** More devices than this are not fetched into one page; the API's search is the way then. */
const MOST_PAGES = 20
const MOST_RECENT = 50
/** Live changes are shown this often: often enough to feel live, seldom enough to read. */
const FLUSH_MS = 250

const AnyPage = z.object({ items: z.array(z.unknown()), next: z.string().optional() })

/** Rows are read one by one: a single one that this page does not understand must not hide the others. */
async function everyPage<T extends { id: string }>(path: string, row: Parser<T>): Promise<Answer<ById<T>>> {
  const found = new Map<string, T>()
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const glue = path.includes('?') ? '&' : '?'
    const answer = await request({
      path: cursor === undefined ? path : `${path}${glue}cursor=${encodeURIComponent(cursor)}`,
      answer: AnyPage,
    })
    if (answer.kind === 'failed') return failed(answer.failure)
    const read = answer.value.items.map((one) => row.safeParse(one))
    for (const one of read) if (one.success) found.set(one.data.id, one.data)
    if (read.length > 0 && found.size === 0) return failed({ kind: 'strange', detail: path })
    cursor = answer.value.next
    if (cursor === undefined) break
  }
  return ok(found)
}

export async function loadDevices(): Promise<void> {
  const answer = await everyPage('/api/v1/devices', DeviceSummary)
  devices.value = settled(devices.peek(), answer)
}
export async function loadAlerts(): Promise<void> {
  const answer = await everyPage('/api/v1/alerts/history?state=open&limit=1000', AlertResource)
  openAlerts.value = settled(openAlerts.peek(), answer)
}
export async function loadAnomalies(): Promise<void> {
  const answer = await everyPage('/api/v1/anomalies?active=true&limit=1000', Anomaly)
  // An older server judges nothing: nothing is unusual there.
  const absent = answer.kind === 'failed' && answer.failure.kind === 'problem' && answer.failure.status === 404
  activeAnomalies.value = settled(activeAnomalies.peek(), absent ? ok(new Map<string, Anomaly>()) : answer)
}
export async function loadAgents(): Promise<void> {
  const answer = await everyPage('/api/v1/agents', AgentResource)
  agents.value = settled(agents.peek(), answer)
}

function settled<T>(before: Loadable<T>, answer: Answer<T>): Loadable<T> {
  return answer.kind === 'ok'
    ? { kind: 'ready', value: answer.value, at: Date.now() }
    : afterFailure(before, answer.failure)
}

export function loadSite(): void {
  void loadAlerts()
  void loadDevices()
  void loadAgents()
  void loadAnomalies()
}

let feed: LiveFeed | undefined
let waiting: LiveChange[] = []

export function startLive(): void {
  loadSite()
  feed = createLiveFeed({
    connect: openSocket,
    token: validToken,
    now: Date.now,
    after: (milliseconds, run) => {
      const id = setTimeout(run, milliseconds)
      return () => clearTimeout(id)
    },
    random: Math.random,
    onChange: queueChange,
    onMissed: loadSite,
    onState: (state) => {
      // What failed to load while the server was away is tried again once it is back.
      if (state.kind === 'live') reloadFailed()
      feedState.value = state
    },
  })
  feed.start()
  whenRenewed((token) => feed?.renew(token))
}

export function stopLive(): void {
  feed?.stop()
  feed = undefined
  waiting = []
  batch(() => {
    devices.value = LOADING
    openAlerts.value = LOADING
    agents.value = LOADING
    activeAnomalies.value = LOADING
    recentChanges.value = []
    samplesAt.value = new Map()
  })
}

export const reconnectNow = (): void => feed?.retryNow()

function reloadFailed(): void {
  const broken = (one: Loadable<unknown>): boolean =>
    one.kind === 'failed' || (one.kind === 'ready' && one.stale !== undefined)
  if (broken(devices.peek())) void loadDevices()
  if (broken(openAlerts.peek())) void loadAlerts()
  if (broken(agents.peek())) void loadAgents()
  if (broken(activeAnomalies.peek())) void loadAnomalies()
}

function queueChange(change: LiveChange): void {
  waiting.push(change)
  if (waiting.length === 1) setTimeout(flush, FLUSH_MS)
}

function flush(): void {
  const changes = waiting
  waiting = []
  batch(() => {
    devices.value = patched(devices.peek(), changes, patchDevices)
    openAlerts.value = patched(openAlerts.peek(), changes, patchAlerts)
    agents.value = patched(agents.peek(), changes, patchAgents)
    activeAnomalies.value = patched(activeAnomalies.peek(), changes, patchAnomalies)
    for (const one of changes) if (one.kind === 'anomaly') lastAnomalyChange.value = one.anomaly
    const samples = changes.filter((one) => one.kind === 'samples')
    if (samples.length > 0) {
      const next = new Map(samplesAt.peek())
      for (const one of samples) for (const id of [...one.devices, ...one.agents]) next.set(id, one.at)
      samplesAt.value = next
    }
    for (const one of changes) if (one.kind === 'alert') lastAlertChange.value = one.alert
    if (changes.some((one) => one.kind === 'discovery')) discoveryTick.value += 1
    if (changes.some((one) => one.kind === 'incident')) incidentTick.value += 1
    const told = changes.filter((one) => one.kind === 'alert').reverse()
    if (told.length > 0) recentChanges.value = [...told, ...recentChanges.peek()].slice(0, MOST_RECENT)
  })
}

type Patch<T> = (map: Map<string, T>, change: LiveChange) => boolean

/** The same object when nothing in it changed, so that nothing is drawn again. */
function patched<T>(before: Loadable<ById<T>>, changes: readonly LiveChange[], patch: Patch<T>): Loadable<ById<T>> {
  if (before.kind !== 'ready') return before
  const next = new Map(before.value)
  const changed = changes.map((change) => patch(next, change)).includes(true)
  return changed ? { ...before, value: next, at: Date.now() } : before
}

const patchDevices: Patch<DeviceSummary> = (map, change) => {
  if (change.kind === 'device') map.set(change.device.id, change.device)
  else if (change.kind === 'device-removed') map.delete(change.id)
  return change.kind === 'device' || change.kind === 'device-removed'
}
const patchAlerts: Patch<AlertResource> = (map, change) => {
  if (change.kind !== 'alert') return false
  if (change.alert.state === 'resolved') map.delete(change.alert.id)
  else map.set(change.alert.id, change.alert)
  return true
}
const patchAnomalies: Patch<Anomaly> = (map, change) => {
  if (change.kind !== 'anomaly' || change.anomaly.shadow) return false
  if (change.anomaly.endedAt === undefined) map.set(change.anomaly.id, change.anomaly)
  else map.delete(change.anomaly.id)
  return true
}
const patchAgents: Patch<AgentResource> = (map, change) => {
  if (change.kind === 'agent') map.set(change.agent.id, change.agent)
  return change.kind === 'agent'
}

/** An answer of this page's own request, shown at once; the live feed will say the same a moment later. */
export function acceptAlert(alert: AlertResource): void {
  queueChange({ kind: 'alert', alert })
  flush()
}
export function acceptAnomaly(anomaly: Anomaly): void {
  queueChange({ kind: 'anomaly', anomaly })
  flush()
}
export function forgetDevice(id: DeviceSummary['id']): void {
  queueChange({ kind: 'device-removed', id })
  flush()
}
