import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { EnrolmentAnswer, type EnrolmentRequest, Problem } from '@eyenet/shared/api'
import { type ErrorCode, EyeNetError } from '@eyenet/shared/errors'
import { makeCertificateRequest } from './certificate-request.ts'
import { AgentIdentity, writeIdentity } from './identity-file.ts'
import { enrolmentUrl, pinnedAuthority } from './pinned-authority.ts'
import { requestServer } from './server-request.ts'
import { systemCas } from './system-cas.ts'

export type EnrolOptions = {
  /** Such as https://eyenet.example.net:8443. */
  readonly serverUrl: string
  /** The one-time token; a secret. */
  readonly token: string
  readonly dataDir: string
  readonly version: string
}

/**
 * Trades a one-time token for an identity, and keeps it in the data folder. Private keys never leave it. Before the
 * token is sent, the server has shown that it is the one that the token names.
 */
export async function enrol({ serverUrl, token: given, dataDir, version }: EnrolOptions): Promise<AgentIdentity> {
  const url = enrolmentUrl(serverUrl)
  const token = given.trim()
  const authority = await pinnedAuthority(url, token)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  // A server without an authority does not know of certificates.
  const wanted = authority === undefined ? undefined : makeCertificateRequest()
  const request: EnrolmentRequest = {
    ...{ token, hostname: hostname(), version },
    encryptionKey: { kty: 'EC', crv: 'P-256', x, y },
    ...(wanted && { csr: wanted.csr }),
  }
  const { certificate, brokerCas, ca: _ca, ...answer } = await ask(url, request, authority)
  const identity = AgentIdentity.parse({
    ...answer,
    mqttUrl: withHost(answer.mqttUrl, serverUrl),
    privateKey: { kty: 'EC', crv: 'P-256', x, y, d },
    ...(certificate !== undefined &&
      wanted !== undefined && { tls: { authority, brokerCas, certificates: [{ certificate, key: wanted.key }] } }),
  })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeIdentity(dataDir, identity)
  return identity
}

async function ask(base: URL, body: EnrolmentRequest, authority: string | undefined): Promise<EnrolmentAnswer> {
  const url = new URL('/api/v1/agents/enrol', base)
  const trust = [...systemCas(), ...(authority === undefined ? [] : [authority])]
  const { status, text } = await requestServer({ url, body, trust })
  const said = parsed(text)
  if (status >= 400) throw refusal(url, status, said)
  const answer = EnrolmentAnswer.safeParse(said)
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
