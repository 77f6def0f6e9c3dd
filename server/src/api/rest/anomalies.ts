import { FEEDBACK_KINDS, NewFeedback, PageQuery, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'
import { type Anomalies, type AnomalyQuery, MAX_BAND_SERIES, MAX_BAND_STEPS } from '../../anomalies/anomalies.ts'
import type { Audit } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { Anomaly, AnomalyBudget, AnomalyDetail, AnomalyGroup, BandsAnswer, IdPath, Moment } from '../shapes.ts'
import { csvResponse } from '../text-response.ts'
import { anomaliesCsv } from './anomalies-csv.ts'

/** Lines of one file; more are asked for by time. */
const MAX_CSV_LINES = 10_000
const CSV_PAGE = 1_000
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const ListQuery = PageQuery.extend({
  device: DeviceId.optional(),
  agent: AgentId.optional(),
  site: SiteName.optional(),
  from: Moment.optional().describe('Those that lasted then or later. Milliseconds since 1970 or RFC 3339.'),
  to: Moment.optional().describe('Those that began before. The same.'),
  active: Flag.optional().describe('Those that last still, or those that do not.'),
  reason: z.string().max(32).optional(),
  minScore: z.coerce.number().min(0).max(1).optional(),
  feedback: z
    .enum([...FEEDBACK_KINDS, 'none'])
    .optional()
    .describe('What people said of it.'),
  shadow: Flag.default(false).describe('Those of models on trial, which alert nobody, instead of the others.'),
  grouped: z.enum(['device']).optional().describe('By device and time: each item has the anomalies of one happening.'),
  format: z.enum(['json', 'csv']).default('json'),
})

const REMARK = `Newest first. With grouped=device, of the newest 5,000 that match, what a device had within ten minutes of each
other is one item, the strongest first. With format=csv, one line for each, ${MAX_CSV_LINES} at most.`

const BandsQuery = z.object({
  query: z.string().min(1).max(2_000).describe('A series selector, such as icmp_rtt_seconds{device="..."}.'),
  start: Moment,
  end: Moment,
  step: z.coerce.number().int().min(1).max(604_800).describe('Seconds.'),
})

const BANDS_REMARK = `The stored samples of the series, from two weeks before the week of \`start\` on, go through the judge
that agents have, with the model that counts. Columns of each series: the ends of steps that have a sample, the last sample in each
(per second where the series is a counter), its usual range, and the highest score. ${MAX_BAND_SERIES} series, five weeks and
${MAX_BAND_STEPS} steps at most.`

export type AnomalyDeps = { readonly anomalies: Anomalies; readonly audit: Audit }

export function anomalyEndpoints({ anomalies, audit }: AnomalyDeps): readonly Endpoint[] {
  const viewer = { method: 'get', access: 'viewer', tag: 'anomalies' } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/anomalies',
      summary: 'What agents judged unusual, from its beginning to its end',
      remark: REMARK,
      query: ListQuery,
      answer: z.union([pageOf(Anomaly), pageOf(AnomalyGroup)]),
      async handle({ query: { grouped, format, ...asked } }) {
        const query = queryOf(asked)
        if (format === 'csv') return csvResponse('anomalies.csv', anomaliesCsv(await upTo(anomalies, query)))
        if (grouped === undefined) return pageFrom(await anomalies.list(query))
        return pageFrom(await anomalies.grouped(query))
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/anomalies/budget',
      summary: 'False alarms asked for and alarms that came, by agent and model',
      query: z.object({ days: z.enum(['7', '30']).default('7').describe('Of so many days until now.') }),
      answer: AnomalyBudget,
      handle: ({ query }) => anomalies.budget(Number(query.days)),
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/anomalies/{id}',
      summary: 'One anomaly, what else its device had then, what its series had before, and what people said',
      params: IdPath,
      answer: AnomalyDetail,
      async handle({ params }) {
        const found = await anomalies.get(params.id)
        if (found === undefined) throw new EyeNetError('not_found', `there is no anomaly ${params.id}`)
        return found
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/bands',
      summary: 'What was usual for series over time, as agents judge it',
      remark: BANDS_REMARK,
      query: BandsQuery,
      answer: BandsAnswer,
      handle: ({ query: { query, start, end, step } }) =>
        anomalies.bands({ query, start: epochMs(start), end: epochMs(end), stepMs: step * 1000 }),
    }),
    ...feedback({ anomalies, audit }),
  ]
}

function feedback({ anomalies, audit }: AnomalyDeps): readonly Endpoint[] {
  const one = { path: '/api/v1/anomalies/{id}/feedback', access: 'operator', tag: 'anomalies', params: IdPath } as const
  return [
    endpoint({
      ...one,
      method: 'post',
      summary: 'Say what an anomaly was; it is used when models are trained next',
      remark:
        'expected: it was so, and is usual here. not-useful: nobody needs to know of such. real: something was wrong.',
      body: NewFeedback,
      answer: Anomaly,
      async handle({ params, body, actor }) {
        const said = await anomalies.say(params.id, body, actor.name)
        await audit.record(actor, 'anomaly.feedback', `${params.id}: ${body.kind}`)
        return said
      },
    }),
    endpoint({
      ...one,
      method: 'delete',
      summary: 'Take back what was said',
      answer: Anomaly,
      async handle({ params, actor }) {
        const anomaly = await anomalies.takeBack(params.id, actor.name)
        await audit.record(actor, 'anomaly.feedback-taken-back', params.id)
        return anomaly
      },
    }),
  ]
}

type Asked = Omit<z.output<typeof ListQuery>, 'grouped' | 'format'>

function queryOf({ from, to, ...asked }: Asked): AnomalyQuery {
  if (from !== undefined && to !== undefined && from >= to) {
    throw new EyeNetError('invalid', '`from` is not before `to`')
  }
  const { limit, shadow, cursor, device, agent, site, active, reason, minScore, feedback: said } = asked
  return {
    ...{ limit, shadow },
    ...(cursor !== undefined && { cursor }),
    ...(device !== undefined && { device }),
    ...(agent !== undefined && { agent }),
    ...(site !== undefined && { site }),
    ...(active !== undefined && { active }),
    ...(reason !== undefined && { reason }),
    ...(minScore !== undefined && { minScore }),
    ...(said !== undefined && { feedback: said }),
    ...(from !== undefined && { from: epochMs(from) }),
    ...(to !== undefined && { to: epochMs(to) }),
  }
}

function pageFrom<T>({ items, total, next }: { items: readonly T[]; total: number; next?: string }) {
  return { items: [...items], total, ...(next !== undefined && { next }) }
}

/** The matching anomalies, page by page. */
async function upTo(anomalies: Anomalies, { cursor: _cursor, ...query }: AnomalyQuery) {
  const found = []
  let cursor: string | undefined
  do {
    const page = await anomalies.list({ ...query, limit: CSV_PAGE, ...(cursor !== undefined && { cursor }) })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && found.length < MAX_CSV_LINES)
  return found
}
