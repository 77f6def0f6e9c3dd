import type { JSX } from 'preact'
import { Figure } from '../../../parts/figure.tsx'
import { hintOn } from '../../../parts/hint.tsx'
import { Meter } from '../../../parts/meter.tsx'
import { setQuery } from '../../../router/router.ts'
import { METERED_WORDS, type Metered, type MeteredKind, meterWord } from './metered.ts'

type Props = {
  readonly what: MeteredKind
  readonly all: readonly Metered[]
  /** Shown at once; the rest behind `more`. */
  readonly most?: number
  readonly more?: JSX.Element
}

/** More than this many take the whole width, side by side. */
const MANY_FROM = 8

/** Meters of one kind under their heading; one opens its past. */
export function MeterList({ what, all, most = all.length, more }: Props): JSX.Element | null {
  if (all.length === 0) return null
  const id = `meters-${what}`
  const shown = all.slice(0, most)
  return (
    <section class={`section meters${shown.length > MANY_FROM ? ' many' : ''}`} aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{METERED_WORDS[what].title}</h2>
        <span class="faint">{all.length === 1 ? '' : all.length}</span>
        {all.length > most && <span class="end">{more}</span>}
      </div>
      <ul class="panel pairs">
        {shown.map((one) => (
          <MeterRow key={one.key} one={one} />
        ))}
      </ul>
    </section>
  )
}

function MeterRow({ one }: { one: Metered }): JSX.Element {
  return (
    <li class={`meter-row${one.what === 'cpu' ? ' short' : ''}`}>
      <button
        type="button"
        class="link name cut"
        onClick={() => setQuery({ show: one.key }, { replace: false })}
        {...hintOn(one.what === 'supply' ? `Kind: ${one.evidence}` : `Known by: ${one.evidence}`)}
      >
        {one.name}
      </button>
      <span class="meter-bytes faint">
        {one.usedBytes !== undefined && one.totalBytes !== undefined && (
          <>
            <Figure value={one.usedBytes} unit="bytes" />
            {' of '}
            <Figure value={one.totalBytes} unit="bytes" />
          </>
        )}
        {one.what === 'supply' && one.ratio !== undefined && (one.ratio <= 0 ? 'empty' : 'left')}
        {one.ratio === undefined && 'not measured'}
      </span>
      <Meter ratio={one.ratio} state={one.state} word={meterWord(one)} />
    </li>
  )
}
