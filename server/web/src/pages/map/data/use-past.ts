import { type Incident, SILENT_AFTER_MS, silentAfterMs } from '@eyenet/shared/api'
import type { DeviceReach } from '@eyenet/shared/wire'
import { useMemo, useRef } from 'preact/hooks'
import { devices } from '../../../live/site.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { ok } from '../../../net/failure.ts'
import type { NodeState } from '../graph/node-state.ts'
import { firingThen, incidentsThen, stateThen, worstAlerts } from '../graph/state-then.ts'
import { alertsByDevice, troubleWords } from '../graph/trouble-words.ts'
import { type Chronicle, fetchChronicle, fetchReadings, type StoredReadings } from './past-source.ts'

/** How a past moment was. */
export type Past =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  /** Nothing of that moment is stored: too long ago, or before anything was watched. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'known'
      readonly at: number
      readonly stateOf: (device: string) => NodeState
      /** Why it needed a look, in a few words; empty where nothing tells. */
      readonly troubleOf: (device: string) => string
      readonly incidents: readonly Incident[]
      /** False: more alerts and incidents came since than are read back, so that some of then may be missing. */
      readonly isWhole: boolean
    }

/** States and failures of then; undefined where the map shows now. While another moment is on its way, the last one stays. */
export function usePast(at: number | undefined): Past | undefined {
  const isPast = at !== undefined
  const intervals = useIntervals(isPast)
  const readings = useFetch<StoredReadings | undefined>(`readings ${at ?? 'none'} ${intervals}`, async (signal) =>
    at === undefined ? ok(undefined) : fetchReadings(at, intervalsOf(devices.peek()), signal),
  ).state.value
  const chronicle = useFetch<Chronicle | undefined>(`chronicle ${isPast}`, async (signal) =>
    isPast ? fetchChronicle(signal) : ok(undefined),
  ).state.value
  const last = useRef<StoredReadings | undefined>(undefined)
  if (readings.kind === 'ready') last.current = readings.value
  const stored = last.current
  const lists = chronicle.kind === 'ready' ? chronicle.value : undefined
  const failed = readings.kind === 'failed' || chronicle.kind === 'failed'
  return useMemo((): Past | undefined => {
    if (!isPast) return undefined
    if (failed) return { kind: 'failed' }
    if (stored === undefined || lists === undefined) return { kind: 'loading' }
    if (stored.up.size === 0) return { kind: 'gone' }
    const firing = firingThen(lists.alerts, stored.at)
    const then = { ...stored, alerts: worstAlerts(firing) }
    const byDevice = alertsByDevice(firing)
    return {
      ...{ kind: 'known', at: stored.at, stateOf: (device) => stateThen(device, then) },
      troubleOf: (device) => troubleWords({ alerts: byDevice.get(device) ?? [], reach: reachThen(device, stored) }),
      ...{ incidents: incidentsThen(lists.incidents, stored.at), isWhole: lists.isWhole },
    }
  }, [isPast, failed, stored, lists])
}

/** Changes when devices are known, and when one is polled more or less often: what is read back depends on it. */
function useIntervals(isPast: boolean): string {
  const known = devices.value
  if (!isPast) return ''
  const seldom = [...intervalsOf(known)].filter(([, seconds]) => silentAfterMs(seconds) > SILENT_AFTER_MS)
  return seldom.map(([id, seconds]) => `${id} ${seconds}`).join()
}

/** How often each device is polled now, seconds. */
function intervalsOf(known: typeof devices.value): ReadonlyMap<string, number> {
  if (known.kind !== 'ready') return new Map()
  return new Map([...known.value].map(([id, { intervalSeconds }]) => [id, intervalSeconds]))
}

function reachThen(device: string, { up, snmp }: StoredReadings): Pick<DeviceReach, 'snmp' | 'icmp'> {
  const asked = snmp.get(device)
  const isUp = up.get(device) !== 0
  return { snmp: asked === undefined ? 'off' : asked === 0 ? 'down' : 'up', icmp: isUp ? 'up' : 'down' }
}
