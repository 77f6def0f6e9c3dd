import { getCookie } from 'hono/cookie'
import type { LoggedIn } from '../auth/auth.ts'
import type { ApiContext } from './endpoint.ts'
import { jsonResponse } from './text-response.ts'

const NAME = 'eyenet_refresh'
const MAX_LENGTH = 100

/** `secure`: people reach the page by https, so the cookie must never travel otherwise. */
export type CookieOptions = { readonly secure: boolean }

/** The refresh token that a browser sent along; '' when it sent none. */
export function refreshTokenOf(context: ApiContext): string {
  return (getCookie(context, NAME) ?? '').slice(0, MAX_LENGTH)
}

/** The session as the body, the refresh token as a cookie that no script can read and no other site can send. */
export function sessionResponse(
  { session, refreshToken, refreshExpiresAt }: LoggedIn,
  options: CookieOptions,
): Response {
  return jsonResponse(session, {
    headers: { 'set-cookie': cookie(refreshToken, new Date(refreshExpiresAt), options) },
  })
}

/** Makes the browser forget the cookie. */
export function forgetCookie(response: Response, options: CookieOptions): Response {
  response.headers.set('set-cookie', cookie('', new Date(0), options))
  return response
}

function cookie(value: string, expires: Date, { secure }: CookieOptions): string {
  const place = `Path=/api/v1/auth; Expires=${expires.toUTCString()}; HttpOnly; SameSite=Strict`
  return `${NAME}=${value}; ${place}${secure ? '; Secure' : ''}`
}
