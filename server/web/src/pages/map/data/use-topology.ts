import type { Incident, TopologyEvent } from '@eyenet/shared/api'
import { now } from '../../../live/clock.ts'
import type { Loadable } from '../../../live/loadable.ts'
import { incidentTick } from '../../../live/site.ts'
import { type Fetched, useFetch } from '../../../live/use-fetch.ts'
import { ok } from '../../../net/failure.ts'
import {
  fetchEarliest,
  fetchEvents,
  fetchGraph,
  fetchHistory,
  fetchIncidents,
  type KnownGraph,
} from './topology-source.ts'

/** What is of now is asked for again this often, beside what the live feed tells. */
const AGAIN_MS = 30_000
const INCIDENTS_AGAIN_MS = 15_000

const nowTick = (milliseconds: number): number => Math.floor(now.value / milliseconds)

export function useGraph(layer: 'l2' | 'l3', at: number | undefined): Fetched<KnownGraph> {
  return useFetch(
    `graph ${layer} ${at ?? 'now'}`,
    (signal) => fetchGraph({ layer, at }, signal),
    at === undefined ? nowTick(AGAIN_MS) : 0,
  )
}

/** The graph that is compared with; without a moment there is none. */
export function useOtherGraph(layer: 'l2' | 'l3', at: number | undefined): Loadable<KnownGraph | undefined> {
  const { state } = useFetch<KnownGraph | undefined>(`other ${layer} ${at ?? 'none'}`, async (signal) =>
    at === undefined ? ok(undefined) : fetchEarliest({ layer, at }, signal),
  )
  return state.value
}

export function useIncidents(): Fetched<readonly Incident[]> {
  return useFetch('incidents', fetchIncidents, `${nowTick(INCIDENTS_AGAIN_MS)} ${incidentTick.value}`)
}

export function useEvents(from: number, to: number): Fetched<readonly TopologyEvent[]> {
  return useFetch(`events ${from} ${to}`, (signal) => fetchEvents({ from, to }, signal))
}

/** The first moment that can be shown; undefined while it is not known. */
export function useHistoryStart(): number | undefined {
  const { state } = useFetch('history', fetchHistory)
  return state.value.kind === 'ready' ? state.value.value.from : undefined
}
