import type { DeviceHardware, PoolResource } from '@eyenet/shared/api'
import type { ChartQuery } from '../../../chart/chart-lines.ts'
import type { Unit } from '../../../format/quantity.ts'
import { quoted } from '../../../net/prometheus.ts'
import type { IconName } from '../../../parts/icon.tsx'
import type { MeterState } from '../../../parts/meter.tsx'
import { stateOfUse, supplyState } from './meter-states.ts'

/** Something of a device that is measured as a share: a processor, memory, a volume, a supply. */
export type Metered = {
  /** In the address: `storage/var`. */
  readonly key: string
  readonly what: MeteredKind
  readonly name: string
  readonly ratio: number | undefined
  readonly usedBytes?: number | undefined
  readonly totalBytes?: number | undefined
  readonly evidence: string
  readonly state: MeterState
}

export type MeteredKind = 'cpu' | 'memory' | 'storage' | 'supply'

export const METERED_WORDS: Record<MeteredKind, { readonly title: string; readonly icon: IconName }> = {
  cpu: { title: 'Processors', icon: 'chip' },
  memory: { title: 'Memory', icon: 'chip' },
  storage: { title: 'Storage', icon: 'devices' },
  supply: { title: 'Supplies', icon: 'drop' },
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Processors by their name; pools as the device tells them. A bare number is the number of a processor. */
export function meteredOf(hardware: DeviceHardware): Readonly<Record<MeteredKind, readonly Metered[]>> {
  return {
    cpu: [...hardware.processors]
      .sort((a, b) => names.compare(a.cpu, b.cpu))
      .map(({ cpu, ratio, evidence }) => ({
        key: `cpu/${cpu}`,
        what: 'cpu' as const,
        name: /^\d*$/.test(cpu) ? `CPU ${cpu}`.trim() : cpu,
        ratio,
        evidence,
        state: stateOfUse('cpu', ratio),
      })),
    memory: hardware.memory.map((one) => pool('memory', one)),
    storage: hardware.storage.map((one) => pool('storage', one)),
    supply: hardware.supplies.map(({ supply, kind, remainingRatio }) => ({
      key: `supply/${supply}`,
      what: 'supply' as const,
      name: supply,
      ratio: remainingRatio,
      evidence: kind,
      state: supplyState(remainingRatio),
    })),
  }
}

function pool(
  what: 'memory' | 'storage',
  { pool: name, usedBytes, totalBytes, usedRatio, evidence }: PoolResource,
): Metered {
  const ratio =
    usedRatio ??
    (usedBytes === undefined || totalBytes === undefined || totalBytes <= 0 ? undefined : usedBytes / totalBytes)
  return {
    key: `${what}/${name}`,
    what,
    name: name === '' ? 'Memory' : name,
    ratio,
    usedBytes,
    totalBytes,
    evidence,
    state: stateOfUse(what, ratio),
  }
}

/** What the colour of a meter says, in words. */
export function meterWord({ what, state }: Metered): string {
  if (what === 'supply') return state === 'critical' ? 'empty' : 'nearly empty'
  if (what === 'cpu') return 'very busy'
  return state === 'critical' ? 'full' : 'nearly full'
}

/** Worst first: most in use, or least left. */
export function worstFirst(all: readonly Metered[]): readonly Metered[] {
  const need = (one: Metered): number =>
    one.ratio === undefined ? -1 : one.what === 'supply' ? 1 - one.ratio : one.ratio
  return [...all].sort((a, b) => need(b) - need(a))
}

export type MeteredChart = { readonly unit: Unit; readonly queries: readonly ChartQuery[] }

/** The past of one: bytes where they are told, with the size as a line; else the share. */
export function meteredChart(device: string, one: Metered): MeteredChart {
  const name = one.key.slice(one.key.indexOf('/') + 1)
  const on = (label: string): string => `{device=${quoted(device)},${label}=${quoted(name)}}`
  const alone = `{device=${quoted(device)}}`
  if (one.what === 'cpu') return { unit: 'ratio', queries: [{ expr: `device_cpu_ratio${on('cpu')}`, name: 'Busy' }] }
  if (one.what === 'supply') {
    return { unit: 'ratio', queries: [{ expr: `supply_remaining_ratio${on('supply')}`, name: 'Left' }] }
  }
  // A device with one pool of memory has series without a pool.
  const series = (part: string): string =>
    one.what === 'storage'
      ? `device_storage_${part}${on('storage')}`
      : `device_memory_pool_${part}${on('pool')} or device_memory_${part}${alone}`
  if (one.usedBytes === undefined) return { unit: 'ratio', queries: [{ expr: series('used_ratio'), name: 'In use' }] }
  return {
    unit: 'bytes',
    queries: [
      { expr: series('used_bytes'), name: 'In use' },
      ...(one.totalBytes === undefined
        ? []
        : [{ expr: `vector(${one.totalBytes})`, name: 'Size', limit: true as const }]),
    ],
  }
}
