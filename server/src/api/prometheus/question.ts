import '@hono/zod-openapi'
import type { EpochMs } from '@eyenet/shared/identity'
import { epochMs } from '@eyenet/shared/identity'
import type { Selection } from '@eyenet/shared/promql'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Alerting } from '../../alerting/alerting.ts'
import type { Audit } from '../../auth/auth.ts'
import type { MetricStore } from '../../store/store.ts'
import type { Turns } from '../../turns/turns.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { failure } from './envelope.ts'
import { type Fields, oneOf, selectorsOf, timeOf } from './parameters.ts'

/** What of the store the API reads, and what its administrators may do to it. */
export type SeriesSource = Pick<
  MetricStore,
  'query' | 'queryJson' | 'select' | 'series' | 'labelNames' | 'labelValues' | 'delete' | 'snapshot'
>
export type PrometheusDeps = {
  readonly source: SeriesSource
  readonly alerting: Alerting
  readonly audit: Audit
  readonly clock: { now(): EpochMs }
  readonly logger: Logger
  readonly turns: Turns
  readonly version: string
}

const DAY_MS = 86_400_000

export const text = z.string().optional()
export const many = z.union([z.string(), z.array(z.string())]).optional()
export const Answer = z
  .object({
    status: z.enum(['success', 'error']),
    data: z.unknown(),
    errorType: text,
    error: text,
    warnings: z.array(z.string()).optional(),
    infos: z.array(z.string()).optional(),
  })
  .openapi('PrometheusAnswer', { description: "As Prometheus' HTTP API has it; errors too." })
export const SeriesFields = z.object({ 'match[]': many, start: text, end: text, limit: text })

export type Question = {
  readonly path: string
  readonly summary: string
  readonly remark?: string
  readonly fields: z.ZodObject
  /** What is answered where that is not Prometheus' envelope. */
  readonly media?: string
  /** `gone` is aborted when the client goes away. */
  readonly answer: (fields: Fields, deps: PrometheusDeps, gone: AbortSignal) => Promise<Response>
}

/** By GET alone, as Prometheus has what needs no long expression. */
export function once(deps: PrometheusDeps, question: Question): Endpoint {
  const { fields, answer } = question
  return endpoint({
    ...commonOf(question),
    method: 'get',
    query: fields,
    handle: ({ context }) => guarded(deps, () => answer(context.req.queries(), deps, context.req.raw.signal)),
  })
}

/** By GET and, for long expressions, by POST of a form. */
export function twice(deps: PrometheusDeps, question: Question): readonly Endpoint[] {
  const { fields, answer } = question
  return [
    once(deps, question),
    endpoint({
      ...commonOf(question),
      method: 'post',
      body: z.record(z.string(), z.array(z.string())),
      bodyForm: 'form',
      documentedBody: fields,
      handle: ({ context, body }) =>
        guarded(deps, () => answer({ ...context.req.queries(), ...body }, deps, context.req.raw.signal)),
    }),
  ]
}

function commonOf({ path, summary, remark, media }: Question) {
  const shape = media === undefined ? { answer: Answer } : { media }
  return {
    path,
    summary,
    access: 'viewer',
    tag: 'prometheus',
    ...(remark !== undefined && { remark }),
    ...shape,
  } as const
}

export async function guarded({ logger, turns }: PrometheusDeps, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await turns.take(answer)
  } catch (thrown) {
    return failure(thrown, logger)
  }
}

export function optionalTime(fields: Fields, name: string): EpochMs | undefined {
  const given = oneOf(fields, name)
  return given === undefined || given === '' ? undefined : timeOf(name, given)
}

/** A selection for each match[], or one of everything when there is none; all the time that there is unless fields say. */
export function selectionsOf(fields: Fields, { clock }: PrometheusDeps): readonly Selection[] {
  const from = optionalTime(fields, 'start') ?? epochMs(0)
  const to = optionalTime(fields, 'end') ?? epochMs(clock.now() + DAY_MS)
  const selectors = selectorsOf(fields)
  return (selectors.length === 0 ? [[]] : selectors).map((matchers) => ({ matchers, from, to }))
}
