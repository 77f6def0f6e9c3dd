import {
  type AgentId,
  type DeviceId,
  type EpochMs,
  epochMs,
  type Labels,
  METRIC_NAME,
  seriesKey,
} from '@eyenet/shared/identity'
import { isStaleMarker } from '@eyenet/shared/promql'
import type { MetricStore, Point } from '../store/store.ts'
import { type Answer, type Cause, explain, type Standing, type Ways, waysFrom } from '../topology/topology.ts'
import type { Told } from './answer-book.ts'

/** Data of these devices came late, of these times. */
export type LateOutage = {
  readonly agent: AgentId
  readonly devices: readonly DeviceId[]
  readonly from: EpochMs
  readonly to: EpochMs
}

export type LateLook = { readonly late: LateOutage; readonly devices: readonly Told[]; readonly ways: Ways }

/** Moments of one span that are looked at; a longer span has them further apart. */
const MAX_STEPS = 720
const STEP_MS = 15_000
/** Within PromQL's look-back, and no more points than that needs. */
const TELL_EVERY_MS = 2 * 60_000

type Polled = { readonly at: number; readonly device: string; readonly answers: boolean }

/**
 * What explained what in a span whose data came late, as series for the rules that are evaluated over it: who was behind
 * a failure, or away with its agent's own line. By polls alone; ports and incidents of the present do not count.
 */
export async function lateOutagePoints(store: Pick<MetricStore, 'select'>, look: LateLook): Promise<readonly Point[]> {
  const wanted = new Set<string>(look.late.devices)
  const told = new Map(
    look.devices.filter(({ device }) => wanted.has(device)).map((one) => [one.device as string, one]),
  )
  const [first] = told.values()
  if (first === undefined) return []
  const matchers = [
    { name: METRIC_NAME, op: '=' as const, value: 'device_up' },
    { name: 'site', op: '=' as const, value: first.site },
  ]
  const series = await store.select({ matchers, from: look.late.from, to: look.late.to })
  const polls = series.flatMap(({ labels, times, values }) => pollsOf(labels, { times, values, told }))
  // Where everything answered there is nothing to explain.
  if (polls.every(({ answers }) => answers)) return []
  polls.sort((a, b) => a.at - b.at)
  return replay(polls, { ...look, told, site: first.site })
}

type Columns = { readonly times: Float64Array; readonly values: Float64Array; readonly told: ReadonlyMap<string, Told> }

function pollsOf({ device = '' }: Labels, { times, values, told }: Columns): readonly Polled[] {
  if (!told.has(device) || told.get(device)?.kind === 'host') return []
  const polls: Polled[] = []
  for (const [at, time] of times.entries()) {
    const value = values[at]
    if (value !== undefined && !isStaleMarker(value)) polls.push({ at: time, device, answers: value !== 0 })
  }
  return polls
}

type Replay = LateLook & { readonly told: ReadonlyMap<string, Told>; readonly site: Told['site'] }

function replay(polls: readonly Polled[], { late, ways, told, site, devices }: Replay): readonly Point[] {
  const host = devices.find(({ kind, agent }) => kind === 'host' && agent === late.agent)?.device
  const watcher = { agent: late.agent, name: late.agent, site, isConnected: true, ...(host !== undefined && { host }) }
  const answers = new Map<string, Answer>()
  if (host !== undefined) {
    const own = devices.find(({ device }) => device === host)
    if (own !== undefined)
      answers.set(host, { ...answerAt(own, { at: late.from, answers: true }, undefined), isHost: true })
  }
  const step = Math.max(STEP_MS, Math.ceil((late.to - late.from) / MAX_STEPS / STEP_MS) * STEP_MS)
  const figures = new LateFigures()
  let open: readonly Standing[] = []
  let next = 0
  for (let now = late.from; now <= late.to + step; now = epochMs(now + step)) {
    for (let poll = polls[next]; poll !== undefined && poll.at <= now; poll = polls[next]) {
      const one = told.get(poll.device)
      if (one !== undefined) answers.set(poll.device, answerAt(one, poll, answers.get(poll.device)))
      next += 1
    }
    const found = explain({ ways, answers, downPorts: [], watchers: [watcher], open, now })
    open = found.causes.map((cause) => standingOf(cause, open))
    const quiet = new Set([...found.held, ...found.causes.flatMap(spokenFor)])
    const behind = [...quiet].map((device) => ({ [METRIC_NAME]: 'device_behind_failure', site, device }))
    figures.tell([...behind, ...portsTowards(ways, answers)], now)
  }
  return figures.points
}

/** Series that are 1 for as long as they are told, and 0 then. */
class LateFigures {
  readonly points: Point[] = []
  readonly #told = new Map<string, { readonly labels: Labels; readonly at: number }>()

  tell(all: readonly Labels[], now: EpochMs): void {
    const keys = new Set<string>()
    for (const labels of all) {
      const key = seriesKey(labels)
      keys.add(key)
      if (now - (this.#told.get(key)?.at ?? 0) < TELL_EVERY_MS) continue
      this.#told.set(key, { labels, at: now })
      this.points.push({ labels, value: 1, at: now })
    }
    for (const [key, { labels }] of this.#told) {
      if (keys.has(key)) continue
      this.#told.delete(key)
      this.points.push({ labels, value: 0, at: now })
    }
  }
}

/** The ports of devices that answer towards such as do not. */
function portsTowards(ways: Ways, answers: ReadonlyMap<string, Answer>): readonly Labels[] {
  const found: Labels[] = []
  for (const { device, state } of answers.values()) {
    if (state !== 'down') continue
    for (const { to, link } of waysFrom(ways, device)) {
      const near = answers.get(to)
      if (near?.state !== 'up') continue
      const isA = link.a.node === to
      const members = link.members.map((member) => (isA ? member.a : member.b))
      for (const port of [isA ? link.a.port : link.b.port, ...members]) {
        const of = { site: near.site, device: near.device }
        if (port !== undefined) found.push({ [METRIC_NAME]: 'interface_behind_failure', ...of, interface: port })
      }
    }
  }
  return found
}

function answerAt(told: Told, { at, answers }: Pick<Polled, 'at' | 'answers'>, before: Answer | undefined): Answer {
  const state = answers ? 'up' : 'down'
  const now = epochMs(at)
  const unheard = epochMs(at - 2 * told.intervalMs)
  return {
    ...{ device: told.device, name: told.name, site: told.site, agent: told.agent, place: told.place, role: told.role },
    ...{ isHost: false, tellsPorts: false, intervalMs: told.intervalMs, state, askedAt: now },
    since: before?.state === state ? before.since : now,
    answeredAt: answers ? now : (before?.answeredAt ?? unheard),
  }
}

function standingOf({ failed, behind, ...cause }: Cause, open: readonly Standing[]): Standing {
  const before = open.find(({ id }) => id === cause.id)?.members ?? []
  const now = [...behind.map((one) => [one, 'behind'] as const), ...failed.map((one) => [one, 'failed'] as const)]
  return { ...cause, id: cause.id ?? cause.key, members: new Map([...before, ...now]) }
}

function spokenFor({ kind, failed, behind }: Cause): readonly DeviceId[] {
  return kind === 'device' ? behind : [...failed, ...behind]
}
