import {
  Device,
  DeviceHardware,
  DeviceNetwork,
  DeviceSensors,
  type DeviceSummary,
  InterfaceResource,
  Reading,
} from '@eyenet/shared/api'
import { useComputed } from '@preact/signals'
import { z } from 'zod'
import type { Loadable } from '../../live/loadable.ts'
import { devices, samplesAt } from '../../live/site.ts'
import { type Fetched, useFetch } from '../../live/use-fetch.ts'
import { type Answer, ok } from '../../net/failure.ts'
import { request } from '../../session/session.ts'
import { fetchGraph, type KnownGraph } from '../map/data/topology-source.ts'

const Interfaces = z.object({ items: z.array(InterfaceResource) })
const Readings = z.object({ items: z.array(Reading) })

/** Tables of a device are fetched again this often at most, seconds. */
const REFRESH_SECONDS = 10

const itemsOf = <T>(answer: Answer<{ items: readonly T[] }>): Answer<readonly T[]> =>
  answer.kind === 'ok' ? ok(answer.value.items) : answer

/** The device, with what the live feed knows newer. */
export function useDevice(id: string): { readonly device: Loadable<Device>; readonly reload: () => void } {
  const path = `/api/v1/devices/${encodeURIComponent(id)}`
  const { state, reload } = useFetch(path, (signal) => request({ path, answer: Device, signal }))
  const live = useComputed<DeviceSummary | undefined>(() =>
    devices.value.kind === 'ready' ? devices.value.value.get(id) : undefined,
  ).value
  const loaded = state.value
  if (loaded.kind !== 'ready' || live === undefined) return { device: loaded, reload }
  return { device: { ...loaded, value: { ...loaded.value, ...live } }, reload }
}

export function useInterfaces(id: string): Fetched<readonly InterfaceResource[]> {
  const path = `/api/v1/devices/${encodeURIComponent(id)}/interfaces`
  return useFetch(path, async (signal) => itemsOf(await request({ path, answer: Interfaces, signal })), useTick(id))
}

export function useReadings(id: string): Fetched<readonly Reading[]> {
  const path = `/api/v1/devices/${encodeURIComponent(id)}/readings`
  return useFetch(path, async (signal) => itemsOf(await request({ path, answer: Readings, signal })), useTick(id))
}

const NO_SENSORS: DeviceSensors = { family: '', items: [], truncated: false }
const NO_HARDWARE: DeviceHardware = {
  processors: [],
  memory: [],
  storage: [],
  parts: [],
  supplies: [],
  truncated: false,
}
const NO_NETWORK: DeviceNetwork = {
  neighbors: [],
  addresses: [],
  vlans: [],
  bgpPeers: [],
  ospfNeighbors: [],
  truncated: false,
}

/** An older server knows no such part: the device then has none, and no place of the page is about it. */
function orNone<T>(answer: Answer<T>, none: T): Answer<T> {
  const absent = answer.kind === 'failed' && answer.failure.kind === 'problem' && answer.failure.status === 404
  return absent ? ok(none) : answer
}

/** `live`: fetched again as samples arrive; else only once, to know whether there is any. */
export function useSensors(id: string, live: boolean): Fetched<DeviceSensors> {
  const path = `/api/v1/devices/${encodeURIComponent(id)}/sensors`
  const tick = useTick(id)
  return useFetch(
    path,
    async (signal) => orNone(await request({ path, answer: DeviceSensors, signal }), NO_SENSORS),
    live ? tick : 0,
  )
}

export function useHardware(id: string, live: boolean): Fetched<DeviceHardware> {
  const path = `/api/v1/devices/${encodeURIComponent(id)}/hardware`
  const tick = useTick(id)
  return useFetch(
    path,
    async (signal) => orNone(await request({ path, answer: DeviceHardware, signal }), NO_HARDWARE),
    live ? tick : 0,
  )
}

export function useNetwork(id: string): Fetched<DeviceNetwork> {
  const path = `/api/v1/devices/${encodeURIComponent(id)}/network`
  return useFetch(path, async (signal) => orNone(await request({ path, answer: DeviceNetwork, signal }), NO_NETWORK))
}

/** The links of a device, of both layers. A server that draws no map knows none. */
export function useNeighbors(id: string): Fetched<KnownGraph> {
  const none = { at: 0, nodes: [], links: [], vlans: [] }
  return useFetch(`neighbors ${id}`, async (signal) => {
    const answer = orNone(await fetchGraph({ around: id }, signal), none)
    if (answer.kind === 'failed') return answer
    const graph = answer.value
    // What is around it comes with the links among its neighbours.
    return ok({ ...graph, links: graph.links.filter(({ a, b }) => a.node === id || b.node === id) })
  })
}

function useTick(id: string): number {
  return useComputed(() => Math.floor((samplesAt.value.get(id) ?? 0) / 1000 / REFRESH_SECONDS)).value
}
