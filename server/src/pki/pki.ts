/**
 * Who is who by certificates: the server's own certificate authority, the certificate that its ports show, and those
 * of agents with what they are worth at this moment. This room signs and judges; it opens no port, and what an
 * identity may do is decided elsewhere.
 */
export {
  type CertificateJudgement,
  expiryOfAgents,
  forgetAgent,
  judgeLogin,
  recordIssued,
  revocations,
  revokeAgent,
  revokeSerial,
} from './agent-certificates.ts'
export { type Authority, type Issued, openAuthority } from './authority.ts'
export { filesCertificate } from './files-certificate.ts'
export { foundNames } from './found-names.ts'
export { ownCertificate } from './own-certificate.ts'
export { openTlsSource, type TlsMaterial, type TlsSource } from './tls-source.ts'
