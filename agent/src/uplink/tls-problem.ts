import { messageOf } from '@eyenet/shared/errors'

const NOBODY_VOUCHES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
])

/** Why a connection failed, and what to do, in a sentence without its full stop. */
export function connectionProblem(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (NOBODY_VOUCHES.has(code)) {
    return 'its certificate is neither of the CA that this agent was told of nor of one that this machine knows: it is another server, or somebody stands between'
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for other names: add this one to server.tls.names of the server (${messageOf(thrown)})`
    case 'CERT_NOT_YET_VALID':
      return `its certificate is not valid yet by the clock of this machine, ${new Date().toISOString()}: set the clock`
    case 'CERT_HAS_EXPIRED':
      return `its certificate has expired by the clock of this machine, ${new Date().toISOString()}: set the clock, or renew the certificate`
    case 'INVALID_PURPOSE':
      return 'its certificate is not that of a server'
    default: {
      const cause = thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : ''
      return cause || messageOf(thrown) || code || 'it does not answer'
    }
  }
}

/** A broker that checks certificates itself ends the handshake. */
export function isTlsRefusal(error: Error): boolean {
  return 'code' in error && /^(ERR_SSL|EPROTO)/.test(String(error.code))
}
