import type { TopologyLink } from '@eyenet/shared/api'
import type { MapWire } from '../graph/map-picture.ts'

/** Below this a link is drawn dashed. */
export const DOUBTFUL_BELOW = 0.7

/** How full a link is: by its busier way. `unmeasured` where speed or traffic is not known. */
export const USE_STEPS = ['unmeasured', 'idle', 'used', 'busy', 'full'] as const
export type UseStep = (typeof USE_STEPS)[number]
export const USE_FROM = { used: 0.3, busy: 0.7, full: 0.9 } as const

export function useStep(ratio: number | undefined): UseStep {
  if (ratio === undefined || !Number.isFinite(ratio)) return 'unmeasured'
  if (ratio >= USE_FROM.full) return 'full'
  if (ratio >= USE_FROM.busy) return 'busy'
  return ratio >= USE_FROM.used ? 'used' : 'idle'
}

export type LinkState = TopologyLink['state']
const WORST_FIRST: readonly LinkState[] = ['down', 'lost', 'unknown', 'blocked', 'up']

/** Of a wire that stands for many links: the worst of them, but blocked only where all are. */
export function wireState({ links }: MapWire): LinkState {
  const states = new Set(links.map((link) => link.state))
  if (states.has('blocked') && states.has('up')) states.delete('blocked')
  return WORST_FIRST.find((state) => states.has(state)) ?? 'up'
}

export const isDoubtful = ({ links }: MapWire): boolean =>
  links.length > 0 && links.every((link) => link.confidence < DOUBTFUL_BELOW)

export function wireSpeed({ links }: MapWire): number | undefined {
  const known = links.map((link) => link.speedBps).filter((speed) => speed !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, speed) => sum + speed, 0)
}

const THINNEST_BPS = 1e8
const WIDEST_PX = 5

/** Pixels: 100 Mbit/s is thin, each power of ten a step wider. */
export function wireWidth(speedBps: number | undefined): number {
  if (speedBps === undefined || speedBps <= 0) return 1.2
  return Math.min(WIDEST_PX, Math.max(1, 1.1 + 0.85 * Math.log10(speedBps / THINNEST_BPS)))
}

export const LINK_STATE_WORDS: Readonly<Record<LinkState, string>> = {
  up: 'up',
  down: 'down',
  blocked: 'blocked by the spanning tree',
  lost: 'lost: nobody tells of it any more',
  unknown: 'state not known',
}

/** A word on the wire where it is not simply up. */
export function wireLabel(wire: MapWire): string {
  const state = wireState(wire)
  const many =
    wire.links.length > 1 ? ` ${wire.links.filter((link) => link.state === state).length}/${wire.links.length}` : ''
  if (state === 'down') return `✕ down${many}`
  if (state === 'lost') return `lost${many}`
  if (state === 'blocked') return 'blocked'
  return ''
}
