import type { AgentId, EpochMs } from '@eyenet/shared/identity'

export type CertificateTables = {
  authorities: AuthorityRow
  server_certificates: ServerCertificateRow
  agent_certificates: AgentCertificateRow
}

/** The newest one signs. The sealed text is its private key, PKCS#8 in PEM. */
export type AuthorityRow = {
  /** SHA-256 of the certificate, base64url. */
  fingerprint: string
  /** PEM. */
  certificate: string
  sealed: Uint8Array
  created_at: EpochMs
}

/** The server's own certificate and its sealed private key, PEM both. */
export type ServerCertificateRow = { name: string; certificate: string; sealed: Uint8Array }

export type AgentCertificateRow = {
  /** Hexadecimal, lower case. */
  serial: string
  agent: AgentId
  /** SHA-256, base64url. */
  fingerprint: string
  certificate: string
  issued_at: EpochMs
  expires_at: EpochMs
  /** When it logged in first. From then on the ones before it count no more. */
  used_at: EpochMs | null
  revoked_at: EpochMs | null
}
