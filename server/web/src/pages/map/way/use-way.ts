import { TopologyPath, type TopologyTrace } from '@eyenet/shared/api'
import type { Signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Loadable } from '../../../live/loadable.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { failed } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'
import type { MapAddress } from '../map-address.ts'
import { type LitWay, litWay } from './lit-way.ts'
import { traceOf } from './trace-address.ts'
import { useTrace } from './use-trace.ts'

/** The way that is looked at: from the graph, and traced where somebody asked for that. */
export type KnownWay = {
  /** Both ends are known. */
  readonly ready: boolean
  readonly path: Signal<Loadable<TopologyPath>>
  readonly reload: () => void
  readonly trace: Signal<Loadable<TopologyTrace>>
  readonly lit: LitWay | undefined
}

/** Fetches the way between the two ends in the address, and follows the trace in it. */
export function useWay(address: MapAddress, nodes: readonly { readonly id: string }[]): KnownWay {
  const { way, pick, at } = address
  const isNode = useMemo(() => nodes.some(({ id }) => id === pick), [nodes, pick])
  const ready = way !== '' && pick !== way && isNode
  const asked = new URLSearchParams({ from: way, to: pick, ...(at !== undefined && { at: String(at) }) })
  const key = ready ? `/api/v1/topology/path?${asked}` : ''
  const { state, reload } = useFetch(key, async (signal) =>
    key === '' ? failed({ kind: 'cancelled' }) : request({ path: key, answer: TopologyPath, signal }),
  )
  const task = ready ? traceOf(address) : undefined
  const trace = useTrace(task?.agent, task?.task)
  const path = state.value.kind === 'ready' && ready ? state.value.value : undefined
  const laid = task !== undefined && trace.value.kind === 'ready' ? trace.value.value.laid : undefined
  const lit = useMemo(() => (path === undefined ? undefined : litWay(path.hops, laid)), [path, laid])
  return { ready, path: state, reload, trace, lit }
}
