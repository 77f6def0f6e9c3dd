import { PageQuery, pageOf } from '@eyenet/shared/api'
import type { Auth } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { AuditEntry } from '../shapes.ts'

export function auditEndpoints({ audit }: Auth): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/audit',
      access: 'admin',
      tag: 'audit',
      summary: 'Who did what to what, from where and when; newest first',
      query: PageQuery,
      answer: pageOf(AuditEntry),
      async handle({ query: { limit, cursor } }) {
        const { items, total, next } = await audit.list(cursor === undefined ? { limit } : { limit, cursor })
        return { items: [...items], total, ...(next !== undefined && { next }) }
      },
    }),
  ]
}
