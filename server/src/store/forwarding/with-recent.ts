import { seriesKey } from '@eyenet/shared/identity'
import type { Selection, SeriesReader, SeriesSamples } from '@eyenet/shared/promql'
import { mergePieces } from '../embedded/chunks/columns.ts'

/** A reader of what the engine has and of what was accepted last; at equal times the latter holds. */
export function withRecent(
  engine: SeriesReader,
  recent: (selection: Selection) => Promise<readonly SeriesSamples[]>,
): SeriesReader {
  return {
    async select(selection) {
      const found = new Map<string, SeriesSamples>()
      for (const one of await engine.select(selection)) found.set(seriesKey(one.labels), one)
      for (const one of await recent(selection)) {
        const key = seriesKey(one.labels)
        const known = found.get(key)
        found.set(key, known === undefined ? one : { labels: one.labels, ...mergePieces([known, one]) })
      }
      return [...found.values()]
    },
  }
}
