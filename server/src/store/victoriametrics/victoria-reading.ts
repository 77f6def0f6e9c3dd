import { EyeNetError } from '@eyenet/shared/errors'
import { type Labels, seriesKey } from '@eyenet/shared/identity'
import { compileMatchers, type Matcher, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import { z } from 'zod'
import { mergePieces, sortColumns } from '../embedded/chunks/columns.ts'
import { SELECT_SAMPLES_MAX } from '../embedded/store-options.ts'
import { answerBytes, answerLines } from './answer-lines.ts'
import { parseExportLine } from './export-line.ts'
import { freshSelector, selectorText } from './selector-text.ts'
import type { VictoriaHttp } from './victoria-http.ts'

/** After that long reading is given up. */
const READ_TIMEOUT_MS = 120_000
/** Samples in one line of the export. */
const LINE_ROWS = 10_000
/** To VictoriaMetrics a start of 0 is none at all, for which it takes five minutes before the end. */
const EARLIEST_MS = 1
/** The year 2200: VictoriaMetrics counts in nanoseconds and keeps nothing later. */
const LATEST_MS = Date.UTC(2200, 0)
const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded' }

const SeriesList = z.object({ data: z.array(z.record(z.string(), z.string())) })
const TextList = z.object({ data: z.array(z.string()) })

/** Reads raw samples and names from VictoriaMetrics. */
export class VictoriaReading {
  readonly #http: VictoriaHttp

  constructor(http: VictoriaHttp) {
    this.#http = http
  }

  /** Samples as they are kept; of several with one time the one that was written last. */
  async select({ matchers, from, to }: Selection, signal?: AbortSignal): Promise<readonly SeriesSamples[]> {
    const matches = compileMatchers(matchers)
    const found = new Map<string, SeriesSamples[]>()
    let total = 0
    for await (const series of this.export([selectorText(matchers)], { from, to, signal })) {
      if (!matches(series.labels)) continue
      total += series.times.length
      if (total > SELECT_SAMPLES_MAX) {
        const sentence = `the selection has more than ${SELECT_SAMPLES_MAX} samples; ask for fewer series or less time`
        throw new EyeNetError('limit_exceeded', sentence)
      }
      const key = seriesKey(series.labels)
      const pieces = found.get(key)
      if (pieces === undefined) found.set(key, [series])
      else pieces.push(series)
    }
    return [...found.values()].map((pieces) => ({
      labels: pieces[0]?.labels ?? {},
      ...mergePieces(pieces.map(({ times, values }) => sortColumns(times, values))),
    }))
  }

  /** What the selectors find, a series in one piece or several. EyeNetError when VictoriaMetrics does not give it. */
  async *export(
    selectors: readonly string[],
    { from, to, signal }: { from: number; to: number; signal?: AbortSignal | undefined },
  ): AsyncGenerator<SeriesSamples> {
    const form = rangeForm(selectors, from, to)
    form.set('max_rows_per_line', String(LINE_ROWS))
    const request = { path: '/api/v1/export', form, headers: FORM_HEADERS, timeoutMs: READ_TIMEOUT_MS, signal }
    const answer = await this.#http.ask(request)
    try {
      for await (const line of answerLines(answerBytes(answer))) if (line !== '') yield parseExportLine(line)
    } catch (thrown) {
      if (thrown instanceof EyeNetError) throw thrown
      throw this.#http.errorOf(this.#http.noAnswer(thrown, request), READ_TIMEOUT_MS)
    }
  }

  async series({ matchers, from, to }: Selection): Promise<readonly Labels[]> {
    const matches = compileMatchers(matchers)
    const { data } = SeriesList.parse(await this.#json('/api/v1/series', rangeForm([selectorText(matchers)], from, to)))
    return data.filter(matches)
  }

  async labelNames({ matchers, from, to }: Selection): Promise<readonly string[]> {
    return TextList.parse(await this.#json('/api/v1/labels', rangeForm([selectorText(matchers)], from, to))).data
  }

  async labelValues(name: string, { matchers, from, to }: Selection): Promise<readonly string[]> {
    const path = `/api/v1/label/${encodeURIComponent(name)}/values`
    return TextList.parse(await this.#json(path, rangeForm([selectorText(matchers)], from, to))).data
  }

  /** Makes what was written readable and puts it on the disk, where VictoriaMetrics lets this be asked for. */
  async flush(): Promise<void> {
    const answer = await this.#http.send({ path: '/internal/force_flush', timeoutMs: READ_TIMEOUT_MS })
    if (answer instanceof Response) await answer.body?.cancel()
  }

  async delete(matchers: readonly Matcher[]): Promise<void> {
    // Series that are not indexed yet would stay.
    await this.flush()
    const form = new URLSearchParams({ 'match[]': freshSelector(matchers) })
    const path = '/api/v1/admin/tsdb/delete_series'
    const answer = await this.#http.ask({ path, form, headers: FORM_HEADERS, timeoutMs: READ_TIMEOUT_MS })
    await answer.body?.cancel()
  }

  async #json(path: string, form: URLSearchParams): Promise<unknown> {
    const answer = await this.#http.ask({ path, form, headers: FORM_HEADERS, timeoutMs: READ_TIMEOUT_MS })
    return answer.json()
  }
}

function rangeForm(selectors: readonly string[], from: number, to: number): URLSearchParams {
  const form = new URLSearchParams(selectors.map((one): [string, string] => ['match[]', one]))
  for (const [name, time] of [['start', from] as const, ['end', to] as const]) {
    form.set(name, String(Math.min(LATEST_MS, Math.max(EARLIEST_MS, time)) / 1000))
  }
  return form
}
