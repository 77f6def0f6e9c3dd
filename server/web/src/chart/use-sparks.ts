import { useComputed } from '@preact/signals'
import { samplesAt } from '../live/site.ts'
import { useFetch } from '../live/use-fetch.ts'
import { ok } from '../net/failure.ts'
import { literally, queryRange, quoted } from '../net/prometheus.ts'
import { alignedSpan, range, rateWindow, spanOf, stepOf } from '../router/router.ts'
import { request } from '../session/session.ts'

export type Sparks = ReadonlyMap<string, readonly (number | null)[]>

const POINTS = 48
/** A list refreshes its lines this often at most, seconds: they show a shape, not the moment. */
const REFRESH_SECONDS = 30
const NONE: Sparks = new Map()

const IN = 'ifHCInOctets|ifInOctets'
const OUT = 'ifHCOutOctets|ifOutOctets'

/** Octets in and out of a device or of each of its interfaces; a device has either the 64-bit counters or the 32-bit ones. */
export function trafficExpr(matchers: string, by: 'device' | 'interface', window: string): string {
  const side = (names: string): string => `sum by (${by}) (rate({__name__=~"${names}",${matchers}}[${window}]))`
  return `8 * (${side(IN)} + ${side(OUT)})`
}

/** Traffic of these devices over the page's range, one query for all. */
export function useDeviceSparks(ids: readonly string[]): Sparks {
  const alternatives = [...ids].sort().map(literally).join('|')
  return useSparks(ids.length === 0 ? undefined : `device=~${quoted(alternatives)}`, 'device')
}

/** Traffic of each interface of a device. */
export function useInterfaceSparks(device: string): Sparks {
  return useSparks(`device=${quoted(device)}`, 'interface')
}

/** Readings of these sensors, by `metric/sensor`; one query for all. */
export function useSensorSparks(device: string, sensors: readonly string[]): Sparks {
  const alternatives = [...new Set(sensors)].sort().map(literally).join('|')
  const expr = `{__name__=~"sensor_.*",device=${quoted(device)},sensor=~${quoted(alternatives)}}`
  return useSparkQuery(sensors.length === 0 ? undefined : () => expr, {
    key: device,
    name: (labels) => `${labels.__name__}/${labels.sensor}`,
  })
}

function useSparks(matchers: string | undefined, by: 'device' | 'interface'): Sparks {
  return useSparkQuery(
    matchers === undefined ? undefined : (step) => trafficExpr(matchers, by, `${rateWindow(step)}s`),
    {
      key: by === 'device' ? 'devices' : (matchers ?? ''),
      name: (labels) => labels[by] ?? '',
    },
  )
}

type SparkNames = { readonly key: string; readonly name: (labels: Readonly<Record<string, string>>) => string }

function useSparkQuery(exprOf: ((step: number) => string) | undefined, { key, name }: SparkNames): Sparks {
  const shown = range.value
  const tick = useComputed(() =>
    samplesAt.value.size === 0 ? 0 : Math.floor(Date.now() / 1000 / REFRESH_SECONDS),
  ).value
  const wanted = exprOf?.(1) ?? ''
  const { state } = useFetch<Sparks>(
    key,
    async (signal) => {
      if (exprOf === undefined) return ok(NONE)
      const span = spanOf(shown, Date.now())
      const step = stepOf(span, POINTS)
      const answer = await queryRange(request, { expr: exprOf(step), ...alignedSpan(span, step), step }, signal)
      if (answer.kind === 'failed') return answer
      return ok(new Map(answer.value.series.map((one) => [name(one.labels), one.values])))
    },
    `${wanted} ${JSON.stringify(shown)} ${shown.kind === 'last' ? tick : 0}`,
  )
  return state.value.kind === 'ready' ? state.value.value : NONE
}
