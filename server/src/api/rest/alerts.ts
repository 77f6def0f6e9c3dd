import { AcknowledgeRequest, PageQuery, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { DeviceId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Alerting } from '../../alerting/alerting.ts'
import type { Audit } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { Alert, IdPath } from '../shapes.ts'

const HistoryQuery = PageQuery.extend({
  state: z.enum(['open', 'resolved', 'all']).default('all'),
  device: DeviceId.optional(),
})

/** Beside Prometheus' own GET /api/v1/alerts. */
export function alertEndpoints({ alerting, audit }: { alerting: Alerting; audit: Audit }): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/alerts/history',
      access: 'viewer',
      tag: 'alerts',
      summary: 'Alerts from their beginning to their end, newest first',
      query: HistoryQuery,
      answer: pageOf(Alert),
      async handle({ query: { limit, cursor, state, device } }) {
        const wanted = {
          limit,
          state,
          ...(cursor !== undefined && { cursor }),
          ...(device !== undefined && { device }),
        }
        const { items, total, next } = await alerting.history(wanted)
        return { items: [...items], total, ...(next !== undefined && { next }) }
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/alerts/{id}',
      access: 'viewer',
      tag: 'alerts',
      summary: 'One alert',
      params: IdPath,
      answer: Alert,
      handle: ({ params }) => expectAlert(alerting, params.id),
    }),
    ...acknowledgement(alerting, audit),
  ]
}

function acknowledgement(alerting: Alerting, audit: Audit): readonly Endpoint[] {
  const one = { path: '/api/v1/alerts/{id}/acknowledge', access: 'operator', tag: 'alerts', params: IdPath } as const
  return [
    endpoint({
      ...one,
      method: 'post',
      summary: 'Say that somebody looks after an alert',
      body: AcknowledgeRequest,
      answer: Alert,
      async handle({ params, body, actor }) {
        await expectAlert(alerting, params.id)
        const alert = await alerting.acknowledge(params.id, actor.name, body.comment)
        await audit.record(actor, 'alert.acknowledge', params.id)
        return alert
      },
    }),
    endpoint({
      ...one,
      method: 'delete',
      summary: 'Take the acknowledgement back',
      answer: Alert,
      async handle({ params, actor }) {
        await expectAlert(alerting, params.id)
        const alert = await alerting.unacknowledge(params.id, actor.name)
        await audit.record(actor, 'alert.unacknowledge', params.id)
        return alert
      },
    }),
  ]
}

async function expectAlert(alerting: Alerting, id: string) {
  const alert = await alerting.get(id)
  if (alert === undefined) throw new EyeNetError('not_found', `there is no alert ${id}`)
  return alert
}
