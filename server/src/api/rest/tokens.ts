import { CreatedApiToken, NewApiToken, pageOf } from '@eyenet/shared/api'
import type { Auth } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { ApiToken, IdPath } from '../shapes.ts'

export function tokenEndpoints({ tokens }: Auth): readonly Endpoint[] {
  const admin = { access: 'admin', tag: 'tokens' } as const
  return [
    endpoint({
      ...admin,
      method: 'get',
      path: '/api/v1/tokens',
      summary: 'All API tokens, without their secrets',
      answer: pageOf(ApiToken),
      async handle() {
        const items = [...(await tokens.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...admin,
      method: 'post',
      path: '/api/v1/tokens',
      summary: 'Make an API token; it is shown this once',
      body: NewApiToken,
      status: 201,
      answer: CreatedApiToken,
      handle: ({ body, actor }) => tokens.add(body, actor),
    }),
    endpoint({
      ...admin,
      method: 'delete',
      path: '/api/v1/tokens/{id}',
      summary: 'Remove an API token; it is refused from now on',
      params: IdPath,
      handle: ({ params, actor }) => tokens.remove(params.id, actor),
    }),
  ]
}
