import type { JSX } from 'preact'
import type { Unit } from '../format/quantity.ts'
import { Figure } from '../parts/figure.tsx'
import { type ChartFigures, type ChartLine, summaryOf } from './chart-lines.ts'

type Props = { readonly figures: ChartFigures | undefined; readonly unit: Unit; readonly at: number | undefined }

/** Names of the lines with their values: under the crosshair, or the newest. */
export function Legend({ figures, unit, at }: Props): JSX.Element {
  return (
    <ul class="legend">
      {figures?.lines.map((line) => (
        <li key={line.name}>
          <Swatch colour={line.colour} />
          <span class="cut quiet">{line.name}</span>
          <span class="value">
            <Figure value={valueAt(line, at)} unit={unit} />
          </span>
        </li>
      ))}
      {figures !== undefined && figures.hidden > 0 && (
        <li class="faint">{`${figures.hidden} smaller ones not shown`}</li>
      )}
    </ul>
  )
}

function valueAt(line: ChartLine, at: number | undefined): number | undefined {
  return at === undefined ? summaryOf(line.values)?.last : (line.values[at] ?? undefined)
}

export function Swatch({ colour }: { colour: ChartLine['colour'] }): JSX.Element {
  return <span class={`swatch ${colour === 'limit' ? 'limit' : `s${colour}`}`} aria-hidden="true" />
}
