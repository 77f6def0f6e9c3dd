import { NewUser, pageOf, UserChange } from '@eyenet/shared/api'
import type { Auth } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { IdPath, User } from '../shapes.ts'

export function userEndpoints({ users }: Auth): readonly Endpoint[] {
  const admin = { access: 'admin', tag: 'users' } as const
  return [
    endpoint({
      ...admin,
      method: 'get',
      path: '/api/v1/users',
      summary: 'All users',
      answer: pageOf(User),
      async handle() {
        const items = [...(await users.list())]
        return { items, total: items.length }
      },
    }),
    endpoint({
      ...admin,
      method: 'post',
      path: '/api/v1/users',
      summary: 'Add a user',
      body: NewUser,
      status: 201,
      answer: User,
      handle: ({ body, actor }) => users.add(body, actor),
    }),
    endpoint({
      ...admin,
      method: 'patch',
      path: '/api/v1/users/{id}',
      summary: "Change a user's role, or set a new password, which ends the user's logins",
      params: IdPath,
      body: UserChange,
      answer: User,
      handle: ({ params, body, actor }) => users.change(params.id, body, actor),
    }),
    endpoint({
      ...admin,
      method: 'delete',
      path: '/api/v1/users/{id}',
      summary: 'Remove a user',
      params: IdPath,
      handle: ({ params, actor }) => users.remove(params.id, actor),
    }),
  ]
}
