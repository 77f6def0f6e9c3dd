/**
 * How the server itself is: alive, ready, and its own metrics in Prometheus' text format. Other rooms add their checks
 * and counters; this room asks them and decides nothing.
 */
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export { createServiceNotify } from './service-notify.ts'

/** What one part says of itself; a sentence when it cannot work. */
export type CheckOutcome = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: string }
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, CheckOutcome>> }

export type HttpObservation = {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly seconds: number
}
/** `read` answers the figure of this moment. */
export type MetricSource = { readonly name: string; readonly help: string; readonly read: () => number }

export type Ops = {
  /** For what `addCounter` and `addGauge` do not cover. */
  readonly registry: Registry
  /** A part that must work before the server is of use: `store`, `broker`, ... */
  addCheck(part: string, check: () => Promise<CheckOutcome> | CheckOutcome): void
  /** A total since the start, `eyenet_server_..._total`. */
  addCounter(source: MetricSource): void
  addGauge(source: MetricSource): void
  observeHttp(observation: HttpObservation): void
  health(): { readonly status: 'alive'; readonly version: string; readonly startedAt: EpochMs }
  readiness(): Promise<Readiness>
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** A check that has not answered by then has failed. */
const CHECK_TIMEOUT_MS = 5_000
const SECONDS_BUCKETS = [0.005, 0.025, 0.1, 0.5, 2, 10]

export function createOps(options: { version: string; clock: { now(): EpochMs }; checkTimeoutMs?: number }): Ops {
  const { version, clock, checkTimeoutMs = CHECK_TIMEOUT_MS } = options
  const startedAt = epochMs(clock.now())
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({ name: 'eyenet_server_info', help: 'Always 1.', labelNames: ['version'], registers: [registry] }).set(
    { version },
    1,
  )
  const http = new Histogram({
    name: 'eyenet_server_http_request_duration_seconds',
    help: 'Requests answered, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS_BUCKETS,
    registers: [registry],
  })
  const checks = new Map<string, () => Promise<CheckOutcome> | CheckOutcome>()

  return {
    registry,
    addCheck(part, check) {
      checks.set(part, check)
    },
    addCounter({ name, help, read }) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(read())
        },
      })
    },
    addGauge({ name, help, read }) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    },
    observeHttp({ method, route, status, seconds }) {
      http.observe({ method, route, status }, seconds)
    },
    health: () => ({ status: 'alive', version, startedAt }),
    async readiness() {
      const outcomes = await Promise.all(
        [...checks].map(async ([part, check]) => [part, await inTime(check, checkTimeoutMs)] as const),
      )
      return { ready: outcomes.every(([, outcome]) => outcome.kind === 'ready'), checks: Object.fromEntries(outcomes) }
    },
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

async function inTime(check: () => Promise<CheckOutcome> | CheckOutcome, timeoutMs: number): Promise<CheckOutcome> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<CheckOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'failed', reason: `no answer in ${timeoutMs} ms` }), timeoutMs)
  })
  // What a check throws stays in here: it may name files and hosts, and this page needs no login.
  const asked = (async () => check())().catch(
    (): CheckOutcome => ({ kind: 'failed', reason: 'the check itself failed' }),
  )
  const outcome = await Promise.race([asked, late])
  clearTimeout(timer)
  return outcome
}
