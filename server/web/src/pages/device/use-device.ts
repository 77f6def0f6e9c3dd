import { Device, type DeviceSummary, InterfaceResource, Reading } from '@eyenet/shared/api'
import { useComputed } from '@preact/signals'
import { z } from 'zod'
import type { Loadable } from '../../live/loadable.ts'
import { devices, samplesAt } from '../../live/site.ts'
import { type Fetched, useFetch } from '../../live/use-fetch.ts'
import { type Answer, ok } from '../../net/failure.ts'
import { request } from '../../session/session.ts'

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

function useTick(id: string): number {
  return useComputed(() => Math.floor((samplesAt.value.get(id) ?? 0) / 1000 / REFRESH_SECONDS)).value
}
