import type { JSX } from 'preact'
import { formatShortMoment } from '../format/moment.ts'
import { hintOn } from '../parts/hint.tsx'
import { type ChartMark, markPlace } from './chart-marks.ts'
import { AXIS_WIDTH, SIDE_GAP, TIME_HEIGHT, WORDS_WIDTH } from './plot-box.ts'
import type { Drawn } from './use-figures.ts'

type Props = { readonly marks: readonly ChartMark[]; readonly drawn: Drawn; readonly wordy: boolean }

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`

/** Marks on the time axis, over the drawn part: what it was is said at hover, and a click leads there. */
export function MarksLayer({ marks, drawn, wordy }: Props): JSX.Element | null {
  if (marks.length === 0) return null
  const box = {
    left: `${wordy ? WORDS_WIDTH : AXIS_WIDTH}px`,
    right: `${SIDE_GAP}px`,
    bottom: `${TIME_HEIGHT}px`,
  }
  return (
    <div class="chart-marks" style={box}>
      {marks.map((mark) => {
        const place = markPlace(mark, drawn)
        if (place === undefined) return null
        const words = `${formatShortMoment(mark.from, drawn.to)}: ${mark.words}`
        return (
          <a
            key={mark.id}
            class={`chart-mark${mark.to === undefined ? ' lasts' : ''}${mark.from < drawn.from ? ' before' : ''}`}
            href={mark.href}
            aria-label={words}
            style={{ left: percent(place.left), width: percent(place.width) }}
            {...hintOn(words)}
          />
        )
      })}
    </div>
  )
}
