import type { JSX } from 'preact'
import { Figure, NotMeasured } from './figure.tsx'

export type MeterState = 'quiet' | 'warning' | 'critical'

type Props = { readonly ratio: number | undefined; readonly state: MeterState }

/** A share as a bar with its percentage. Colour only where something is wrong. */
export function Meter({ ratio, state }: Props): JSX.Element {
  if (ratio === undefined) return <NotMeasured />
  const width = `${Math.round(Math.min(1, Math.max(0, ratio)) * 1000) / 10}%`
  return (
    <span class="share">
      <span class={`share-bar ${state}`} aria-hidden="true">
        <span class="share-fill" style={{ width }} />
      </span>
      <span class={`share-figure${state === 'quiet' ? '' : ` ink-${state}`}`}>
        <Figure value={ratio} unit="ratio" />
      </span>
    </span>
  )
}
