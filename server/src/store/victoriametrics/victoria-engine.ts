import { type Labels, METRIC_NAME, seriesKey } from '@eyenet/shared/identity'
import type { Matcher, Selection, SeriesSamples } from '@eyenet/shared/promql'
import type { EnginePort, Outgoing, WriteOptions, WriteOutcome } from '../forwarding/forwarding.ts'
import { sortSamples } from './influx-lines.ts'
import { freshSelector, seriesMatchers } from './selector-text.ts'
import { reasonOf, VictoriaHttp, type VictoriaOptions } from './victoria-http.ts'
import { VictoriaReading } from './victoria-reading.ts'
import { writeRequest } from './write-request.ts'

const WRITE_TIMEOUT_MS = 30_000
const SETTLE_MS = 30_000
/** Up to this span of time, what is there is asked for by metric, beyond it by series. */
const NARROW_MS = 300_000
/** Selectors in one request. */
const SELECTORS_MAX = 500
/** Names in one selector. */
const NAMES_MAX = 200

/** VictoriaMetrics, single node: written by Influx line protocol, read by its export. */
export class VictoriaEngine implements EnginePort {
  readonly name: string
  readonly settleMs: number
  readonly #http: VictoriaHttp
  readonly #reading: VictoriaReading
  readonly #timeoutMs: number

  constructor(options: VictoriaOptions) {
    this.#http = new VictoriaHttp(options)
    this.#reading = new VictoriaReading(this.#http)
    this.name = this.#http.name
    this.settleMs = options.settleMs ?? SETTLE_MS
    this.#timeoutMs = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS
  }

  async write(samples: Outgoing, { maybeThere }: WriteOptions): Promise<WriteOutcome> {
    let missing = samples
    if (maybeThere) {
      try {
        missing = await this.#withoutThose(samples)
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : String(thrown)
        return { kind: 'failed', reason, maybeArrived: true, isGone: false }
      }
    }
    const { lines, special, unstorable } = sortSamples(missing)
    const bodies = [
      ...(lines === '' ? [] : [{ path: '/write?precision=ms', body: lines }]),
      ...(special.length === 0 ? [] : [{ path: '/api/v1/write', body: writeRequest(missing, special) }]),
    ]
    for (const [at, request] of bodies.entries()) {
      const outcome = await this.#post(request)
      if (outcome === undefined) continue
      // The first part is there when the second fails.
      return outcome.kind === 'failed' && at > 0 ? { ...outcome, maybeArrived: true } : outcome
    }
    return { kind: 'written', unstorable }
  }

  /** When VictoriaMetrics was started; undefined where it does not say so. */
  async incarnation(): Promise<string | undefined> {
    const answer = await this.#http.send({ path: '/metrics', timeoutMs: this.#timeoutMs })
    if (!(answer instanceof Response)) throw this.#http.errorOf(answer, this.#timeoutMs)
    const text = await answer.text()
    return answer.ok ? /^vm_app_start_timestamp (\S+)$/m.exec(text)?.[1] : undefined
  }

  select(selection: Selection): Promise<readonly SeriesSamples[]> {
    return this.#reading.select(selection)
  }

  series(selection: Selection): Promise<readonly Labels[]> {
    return this.#reading.series(selection)
  }

  labelNames(selection: Selection): Promise<readonly string[]> {
    return this.#reading.labelNames(selection)
  }

  labelValues(name: string, selection: Selection): Promise<readonly string[]> {
    return this.#reading.labelValues(name, selection)
  }

  delete(matchers: readonly Matcher[]): Promise<void> {
    return this.#reading.delete(matchers)
  }

  async close(): Promise<void> {}

  /** Undefined when VictoriaMetrics took it. */
  async #post(request: {
    readonly path: string
    readonly body: string | Uint8Array<ArrayBuffer>
  }): Promise<WriteOutcome | undefined> {
    const answer = await this.#http.send({ ...request, timeoutMs: this.#timeoutMs })
    if (!(answer instanceof Response)) {
      const { by, isUnreached, reason } = answer
      return { kind: 'failed', reason, maybeArrived: !isUnreached, isGone: by === 'network' }
    }
    const reason = await reasonOf(answer)
    if (answer.ok) return undefined
    if (answer.status === 400 || answer.status === 413) return { kind: 'refused', reason }
    return { kind: 'failed', reason, maybeArrived: answer.status >= 500, isGone: false }
  }

  /** The samples that VictoriaMetrics has not: it would keep both of two with one time. */
  async #withoutThose(samples: Outgoing): Promise<Outgoing> {
    await this.#reading.flush()
    const there = new Map<string, Set<number>>()
    const span = spanOf(samples.times)
    for (const selectors of selectorsFor(samples, span)) {
      for await (const { labels, times } of this.#reading.export(selectors, span)) {
        const key = seriesKey(labels)
        const known = there.get(key) ?? new Set()
        there.set(key, known)
        for (const time of times) known.add(time)
      }
    }
    const keys = new Map<Labels, Set<number> | undefined>()
    const kept: number[] = []
    for (const [at, labels] of samples.labels.entries()) {
      if (!keys.has(labels)) keys.set(labels, there.get(seriesKey(labels)))
      if (!keys.get(labels)?.has(samples.times[at] ?? -1)) kept.push(at)
    }
    return picked(samples, kept)
  }
}

type TimeSpan = { readonly from: number; readonly to: number }

/** Selectors of the samples' series, in groups of one request each. */
function selectorsFor({ labels }: Outgoing, { from, to }: TimeSpan): readonly (readonly string[])[] {
  const series = new Set(labels)
  const names = new Set([...series].map((one) => one[METRIC_NAME] ?? ''))
  if (to - from <= NARROW_MS && names.size <= NAMES_MAX && !names.has('')) {
    const pattern = [...names].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
    return [[freshSelector([{ name: METRIC_NAME, op: '=~', value: pattern }])]]
  }
  const selectors = [...series].map((one) => freshSelector(seriesMatchers(one)))
  const groups: string[][] = []
  for (let at = 0; at < selectors.length; at += SELECTORS_MAX) groups.push(selectors.slice(at, at + SELECTORS_MAX))
  return groups
}

function spanOf(times: Float64Array): TimeSpan {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (const time of times) {
    from = Math.min(from, time)
    to = Math.max(to, time)
  }
  return { from, to }
}

function picked({ labels, times, values }: Outgoing, positions: readonly number[]): Outgoing {
  return {
    labels: positions.map((at) => labels[at] ?? {}),
    times: Float64Array.from(positions, (at) => times[at] ?? 0),
    values: Float64Array.from(positions, (at) => values[at] ?? 0),
  }
}
