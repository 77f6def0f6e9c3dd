/** Who is here. The access token lives in memory alone; a reload gets a fresh one by the HttpOnly refresh cookie. */
import { type LoginRequest, Session, type SetupRequest, SetupState, type User } from '@eyenet/shared/api'
import { computed, signal } from '@preact/signals'
import { createApiClient, NOTHING } from '../net/api-client.ts'
import type { Answer, Failure } from '../net/failure.ts'
import { fetchFileFrom } from '../net/fetch-file.ts'

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'setup' }
  | { readonly kind: 'anonymous'; readonly expired: boolean }
  | { readonly kind: 'unreachable'; readonly failure: Failure }
  | { readonly kind: 'here'; readonly user: User }

export const session = signal<SessionState>({ kind: 'starting' })
export const serverVersion = signal<string | undefined>(undefined)
export const user = computed(() => (session.value.kind === 'here' ? session.value.user : undefined))

const RANK = { viewer: 0, operator: 1, admin: 2 } as const
/** Whether the person may do what this role may; the server decides again. */
export function may(role: keyof typeof RANK): boolean {
  const who = user.value
  return who !== undefined && RANK[who.role] >= RANK[role]
}

/** Renewed this long before it ends, so that no request meets an expired token. */
const RENEW_EARLY_MS = 30_000

let token: { readonly text: string; readonly expiresAt: number } | undefined
let renewal: Promise<string | undefined> | undefined
let onRenewed: (token: string) => void = () => undefined

export const request = createApiClient((input, init) => window.fetch(input, init), {
  token: () => token?.text,
  renew: renewToken,
})

export function whenRenewed(tell: (token: string) => void): void {
  onRenewed = tell
}

/** A token that is valid for a while yet. */
export async function validToken(): Promise<string | undefined> {
  return token !== undefined && token.expiresAt - Date.now() > RENEW_EARLY_MS ? token.text : renewToken()
}

/** A file of this server, for the person who is here. */
export async function fetchFile(path: string): Promise<Answer<Blob>> {
  return fetchFileFrom((input, init) => window.fetch(input, init), path, await validToken())
}

/** At load: set-up, login or straight in. */
export async function startSession(): Promise<void> {
  session.value = { kind: 'starting' }
  const setup = await request({ path: '/api/v1/setup', answer: SetupState, anonymous: true })
  if (setup.kind === 'failed') {
    session.value = { kind: 'unreachable', failure: setup.failure }
    return
  }
  serverVersion.value = setup.value.version
  if (setup.value.needed) session.value = { kind: 'setup' }
  else if ((await renewToken()) === undefined && session.peek().kind === 'starting') {
    session.value = { kind: 'anonymous', expired: false }
  }
}

export async function login(body: LoginRequest): Promise<Answer<Session>> {
  return entered(await request({ method: 'POST', path: '/api/v1/auth/login', body, answer: Session, anonymous: true }))
}

export async function setUp(body: SetupRequest): Promise<Answer<Session>> {
  return entered(await request({ method: 'POST', path: '/api/v1/setup', body, answer: Session, anonymous: true }))
}

export async function logout(): Promise<void> {
  await request({ method: 'POST', path: '/api/v1/auth/logout', answer: NOTHING })
  token = undefined
  session.value = { kind: 'anonymous', expired: false }
}

/** One renewal at a time: the refresh token is replaced at each use, and a second use of the old one ends the session. */
function renewToken(): Promise<string | undefined> {
  renewal ??= renew().finally(() => {
    renewal = undefined
  })
  return renewal
}

async function renew(): Promise<string | undefined> {
  const answer = await request({ method: 'POST', path: '/api/v1/auth/refresh', answer: Session, anonymous: true })
  if (answer.kind === 'ok') {
    entered(answer)
    onRenewed(answer.value.accessToken)
    return answer.value.accessToken
  }
  const refused = answer.failure.kind === 'problem' && answer.failure.status < 500
  if (refused) {
    const expired = session.peek().kind === 'here'
    token = undefined
    session.value = { kind: 'anonymous', expired }
  }
  return undefined
}

function entered(answer: Answer<Session>): Answer<Session> {
  if (answer.kind === 'ok') {
    const { accessToken, expiresAt, user: who } = answer.value
    token = { text: accessToken, expiresAt }
    session.value = { kind: 'here', user: who }
    scheduleRenewal(expiresAt)
  }
  return answer
}

let renewalTimer: ReturnType<typeof setTimeout> | undefined
function scheduleRenewal(expiresAt: number): void {
  clearTimeout(renewalTimer)
  // At least ten seconds apart, whatever the clocks say.
  const wait = Math.max(10_000, expiresAt - Date.now() - RENEW_EARLY_MS)
  renewalTimer = setTimeout(() => session.peek().kind === 'here' && void renewToken(), Math.min(wait, 2 ** 31 - 1))
}
