import type { JSX } from 'preact'
import { type BandSparkFigures, bandSparkPaths } from './band-spark-paths.ts'

type Props = {
  readonly figures: BandSparkFigures | undefined
  /** When it began, milliseconds. */
  readonly since: number
  readonly lasts: boolean
}

const BOX = { width: 200, height: 44 }

/** A line with its usual range and the moment it left it. Decoration: value and range stand beside it in words. */
export function BandSpark({ figures, since, lasts }: Props): JSX.Element {
  const paths = figures === undefined ? undefined : bandSparkPaths(figures, BOX)
  const [first = 0, last = 1] = [figures?.times[0], figures?.times.at(-1)]
  const place = Math.min(1, Math.max(0, (since / 1000 - first) / Math.max(1, last - first))) * BOX.width
  return (
    <svg class="band-spark" viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" aria-hidden="true">
      {paths !== undefined && (
        <>
          <path class="band" d={paths.band} />
          <path class="moment" d={`M${place.toFixed(1)} 0V${BOX.height}`} />
          <path class="line" d={paths.line} />
          <path class="outside" d={paths.outside} />
          {lasts && paths.end !== undefined && <path class="end" d={`M${paths.end[0]} ${paths.end[1]}h0.01`} />}
        </>
      )}
    </svg>
  )
}
