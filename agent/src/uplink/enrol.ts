import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { EnrolmentAnswer, type EnrolmentRequest, Problem } from '@eyenet/shared/api'
import { type ErrorCode, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AgentIdentity, writeIdentity } from './identity-file.ts'

export type EnrolOptions = {
  /** Such as https://eyenet.example.net:8443. */
  readonly serverUrl: string
  /** The one-time token; a secret. */
  readonly token: string
  readonly dataDir: string
  readonly version: string
}

const TIMEOUT_MS = 15_000

/** Trades a one-time token for an identity, and keeps it in the data folder. The private key never leaves it. */
export async function enrol({ serverUrl, token, dataDir, version }: EnrolOptions): Promise<AgentIdentity> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  const request: EnrolmentRequest = {
    token: token.trim(),
    hostname: hostname(),
    version,
    encryptionKey: { kty: 'EC', crv: 'P-256', x, y },
  }
  const answer = await ask(serverUrl, request)
  const identity = AgentIdentity.parse({
    ...answer,
    mqttUrl: withHost(answer.mqttUrl, serverUrl),
    privateKey: { kty: 'EC', crv: 'P-256', x, y, d },
  })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeIdentity(dataDir, identity)
  return identity
}

async function ask(serverUrl: string, request: EnrolmentRequest): Promise<EnrolmentAnswer> {
  const url = new URL('/api/v1/agents/enrol', serverUrl)
  let status: number
  let body: unknown
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    status = response.status
    body = await response.json()
  } catch (cause) {
    const why = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause)
    throw new EyeNetError('unavailable', `cannot reach the server at ${url.origin} to enrol: ${why}`, { cause })
  }
  if (status >= 400) throw refusal(url, status, body)
  const answer = EnrolmentAnswer.safeParse(body)
  if (answer.success) return answer.data
  throw new EyeNetError('invalid', `what answers at ${url.href} is not an EyeNet server; check the URL`)
}

function refusal(url: URL, status: number, body: unknown): EyeNetError {
  const problem = Problem.safeParse(body)
  const code: ErrorCode = problem.success && problem.data.code !== 'internal' ? problem.data.code : 'unavailable'
  const detail = problem.success ? problem.data.detail : `HTTP status ${status}`
  return new EyeNetError(code, `the server at ${url.origin} refused to enrol this agent: ${detail}`)
}

/** An empty host in the server's answer means the host that was asked. */
export function withHost(mqttUrl: string, serverUrl: string): string {
  const [, scheme, rest = ''] = /^(mqtts?:\/\/)(:\d+.*|\/?)$/.exec(mqttUrl) ?? []
  return scheme === undefined ? mqttUrl : `${scheme}${new URL(serverUrl).hostname}${rest}`
}
