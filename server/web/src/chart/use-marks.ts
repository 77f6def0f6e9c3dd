import { createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import type { ChartQuery } from './chart-lines.ts'
import { type ChartMark, marksOf } from './chart-marks.ts'
import type { Drawn } from './use-figures.ts'

/** What happened, for all charts below: each takes what it is about. */
export const MarksHere = createContext<readonly ChartMark[]>([])

/** The marks of one chart, within what it shows. */
export function useMarks(queries: readonly ChartQuery[], drawn: Drawn | undefined): readonly ChartMark[] {
  const all = useContext(MarksHere)
  const key = queries.map(({ expr }) => expr).join('\n')
  const mine = useMemo(() => marksOf(queries, all), [key, all])
  return drawn === undefined ? [] : mine
}
