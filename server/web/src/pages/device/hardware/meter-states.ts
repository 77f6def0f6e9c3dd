import type { MeterState } from '../../../parts/meter.tsx'

/** From here on a share in use is to be looked at, and from there on it is nearly all. Processors and memory as the rules that alert. */
const LIMITS = {
  cpu: { warning: 0.9, critical: 1.01 },
  memory: { warning: 0.95, critical: 0.99 },
  storage: { warning: 0.85, critical: 0.95 },
} as const

export type MeteredUse = keyof typeof LIMITS

export function stateOfUse(use: MeteredUse, ratio: number | undefined): MeterState {
  if (ratio === undefined) return 'quiet'
  if (ratio >= LIMITS[use].critical) return 'critical'
  return ratio >= LIMITS[use].warning ? 'warning' : 'quiet'
}

/** Little left of a supply: time to order; nothing left: it stands still. */
const SUPPLY_LOW = 0.1

export function supplyState(remaining: number | undefined): MeterState {
  if (remaining === undefined) return 'quiet'
  if (remaining <= 0) return 'critical'
  return remaining <= SUPPLY_LOW ? 'warning' : 'quiet'
}
