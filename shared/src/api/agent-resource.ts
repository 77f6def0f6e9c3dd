import { z } from 'zod'
import { AgentId, EpochMs, SiteName } from '../identity/identity.ts'

export const AgentState = z.enum(['connected', 'disconnected', 'never'])

/** One agent: GET /api/v1/agents, /api/v1/agents/{id}. */
export const AgentResource = z.object({
  id: AgentId,
  name: z.string(),
  site: SiteName,
  state: AgentState,
  /** Since when it is in that state. */
  since: EpochMs,
  version: z.string(),
  hostname: z.string(),
  enrolledAt: EpochMs,
  lastMessageAt: EpochMs.optional(),
  /** Age of the newest stored sample, seconds. */
  lagSeconds: z.number().optional(),
  /** Samples in its outbox, as it last said. */
  bufferedSamples: z.number().optional(),
  bufferBytes: z.number().optional(),
  droppedSamples: z.number().optional(),
  clockSkewSeconds: z.number().optional(),
  devices: z.number().int().nonnegative(),
  /** What it should run and what it runs. */
  desiredRevision: z.number().int(),
  actualRevision: z.number().int(),
  ping: z.enum(['raw-socket', 'ping-program', 'none']).optional(),
  /** When its credentials were revoked: it cannot connect any more. */
  revokedAt: EpochMs.optional(),
  /** When its present certificate ends; agents that log in by password have none. */
  certificateExpiresAt: EpochMs.optional(),
  /** Newest first: notices, refused messages and what was dropped. */
  notices: z.array(z.object({ at: EpochMs, code: z.string(), message: z.string() })).max(20),
})
export type AgentResource = z.infer<typeof AgentResource>

/** POST /api/v1/agents/enrolment-tokens (administrators). */
export const NewEnrolmentToken = z.strictObject({ site: SiteName, name: z.string().min(1).max(100).optional() })
export const EnrolmentToken = z.object({
  token: z.string(),
  site: SiteName,
  expiresAt: EpochMs,
  /** One line to paste on the new machine. */
  command: z.string(),
})
export type EnrolmentToken = z.infer<typeof EnrolmentToken>

/** POST /api/v1/agents/enrol: the token is the only credential; it is used up. */
export const EnrolmentRequest = z.strictObject({
  token: z.string().max(128),
  hostname: z.string().max(255),
  version: z.string().max(64),
  /** The agent's public P-256 key for ECDH-ES, as JWK (RFC 7517); what is secret is encrypted to it. */
  encryptionKey: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().max(64),
    y: z.string().max(64),
  }),
  /** A request for a certificate, PKCS#10 in PEM; its key is P-256 and stays with the agent. */
  csr: z.string().max(4_096).optional(),
})
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>
export const EnrolmentAnswer = z.object({
  agent: AgentId,
  site: SiteName,
  name: z.string(),
  /** mqtt://host:port or mqtts://host:port; an empty host means: the host of the URL that was asked. */
  mqttUrl: z.string(),
  /** Password of the MQTT user whose name is the agent's id; absent where a certificate takes its place. */
  mqttPassword: z.string().optional(),
  /** The certificate that was asked for, PEM. */
  certificate: z.string().optional(),
  /** The CA of the server, PEM. */
  ca: z.string().optional(),
  /** CAs of the MQTT broker's certificate, PEM; absent: those that the machine knows. */
  brokerCas: z.string().optional(),
  /** The server's public Ed25519 key, as JWK: signs everything that the agent is told. */
  signingKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() }),
})
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswer>
