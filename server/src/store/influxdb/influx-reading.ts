import { EyeNetError } from '@eyenet/shared/errors'
import { type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import {
  compileMatcher,
  compileMatchers,
  type Matcher,
  type Selection,
  type SeriesSamples,
} from '@eyenet/shared/promql'
import { concatColumns } from '../embedded/chunks/columns.ts'
import { SELECT_SAMPLES_MAX } from '../embedded/store-options.ts'
import type { InfluxClient, InfluxSeries } from './influx-client.ts'
import { setValue } from './influx-point.ts'
import {
  decodeLabels,
  decodeMeasurement,
  encodeMeasurement,
  encodeName,
  encodeText,
  parseSeriesKey,
} from './influx-text.ts'

/** Samples of one answer, about 20 MB as text. */
const PAGE_SAMPLES = 500_000
/** Series named in one statement. */
const PAGE_SERIES = 100
/** Series in one answer to SHOW SERIES, about 100 MB. */
const SERIES_MAX = 500_000
/** The year 2200: InfluxDB counts in nanoseconds and keeps nothing later. */
const LATEST_MS = Date.UTC(2200, 0)

type Counted = { readonly labels: Labels; readonly samples: number }

/** Reads raw samples and names. InfluxDB compares labels for equality; all other matching is done here. */
export class InfluxReading {
  readonly #client: InfluxClient

  constructor(client: InfluxClient) {
    this.#client = client
  }

  async select(selection: Selection): Promise<readonly SeriesSamples[]> {
    const matches = compileMatchers(selection.matchers)
    const found: SeriesSamples[] = []
    let total = 0
    for (const measurement of await this.measurements(selection.matchers)) {
      const where = conditions(selection)
      const all = await this.#count(measurement, where)
      const wanted = all.filter(({ labels }) => matches(labels))
      const size = wanted.reduce((sum, { samples }) => sum + samples, 0)
      total += size
      if (total > SELECT_SAMPLES_MAX) {
        const sentence = `the selection has more than ${SELECT_SAMPLES_MAX} samples; ask for fewer series or less time`
        throw new EyeNetError('limit_exceeded', sentence)
      }
      if (wanted.length === 0) continue
      if (wanted.length === all.length && size <= PAGE_SAMPLES) found.push(...(await this.#rows(measurement, where)))
      else for (const page of pagesOf(wanted)) found.push(...(await this.#page(measurement, where, page)))
    }
    return found
  }

  /** Without regard to time, which its index does not know. */
  async series({ matchers }: Pick<Selection, 'matchers'>): Promise<readonly Labels[]> {
    const matches = compileMatchers(matchers)
    const where = tagConditions(matchers)
    const text = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`
    const isNamed = matchers.some(({ name }) => name === METRIC_NAME)
    const sources = isNamed ? (await this.measurements(matchers)).map((one) => ` FROM "${one}"`) : ['']
    const found: Labels[] = []
    for (const source of sources) {
      for (const { values } of await this.#client.query(`SHOW SERIES${source}${text} LIMIT ${SERIES_MAX}`)) {
        if (values.length >= SERIES_MAX) {
          throw new EyeNetError('limit_exceeded', `more than ${SERIES_MAX} series match; name a metric or a device`)
        }
        for (const [key] of values) found.push(parseSeriesKey(String(key)))
      }
    }
    return found.filter(matches)
  }

  /** Measurements whose names satisfy the matchers. */
  async measurements(matchers: readonly Matcher[]): Promise<readonly string[]> {
    const names = matchers.filter(({ name }) => name === METRIC_NAME)
    const exact = names.find(({ op }) => op === '=')
    if (exact !== undefined && names.length === 1) return [encodeMeasurement(exact.value)]
    const tests = names.map(compileMatcher)
    const answer = await this.#client.query('SHOW MEASUREMENTS')
    const all = answer.flatMap(({ values }) => values.map(([name]) => String(name)))
    return all.filter((one) => tests.every((accepts) => accepts(decodeMeasurement(one))))
  }

  async #count(measurement: string, where: readonly string[]): Promise<readonly Counted[]> {
    const fields = 'COUNT("value") AS "values", COUNT("special") AS "specials"'
    const answer = await this.#client.query(statement(fields, measurement, where))
    return answer.map(({ tags, columns, values: [row = []] }) => ({
      labels: decodeLabels(measurement, tags),
      samples: Number(row[columns.indexOf('values')] ?? 0) + Number(row[columns.indexOf('specials')] ?? 0),
    }))
  }

  async #page(
    measurement: string,
    where: readonly string[],
    page: readonly Counted[],
  ): Promise<readonly SeriesSamples[]> {
    const wanted = new Set(page.map(({ labels }) => seriesKey(labels)))
    const these = page.map(({ labels }) => `(${labelConditions(labels).join(' AND ') || 'true'})`).join(' OR ')
    const samples = page.reduce((sum, one) => sum + one.samples, 0)
    const conditionsOfPage = [...where, `(${these})`]
    if (samples <= PAGE_SAMPLES) {
      const rows = await this.#rows(measurement, conditionsOfPage)
      return rows.filter(({ labels }) => wanted.has(seriesKey(labels)))
    }
    // One long series, piece by piece.
    const pieces: SeriesSamples[] = []
    for (let offset = 0; ; offset += PAGE_SAMPLES) {
      const rows = await this.#rows(measurement, conditionsOfPage, ` LIMIT ${PAGE_SAMPLES} OFFSET ${offset}`)
      const piece = rows.find(({ labels }) => wanted.has(seriesKey(labels)))
      if (piece !== undefined) pieces.push(piece)
      if (piece === undefined || piece.times.length < PAGE_SAMPLES) break
    }
    const [first] = pieces
    return first === undefined ? [] : [{ labels: first.labels, ...concatColumns(pieces) }]
  }

  async #rows(measurement: string, where: readonly string[], limit = ''): Promise<readonly SeriesSamples[]> {
    const answer = await this.#client.query(statement('"value", "special"', measurement, where) + limit)
    return answer.map((series) => samplesOf(measurement, series))
  }
}

/** Tags that make exactly this series among those with these tag names. */
export function exactConditions(labels: Labels, names: Iterable<string>): readonly string[] {
  const missing = [...names].filter((name) => name !== METRIC_NAME && labels[name] === undefined)
  return [...labelConditions(labels), ...missing.map((name) => `"${encodeName(name)}" = ''`)]
}

function labelConditions(labels: Labels): readonly string[] {
  const tags = Object.entries(labels).filter(([name]) => name !== METRIC_NAME)
  return tags.map(([name, value]) => `"${encodeName(name)}" = '${encodeText(value)}'`)
}

const tagConditions = (matchers: readonly Matcher[]): readonly string[] =>
  labelConditions(
    Object.fromEntries(
      matchers.filter((one) => one.op === '=' && one.value !== '').map((one) => [one.name, one.value]),
    ),
  )

function conditions({ matchers, from, to }: Selection): readonly string[] {
  const [start, end] = [from, to].map((time) => Math.trunc(Math.min(LATEST_MS, Math.max(0, time))))
  return [`time >= ${start}ms`, `time <= ${end}ms`, ...tagConditions(matchers)]
}

const statement = (fields: string, measurement: string, where: readonly string[]): string =>
  `SELECT ${fields} FROM "${measurement}" WHERE ${where.join(' AND ')} GROUP BY *`

/** Series in groups of one statement each; a long one alone. */
function pagesOf(series: readonly Counted[]): readonly (readonly Counted[])[] {
  const pages: Counted[][] = []
  let samples = 0
  for (const one of series) {
    const last = pages.at(-1)
    if (last === undefined || last.length >= PAGE_SERIES || samples + one.samples > PAGE_SAMPLES) {
      pages.push([one])
      samples = one.samples
    } else {
      last.push(one)
      samples += one.samples
    }
  }
  return pages
}

function samplesOf(measurement: string, { columns, tags, values: rows }: InfluxSeries): SeriesSamples {
  const [time, value, special] = ['time', 'value', 'special'].map((name) => columns.indexOf(name))
  const times = new Float64Array(rows.length)
  const values = new Float64Array(rows.length)
  for (const [at, row] of rows.entries()) {
    times[at] = Number(row[time ?? 0])
    setValue(values, at, { value: row[value ?? 1], special: row[special ?? 2] })
  }
  return { labels: decodeLabels(measurement, tags), times, values }
}
