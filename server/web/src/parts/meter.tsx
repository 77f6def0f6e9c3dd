import type { JSX } from 'preact'
import { Figure, NotMeasured } from './figure.tsx'
import { StateMark } from './state-mark.tsx'

export type MeterState = 'quiet' | 'warning' | 'critical'

type Props = {
  readonly ratio: number | undefined
  readonly state: MeterState
  /** What its colour says. */
  readonly word: string
}

/** A share as a bar with its percentage. Colour only where something is wrong. */
export function Meter({ ratio, state, word }: Props): JSX.Element {
  if (ratio === undefined) return <NotMeasured />
  const width = `${Math.round(Math.min(1, Math.max(0, ratio)) * 1000) / 10}%`
  return (
    <span class="share">
      <span class={`share-bar ${state}`} aria-hidden="true">
        <span class="share-fill" style={{ width }} />
      </span>
      <span class={`share-figure${state === 'quiet' ? '' : ` ink-${state}`}`}>
        {state !== 'quiet' && <StateMark kind={state} word={word} bare />}
        <Figure value={ratio} unit="ratio" />
      </span>
    </span>
  )
}
