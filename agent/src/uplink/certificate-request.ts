import { generateKeyPairSync, sign } from 'node:crypto'

/**
 * A new P-256 key and a PKCS#10 request for it (RFC 2986), PEM both. The request has no subject: who the agent is, the
 * server knows. It is put together here because it is all that an agent needs of X.509.
 */
export function makeCertificateRequest(): { readonly csr: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const noSubject = der(SEQUENCE)
  const info = der(SEQUENCE, VERSION_1, noSubject, publicKey.export({ format: 'der', type: 'spki' }), NO_ATTRIBUTES)
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha256', info, privateKey))
  const body = der(SEQUENCE, info, ECDSA_WITH_SHA256, signature).toString('base64')
  const lines = body.match(/.{1,64}/g) ?? []
  return {
    csr: ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n'),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

const SEQUENCE = 0x30
const BIT_STRING = 0x03
const VERSION_1 = Buffer.of(2, 1, 0)
const NO_ATTRIBUTES = Buffer.of(0xa0, 0)
/** 1.2.840.10045.4.3.2 (RFC 5758), as an AlgorithmIdentifier. */
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex')

/** Tag, length and content (X.690); a request of a P-256 key is shorter than 64 KB. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...octets), body])
}
