import { LoginRequest, PasswordChange } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { Auth } from '../../auth/auth.ts'
import { type Endpoint, endpoint, personOf } from '../endpoint.ts'
import { problem } from '../problem.ts'
import { type CookieOptions, forgetCookie, refreshTokenOf, sessionResponse } from '../refresh-cookie.ts'
import { Session, User } from '../shapes.ts'

export function sessionEndpoints({ auth, ...cookie }: { auth: Auth } & CookieOptions): readonly Endpoint[] {
  const open = { method: 'post', access: 'public', tag: 'auth' } as const
  return [
    endpoint({
      ...open,
      path: '/api/v1/auth/login',
      summary: 'Log in by name and password',
      body: LoginRequest,
      answer: Session,
      handle: async ({ body, actor }) => sessionResponse(await auth.sessions.login(body, actor.address), cookie),
    }),
    endpoint({
      ...open,
      path: '/api/v1/auth/refresh',
      summary: 'A new access token for the refresh cookie, which is replaced; an old one ends the login',
      answer: Session,
      async handle({ actor, context }) {
        const loggedIn = await auth.sessions.refresh(refreshTokenOf(context), actor.address)
        if (loggedIn !== undefined) return sessionResponse(loggedIn, cookie)
        return forgetCookie(
          problem({ status: 401, code: 'unauthenticated', detail: 'the login has ended: log in' }),
          cookie,
        )
      },
    }),
    endpoint({
      ...open,
      path: '/api/v1/auth/logout',
      summary: 'End the login of the refresh cookie',
      async handle({ actor, context }) {
        await auth.sessions.logout(refreshTokenOf(context), actor.address)
        return forgetCookie(new Response(null, { status: 204 }), cookie)
      },
    }),
    ...ownEndpoints(auth),
  ]
}

function ownEndpoints(auth: Auth): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/auth/me',
      access: 'viewer',
      tag: 'auth',
      summary: 'Who is logged in',
      answer: User,
      async handle({ principal }) {
        const user = await auth.users.get(personOf(principal).id)
        if (user === undefined) throw new EyeNetError('unauthenticated', 'this user was just removed')
        return user
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/auth/password',
      access: 'viewer',
      tag: 'auth',
      summary: "Change one's own password; one's other logins end",
      body: PasswordChange,
      handle: ({ principal, body, actor }) => auth.users.changePassword(personOf(principal), body, actor),
    }),
  ]
}
