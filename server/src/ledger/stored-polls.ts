import { type AgentId, type DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'

/** A question that takes longer is ended. */
const TIMEOUT_MS = 60_000

/** from < time <= to, cut into intervals of stepMs. */
export type Steps = { readonly from: EpochMs; readonly to: EpochMs; readonly stepMs: number }

/** Samples by the label, then by the end of the interval. */
export type Counts = ReadonlyMap<string, ReadonlyMap<number, number>>

export type PollsOf =
  | { readonly kind: 'all' }
  | { readonly kind: 'site'; readonly site: SiteName }
  | { readonly kind: 'devices'; readonly devices: readonly DeviceId[] }

/** How many polls are stored of each device: every poll leaves one sample of device_up, answered or not. */
export function storedPolls(
  store: MetricStore,
  of: PollsOf,
  { windowMs, ...steps }: Steps & { readonly windowMs?: number },
): Promise<Counts> {
  const window = windowMs ?? steps.stepMs
  return counts(store, { expr: `count_over_time(device_up${matcherOf(of)}[${window}ms])`, label: 'device', steps })
}

/** How many samples each agent has of itself: where there is one, it ran. */
export function agentSamples(store: MetricStore, agents: readonly AgentId[], steps: Steps): Promise<Counts> {
  const expr = `count_over_time(agent_polls_total{agent=~"${agents.join('|')}"}[${steps.stepMs}ms])`
  return counts(store, { expr, label: 'agent', steps })
}

type Before = { readonly from: EpochMs; readonly before: EpochMs }

/** Time of the agent's last sample of itself in from <= time < before. */
export function lastSampleBefore(store: MetricStore, agent: AgentId, span: Before): Promise<EpochMs | undefined> {
  return lastTime(store, `agent_polls_total{agent="${agent}"}`, span)
}

/** Time of the last poll of a device in from <= time < before. */
export function lastPollBefore(store: MetricStore, device: DeviceId, span: Before): Promise<EpochMs | undefined> {
  return lastTime(store, `device_up{device="${device}"}`, span)
}

async function lastTime(store: MetricStore, of: string, { from, before }: Before): Promise<EpochMs | undefined> {
  const at = epochMs(before - 1)
  const expr = parseQuery(`max(timestamp(${of}))`)
  const lookbackMs = Math.max(1, before - from)
  const { result } = await store.query({ expr, start: at, end: at, step: 0, lookbackMs, timeoutMs: TIMEOUT_MS })
  const value = result.kind === 'vector' ? result.samples[0]?.value : undefined
  return value === undefined ? undefined : epochMs(Math.round(value * 1000))
}

function matcherOf(of: PollsOf): string {
  if (of.kind === 'all') return ''
  if (of.kind === 'site') return `{site="${of.site}"}`
  return of.devices.length === 1 ? `{device="${of.devices[0]}"}` : `{device=~"${of.devices.join('|')}"}`
}

type Question = { readonly expr: string; readonly label: string; readonly steps: Steps }

async function counts(store: MetricStore, { expr, label, steps }: Question): Promise<Counts> {
  const found = new Map<string, Map<number, number>>()
  const start = epochMs(steps.from + steps.stepMs)
  if (start > steps.to) return found
  const { result } = await store.query({
    ...{ expr: parseQuery(expr), start, end: steps.to, step: steps.stepMs, timeoutMs: TIMEOUT_MS },
  })
  if (result.kind !== 'matrix') return found
  for (const { labels, times, values } of result.series) {
    const name = labels[label]
    if (name === undefined) continue
    const ofName = found.get(name) ?? new Map<number, number>()
    found.set(name, ofName)
    for (const [at, time] of times.entries()) {
      // Two series of one device are two who measure it: the more complete one counts.
      ofName.set(time, Math.max(ofName.get(time) ?? 0, values[at] ?? 0))
    }
  }
  return found
}
