import { type EpochMs, epochMs, type Labels } from '@eyenet/shared/identity'
import type { SeriesSamples } from '@eyenet/shared/promql'
import { type AlertMachine, type AlertTiming, hasFired, INACTIVE, isOpen, nextAlertState } from '@eyenet/shared/rules'

/** Where one alert stands while old data is gone through. */
export type Replayed = {
  readonly series: Labels
  readonly state: AlertMachine
  readonly startedAt: EpochMs
  readonly firedAt: EpochMs | undefined
  /** The last value that held. */
  readonly value: number
}

/** An alert that fired and is over. */
export type FoundAlert = {
  readonly series: Labels
  readonly value: number
  readonly startedAt: EpochMs
  readonly firedAt: EpochMs
  readonly endedAt: EpochMs
}

export type Replay = {
  readonly before: Replayed | undefined
  readonly series: Labels
  readonly piece: { readonly start: EpochMs; readonly end: EpochMs; readonly step: number }
  /** When the expression held, and its values. */
  readonly held: SeriesSamples | undefined
  /** When there was data at all; undefined where that cannot be told. */
  readonly present: Float64Array | undefined
}

/** One alert through the moments of a piece. Pure: the states are those of the present's evaluation. */
export function replayAlert(
  rule: AlertTiming,
  { before, series, piece, held, present }: Replay,
): { readonly open: Replayed | undefined; readonly over: readonly FoundAlert[] } {
  const values = new Map<number, number>()
  for (const [at, time] of (held?.times ?? []).entries()) values.set(time, held?.values[at] ?? Number.NaN)
  const there = present === undefined ? undefined : new Set(present)
  const over: FoundAlert[] = []
  let open = before
  for (let time = piece.start; time <= piece.end; time = epochMs(time + piece.step)) {
    const value = values.get(time)
    const kind = there === undefined || there.has(time) ? 'clear' : 'missing'
    const observation = value === undefined ? ({ kind } as const) : ({ kind: 'holds', value } as const)
    const state = nextAlertState(rule, open?.state ?? INACTIVE, { observation, now: time })
    if (!isOpen(state)) {
      if (open?.firedAt !== undefined) {
        const { startedAt, firedAt } = open
        over.push({ series, value: open.value, startedAt, firedAt, endedAt: time })
      }
      open = undefined
      continue
    }
    open = {
      ...{ series, state },
      startedAt: open?.startedAt ?? time,
      firedAt: open?.firedAt ?? (hasFired(state) ? time : undefined),
      value: value ?? open?.value ?? Number.NaN,
    }
  }
  return { open, over }
}
