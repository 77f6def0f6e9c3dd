import { createPublicKey, randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { JsonGeneralNames } from '@peculiar/x509'

/** A certificate as it was issued. */
export type Issued = {
  /** PEM. */
  readonly certificate: string
  /** Hexadecimal, lower case. */
  readonly serial: string
  /** SHA-256, base64url. */
  readonly fingerprint: string
  readonly expiresAt: EpochMs
}

export type Signer = { readonly certificate: string; readonly key: webcrypto.CryptoKey }

export type Wanted = {
  readonly commonName: string
  readonly names: JsonGeneralNames
  /** OID of the extended key usage (RFC 5280, section 4.2.1.12). */
  readonly usage: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly span: { readonly from: EpochMs; readonly days: number }
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 20 * 365
/** Who looks may have a clock that is behind by as much. */
const BACKDATED_MS = DAY_MS

/** Loaded when it is needed: a server whose certificates are all made does without it. */
const library = async () => {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

/** A new authority (P-256, 20 years) that may sign end entities only, and its private key as PKCS#8 in PEM. */
export async function createAuthorityCertificate(
  now: EpochMs,
): Promise<{ certificate: string; fingerprint: string; key: string }> {
  const x509 = await library()
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const serialNumber = newSerial()
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber, keys },
    // Two servers' authorities can be told apart by people too.
    name: [{ CN: [`EyeNet CA ${serialNumber.slice(0, 8)}`] }],
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const certificate = pem(made.toString('pem'))
  return { certificate, fingerprint: fingerprintOf(certificate), key: pkcs8 }
}

/** The private key of `createAuthorityCertificate`, ready to sign. */
export function importSigningKey(pkcs8: string): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('pkcs8', Buffer.from(pkcs8, 'base64'), EC, false, ['sign'])
}

export async function issue({ certificate, key }: Signer, wanted: Wanted): Promise<Issued> {
  const x509 = await library()
  const authority = new x509.X509Certificate(certificate)
  const serial = newSerial()
  const expiresAt = epochMs(wanted.span.from + wanted.span.days * DAY_MS)
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [wanted.commonName] }],
    issuer: authority.subjectName,
    notBefore: new Date(wanted.span.from - BACKDATED_MS),
    notAfter: new Date(expiresAt),
    publicKey: await x509.PublicKey.create(new Uint8Array(wanted.publicKey)),
    signingKey: key,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([wanted.usage]),
      new x509.SubjectAlternativeNameExtension(wanted.names),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  const text = pem(made.toString('pem'))
  return { certificate: text, serial, fingerprint: fingerprintOf(text), expiresAt }
}

/** The public key of a PKCS#10 request, DER. Throws `invalid` for what is none, or is not signed by its own P-256 key. */
export async function parseRequest(csr: string): Promise<Uint8Array> {
  const x509 = await library()
  try {
    const request = new x509.Pkcs10CertificateRequest(csr)
    const der = Buffer.from(request.publicKey.rawData)
    const { asymmetricKeyDetails } = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (asymmetricKeyDetails?.namedCurve === 'prime256v1' && (await request.verify())) return der
  } catch {
    // What the library says of a stranger's bytes helps nobody.
  }
  throw new EyeNetError('invalid', 'the certificate request is not one of a P-256 key, signed by that key')
}

/** A list of revoked certificates (RFC 5280, section 5) as OpenSSL and Node read it. */
export async function signCrl(
  { certificate, key }: Signer,
  list: { revoked: readonly { serial: string; at: EpochMs }[]; from: EpochMs; until: EpochMs },
): Promise<string> {
  const x509 = await library()
  const crl = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(certificate).subjectName,
    thisUpdate: new Date(list.from - BACKDATED_MS),
    nextUpdate: new Date(list.until),
    signingKey: key,
    signingAlgorithm: EC,
    entries: list.revoked.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: new Date(at) })),
  })
  return pem(crl.toString('pem')).replaceAll('BEGIN CRL', 'BEGIN X509 CRL').replaceAll('END CRL', 'END X509 CRL')
}

/** SHA-256 of a certificate, base64url. */
export function fingerprintOf(certificate: string): string {
  const hex = new X509Certificate(certificate).fingerprint256.replaceAll(':', '')
  return Buffer.from(hex, 'hex').toString('base64url')
}

/** Positive, and without a leading zero byte that one program would print and another not. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

function pem(text: string): string {
  return `${text.trim()}\n`
}
