import { EyeNetError } from '@eyenet/shared/errors'
import { z } from 'zod'
import { INFLUX_UNITS, type PushFormat, type PushOutcome, type Unit } from '../../push/push.ts'
import type { MetricStore } from '../../store/store.ts'
import type { Turns } from '../../turns/turns.ts'
import { type Call, type Endpoint, endpoint } from '../endpoint.ts'
import { problem } from '../problem.ts'
import { readPushed, readRemoteWritten } from './push-body.ts'
import { giveBackBody } from './shared-bodies.ts'

/** Where a body goes. */
export type PushTarget = Pick<MetricStore, 'push'>
export type PushDeps = {
  readonly store: PushTarget
  /** For the work on a body. */
  readonly turns: Turns
  /** For reading it: slow senders wait for each other alone. */
  readonly readTurns: Turns
}

/** What agents do not read and others push: into the same store, under the same limits, for operators and up. */
export function pushEndpoints(deps: PushDeps): readonly Endpoint[] {
  return [
    ...INFLUX_PATHS.map((path) => influxEndpoint(deps, path)),
    pushEndpoint(deps, {
      path: '/api/v1/import/prometheus',
      summary: "Store samples in Prometheus' text format or OpenMetrics",
      remark: 'Times are milliseconds; with Content-Type: application/openmetrics-text they are seconds.',
      formatOf: ({ context }) => {
        const isOpen = (context.req.header('content-type') ?? '').trim().toLowerCase().startsWith(OPEN_METRICS)
        return { kind: 'prometheus-text', timeFactor: isOpen ? 1_000 : 1 }
      },
    }),
    pushEndpoint(deps, {
      path: '/api/v1/import',
      summary: "Store samples in VictoriaMetrics' JSON lines",
      remark: '{"metric":{"__name__":"up","job":"x"},"values":[1],"timestamps":[1700000000000]}',
      formatOf: () => ({ kind: 'json-lines' }),
    }),
    pushEndpoint(deps, {
      path: '/api/v1/write',
      summary: "Prometheus' remote write 1.0",
      remark: 'Protobuf in snappy. Native histograms and exemplars are not stored.',
      formatOf: () => ({ kind: 'remote-write' }),
    }),
  ]
}

/** Where InfluxDB 1 and 2 take lines. */
export const INFLUX_PATHS = ['/write', '/api/v2/write']

const OPEN_METRICS = 'application/openmetrics-text'
const COMMON =
  `The good part of the body is on disk at the answer, which is 204. Where lines are bad it is 400 and names the
first hundred of them by number. Bodies may be in gzip (remote write: snappy). Series that carry the id of an agent or device
are for administrators.`.replaceAll('\n', ' ')

type Pushed<Q> = Call<unknown, Q, unknown>
type Spec = {
  readonly path: string
  readonly summary: string
  readonly remark: string
  readonly formatOf: (call: Pushed<unknown>) => PushFormat
}

function pushEndpoint(deps: PushDeps, { path, summary, remark, formatOf }: Spec): Endpoint {
  return endpoint({
    method: 'post',
    path,
    access: 'operator',
    tag: 'push',
    summary,
    remark: `${remark} ${COMMON}`,
    handle: (call) => take(deps, call, formatOf(call)),
  })
}

function influxEndpoint(deps: PushDeps, path: string): Endpoint {
  return endpoint({
    method: 'post',
    path,
    access: 'operator',
    tag: 'push',
    summary: "Store samples in InfluxDB's line protocol",
    remark: `The metric is measurement_field; a field named value gives the measurement alone. Strings are left out. Database, bucket and organisation are not looked at. ${COMMON}`,
    query: z.object({ precision: z.string().optional() }),
    handle: (call) => take(deps, call, { kind: 'influx', unit: unitOf(call.query.precision) }),
  })
}

export function unitOf(precision: string | undefined): Unit {
  const known: Readonly<Record<string, Unit>> = INFLUX_UNITS
  const name = precision ?? 'ns'
  const unit = Object.hasOwn(known, name) ? known[name] : undefined
  if (unit === undefined) throw new EyeNetError('invalid', 'precision is none of ns, us, ms, s, m, h')
  return unit
}

async function take(deps: PushDeps, { context, principal }: Pushed<unknown>, format: PushFormat): Promise<Response> {
  const request = context.req.raw
  const read = (): Promise<Uint8Array> =>
    format.kind === 'remote-write' ? readRemoteWritten(request) : readPushed(request, context.env?.incoming)
  const refused = await takePushed(deps, read, { format, ownsAll: principal?.role === 'admin' })
  return refused ?? new Response(null, { status: 204 })
}

type Taking = { readonly format: PushFormat; readonly ownsAll: boolean }

/** Reads a body and stores it; undefined when all of it was stored, else the answer that says what was not. */
export async function takePushed(
  { store, turns, readTurns }: PushDeps,
  read: () => Promise<Uint8Array>,
  { format, ownsAll }: Taking,
): Promise<Response | undefined> {
  const outcome = await readTurns.take(async () => {
    const bytes = await read()
    try {
      return await turns.take(() => store.push(bytes, format, { ownsAll }))
    } finally {
      giveBackBody(bytes)
    }
  })
  return outcome.refused === 0 ? undefined : answerTo(outcome, format)
}

function answerTo({ samples, refused, faults }: PushOutcome, format: PushFormat): Response {
  const what = format.kind === 'remote-write' ? 'series' : 'line'
  const first = faults[0]
  const detail = `${samples} samples were stored, ${refused} faults left something out; the first in ${what} ${first?.line}: ${first?.reason}`
  const lines = faults.map(({ line, reason }) => ({ line, reason }))
  // Under these two names InfluxDB's clients look for what happened.
  const influx = format.kind === 'influx' ? { error: `partial write: ${detail}`, message: detail } : {}
  return problem({ status: 400, code: 'invalid', detail }, { ...influx, stored: samples, refused, lines })
}
