import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { DraftEnd } from './draft-link.ts'
import type { Hearing } from './hearing.ts'

/** Hearings that speak of one cable: from one end or from both. */
export type HeardLink = {
  readonly a: DraftEnd
  readonly b: DraftEnd
  /** Keys of the ends, where the device and its port are known. */
  readonly aKey: string
  readonly bKey: string | undefined
  readonly hearings: readonly Hearing[]
}

export const isFromBothSides = (hearings: readonly Hearing[]): boolean =>
  hearings.some(({ by }) => by !== hearings[0]?.by)

/** Whether the device that is heard could say that it hears too, and does not. */
export function isDenied(hearings: readonly Hearing[]): boolean {
  if (isFromBothSides(hearings)) return false
  return hearings.some(({ to, heard }) =>
    (to?.device.view.links.neighbors ?? []).some(({ protocol }) => protocol === heard.protocol),
  )
}

export const firstTold = (hearings: readonly Hearing[]): EpochMs =>
  epochMs(Math.min(...hearings.map(({ since }) => since)))
