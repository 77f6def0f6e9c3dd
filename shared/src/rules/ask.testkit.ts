import type { EpochMs } from '../identity/identity.ts'
import { compileMatchers, evaluate, type SeriesReader } from '../promql/promql.ts'
import type { ObserveOptions } from './rules.ts'

/** Evaluates at `now` over a reader and the series that come with the question. */
export function askOf(reader: SeriesReader, now: EpochMs): ObserveOptions['ask'] {
  return (expr, extra) =>
    evaluate({
      ...{ expr, start: now, end: now, step: 0 },
      reader: {
        select: async (selection) => {
          const matches = compileMatchers(selection.matchers)
          return [...(await reader.select(selection)), ...extra.filter(({ labels }) => matches(labels))]
        },
      },
    })
}
