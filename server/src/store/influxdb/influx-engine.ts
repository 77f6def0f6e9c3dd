import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import type { Matcher, Selection, SeriesSamples } from '@eyenet/shared/promql'
import type { EnginePort, Outgoing, WriteOutcome } from '../forwarding/forwarding.ts'
import { InfluxClient, type InfluxOptions } from './influx-client.ts'
import { pointOf } from './influx-point.ts'
import { exactConditions, InfluxReading } from './influx-reading.ts'
import { encodeMeasurement } from './influx-text.ts'

/** Series dropped by one statement. */
const DROPS_MAX = 50

/**
 * InfluxDB 1.x. It syncs its own log before it answers and keeps one of two samples with the same time, so that samples
 * may be sent again without a look at what is there.
 */
export class InfluxEngine implements EnginePort {
  readonly name: string
  readonly settleMs = 0
  readonly #client: InfluxClient
  readonly #reading: InfluxReading

  constructor(options: InfluxOptions) {
    this.#client = new InfluxClient(options)
    this.#reading = new InfluxReading(this.#client)
    this.name = this.#client.name
  }

  async write({ labels, times, values }: Outgoing): Promise<WriteOutcome> {
    const points = labels.map((one, at) => pointOf(one, times[at] ?? 0, values[at] ?? 0))
    let failure = await this.#client.write(points)
    if (failure?.status === 404 && failure.reason.includes('database not found')) {
      failure = (await this.#client.createDatabase()) ?? (await this.#client.write(points))
    }
    if (failure === undefined) return { kind: 'written', unstorable: 0 }
    const { isUnreached, reason, status } = failure
    // All but so many are there.
    const dropped = status === 400 ? Number(/partial write: .*dropped=(\d+)/.exec(reason)?.[1] ?? 0) : 0
    if (dropped > 0) return { kind: 'written', unstorable: 0, refused: { count: dropped, reason } }
    if (status === 400 || status === 413) return { kind: 'refused', reason }
    return { kind: 'failed', reason, maybeArrived: !isUnreached, isGone: status === undefined }
  }

  async incarnation(): Promise<string | undefined> {
    return undefined
  }

  select(selection: Selection): Promise<readonly SeriesSamples[]> {
    return this.#reading.select(selection)
  }

  series(selection: Selection): Promise<readonly Labels[]> {
    return this.#reading.series(selection)
  }

  async labelNames(selection: Selection): Promise<readonly string[]> {
    return [...new Set((await this.#reading.series(selection)).flatMap((labels) => Object.keys(labels)))].sort()
  }

  async labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    const values = new Set<string>()
    for (const labels of await this.#reading.series(selection)) {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined
      if (value !== undefined) values.add(value)
    }
    return [...values].sort()
  }

  async delete(matchers: readonly Matcher[]): Promise<void> {
    const found = await this.#reading.series({ matchers })
    for (const metric of new Set(found.map((labels) => labels[METRIC_NAME] ?? ''))) {
      const series = found.filter((labels) => (labels[METRIC_NAME] ?? '') === metric)
      const others = await this.#reading.series({ matchers: [{ name: METRIC_NAME, op: '=', value: metric }] })
      const names = new Set(others.flatMap((labels) => Object.keys(labels)))
      for (let at = 0; at < series.length; at += DROPS_MAX) {
        const these = series
          .slice(at, at + DROPS_MAX)
          .map((labels) => `(${exactConditions(labels, names).join(' AND ')})`)
        const where = names.size <= 1 ? '' : ` WHERE ${these.join(' OR ')}`
        await this.#client.query(`DROP SERIES FROM "${encodeMeasurement(metric)}"${where}`)
      }
    }
  }

  async close(): Promise<void> {}
}
