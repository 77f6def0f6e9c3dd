import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'

const text = z.string().min(1)

/** A client certificate and its key, PEM both. */
export const ClientCertificate = z.object({ certificate: text, key: text })
export type ClientCertificate = z.infer<typeof ClientCertificate>

const TlsCredentials = z.object({
  /** The CA that issues the certificates of agents, PEM. */
  authority: text,
  /** CAs of the broker's certificate, PEM; absent: those that this machine knows. */
  brokerCas: text.optional(),
  /** The one in use; and before it, while it has not worked yet, the one that is to follow. */
  certificates: z.array(ClientCertificate).min(1).max(2),
})

/** Who this agent is and how it speaks with its server. Secret: the file is readable by its owner only. */
export const AgentIdentity = z.object({
  agent: AgentId,
  site: SiteName,
  name: z.string(),
  mqttUrl: text,
  /** Where the broker takes agents by password. */
  mqttPassword: text.optional(),
  tls: TlsCredentials.optional(),
  /** The server's Ed25519 key: what it did not sign is refused. */
  signingKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: text, kid: text }),
  /** The agent's own key, to which secrets are encrypted. */
  privateKey: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: text, y: text, d: text }),
})
export type AgentIdentity = z.infer<typeof AgentIdentity>

/** Every text in it that nobody else may read. */
export function secretsOfIdentity({ mqttPassword, privateKey, tls }: AgentIdentity): readonly string[] {
  const keys = (tls?.certificates ?? []).map(({ key }) => key)
  return [...(mqttPassword === undefined ? [] : [mqttPassword]), privateKey.d, ...keys]
}

const fileIn = (dataDir: string): string => join(dataDir, 'agent.json')

/** The identity in a data folder; undefined before enrolment. Throws `invalid` when the file is damaged. */
export function readIdentity(dataDir: string): AgentIdentity | undefined {
  let kept: string
  try {
    kept = readFileSync(fileIn(dataDir), 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new EyeNetError('unavailable', `cannot read ${fileIn(dataDir)}: ${messageOf(cause)}`, { cause })
  }
  try {
    return AgentIdentity.parse(JSON.parse(kept))
  } catch {
    // The cause would carry parts of the file, which is secret.
    throw new EyeNetError('invalid', `${fileIn(dataDir)} is damaged: restore it, or remove it and enrol again`)
  }
}

export function writeIdentity(dataDir: string, identity: AgentIdentity): void {
  writeWhole(fileIn(dataDir), `${JSON.stringify(identity, undefined, 2)}\n`)
}

/** Writes a file that only its owner reads, so that after a power cut it is either the old or the new one. */
export function writeWhole(file: string, content: string): void {
  const fresh = `${file}.new`
  const descriptor = openSync(fresh, 'w', 0o600)
  try {
    chmodSync(fresh, 0o600)
    writeSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(fresh, file)
}
