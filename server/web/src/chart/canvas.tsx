import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { shownScheme } from '../app/scheme.ts'
import type { Unit } from '../format/quantity.ts'
import type { ChartBand } from './chart-band.ts'
import { reading, zoomBack, zoomTo } from './chart-state.ts'
import type { Plot } from './plot.ts'
import type { Drawn } from './use-figures.ts'

type Props = {
  readonly drawn: Drawn
  readonly unit: Unit
  readonly height: number
  readonly words?: Readonly<Record<string, string>> | undefined
  readonly sentence: string
  readonly cursor: Signal<number | undefined>
  readonly bands: readonly ChartBand[]
}

/** The library that draws is fetched with the first chart. */
const library = (): Promise<typeof import('./plot.ts')> => import('./plot.ts')

export function Canvas({ drawn, unit, height, words, sentence, cursor, bands }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | undefined>(undefined)
  const newest = useRef(drawn)
  newest.current = drawn
  const ranges = useRef(bands)
  ranges.current = bands
  const { lines, times } = drawn.figures
  const empty = lines.every((line) => line.values.every((value) => value === null))
  // Another set of lines or another scheme needs another plot; new values do not.
  const shape = `${shownScheme.value}|${height}|${empty}|${lines.map((line) => `${line.name}${line.below}${line.colour}`).join('|')}`

  useEffect(() => {
    const element = host.current
    if (element === null || shape === '') return
    let gone = false
    void library().then(({ createPlot }) => {
      if (gone) return
      plot.current = createPlot(element, newest.current.figures, {
        unit,
        height,
        words,
        span: () => ({ from: newest.current.from / 1000, to: newest.current.to / 1000 }),
        bands: () => ranges.current,
        onCursor: (index) => {
          cursor.value = index
        },
        onZoom: zoomTo,
        onBack: zoomBack,
      })
    })
    const watch = new ResizeObserver(() => plot.current?.resize(element.clientWidth))
    watch.observe(element)
    return () => {
      gone = true
      watch.disconnect()
      plot.current?.destroy()
      plot.current = undefined
      // A chart that goes away under the pointer is never left by it.
      reading.value = false
      cursor.value = undefined
    }
  }, [shape, unit, height, cursor])

  useEffect(() => {
    plot.current?.draw(drawn.figures)
  }, [drawn, bands])

  return (
    <>
      <div
        ref={host}
        role="img"
        aria-label={sentence}
        onMouseEnter={() => {
          reading.value = true
        }}
        onMouseLeave={() => {
          reading.value = false
        }}
      />
      {(empty || times.length === 0) && <div class="chart-over">No data in this range</div>}
    </>
  )
}
