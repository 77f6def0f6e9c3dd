import { PageQuery, pageOf } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { DeviceId, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Incidents } from '../../incidents/incidents.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { IdPath, Incident } from '../shapes.ts'

const ListQuery = PageQuery.extend({
  state: z.enum(['open', 'ended', 'all']).default('all'),
  site: SiteName.optional(),
  device: DeviceId.optional().describe('Those that it caused, or that took it with them.'),
})

const REMARK = `Newest first. An incident is one failure, with every device that failed with it or cannot be reached because
of it, however its parts came to be known. \`or\` is what else explains the same. It ends when the last of them answers again.`

export function incidentEndpoints(incidents: Incidents): readonly Endpoint[] {
  const viewer = { method: 'get', access: 'viewer', tag: 'incidents' } as const
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/incidents',
      summary: 'Failures and what they explain',
      remark: REMARK,
      query: ListQuery,
      answer: pageOf(Incident),
      async handle({ query: { limit, state, cursor, site, device } }) {
        const { items, total, next } = await incidents.list({
          ...{ limit, state },
          ...(cursor !== undefined && { cursor }),
          ...(site !== undefined && { site }),
          ...(device !== undefined && { device }),
        })
        return { items: [...items], total, ...(next !== undefined && { next }) }
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/incidents/{id}',
      summary: 'One failure',
      params: IdPath,
      answer: Incident,
      async handle({ params }) {
        const found = await incidents.get(params.id)
        if (found === undefined) throw new EyeNetError('not_found', `there is no incident ${params.id}`)
        return found
      },
    }),
  ]
}
