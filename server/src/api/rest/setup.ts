import { SetupRequest, SetupState } from '@eyenet/shared/api'
import type { Auth } from '../../auth/auth.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { type CookieOptions, sessionResponse } from '../refresh-cookie.ts'
import { Session } from '../shapes.ts'

export function setupEndpoints({
  auth,
  version,
  ...cookie
}: { auth: Auth; version: string } & CookieOptions): readonly Endpoint[] {
  const common = { path: '/api/v1/setup', access: 'public', tag: 'setup' } as const
  return [
    endpoint({
      ...common,
      method: 'get',
      summary: 'Whether the first administrator is still to be made',
      answer: SetupState,
      handle: async () => ({ needed: await auth.setup.needed(), version }),
    }),
    endpoint({
      ...common,
      method: 'post',
      summary: 'Make the first administrator with the code that the server printed, and log in',
      body: SetupRequest,
      answer: Session,
      handle: async ({ body, actor }) => sessionResponse(await auth.setup.finish(body, actor.address), cookie),
    }),
  ]
}
