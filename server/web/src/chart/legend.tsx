import type { JSX } from 'preact'
import { formatQuantity, type Unit } from '../format/quantity.ts'
import { Figure } from '../parts/figure.tsx'
import { toggleBands } from './band-choice.ts'
import { bandAt } from './chart-band.ts'
import { type ChartFigures, type ChartLine, summaryOf } from './chart-lines.ts'
import type { Usual } from './use-bands.ts'

type Props = {
  readonly figures: ChartFigures | undefined
  readonly unit: Unit
  readonly at: number | undefined
  readonly usual: Usual
}

/** Names of the lines with their values: under the crosshair, or the newest; and the switch of the usual range. */
export function Legend({ figures, unit, at, usual }: Props): JSX.Element {
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
      {figures !== undefined && usual.offered && <UsualSwitch {...{ figures, unit, at, usual }} />}
    </ul>
  )
}

const TITLES = {
  waiting: 'The usual range of these series is on its way',
  known: 'Show or hide the usual range, in all charts',
  unknown: 'What is usual here is not known yet: the series is still being learnt, or it is not judged',
} as const

function UsualSwitch({ figures, unit, at, usual }: Props & { readonly figures: ChartFigures }): JSX.Element {
  const { shown, state, bands } = usual
  const here = at === undefined ? figures.times.at(-1) : figures.times[at]
  const [band] = bands
  const range = bands.length === 1 && band !== undefined && here !== undefined ? bandAt(band, here) : undefined
  return (
    <li>
      <button
        type="button"
        class={`usual-switch${shown ? '' : ' off'}`}
        aria-pressed={shown}
        title={shown ? TITLES[state] : TITLES.known}
        onClick={toggleBands}
      >
        <span class="swatch usual" aria-hidden="true" />
        {shown && state === 'unknown' ? 'Usual range not known yet' : 'Usual range'}
        {range !== undefined && (
          <span class="value">{`${formatQuantity(range.low, unit)} – ${formatQuantity(range.high, unit)}`}</span>
        )}
      </button>
    </li>
  )
}

function valueAt(line: ChartLine, at: number | undefined): number | undefined {
  return at === undefined ? summaryOf(line.values)?.last : (line.values[at] ?? undefined)
}

export function Swatch({ colour }: { colour: ChartLine['colour'] }): JSX.Element {
  return <span class={`swatch ${colour === 'limit' ? 'limit' : `s${colour}`}`} aria-hidden="true" />
}
