import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto'
import { isLoopback } from '@eyenet/shared/config'
import { EyeNetError } from '@eyenet/shared/errors'
import { requestServer } from './server-request.ts'

/** The URL as it may be enrolled at. Throws `invalid` where a stranger on the way could read the token. */
export function enrolmentUrl(serverUrl: string): URL {
  const url = new URL(serverUrl)
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return url
  const message = `${url.origin} is not encrypted, and the token would travel in the clear: use https:// and the port of the page; the server has a certificate of its own when it listens for other machines`
  throw new EyeNetError('invalid', message)
}

/**
 * The CA of the server, PEM, checked against the fingerprint in the token; undefined for a token without one, which
 * only a server on this machine may have made. It is asked for before anything secret is sent.
 */
export async function pinnedAuthority(url: URL, token: string): Promise<string | undefined> {
  const [, fingerprint] = token.split('.')
  if (fingerprint === undefined || fingerprint === '') {
    if (isLoopback(url.hostname)) return undefined
    const message =
      'the token does not say which server it is of: it is cut off, or of an older server; copy all of it, or update the server'
    throw new EyeNetError('invalid', message)
  }
  const { status, text } = await requestServer({ url: new URL('/api/v1/pki/ca', url), trust: 'nobody' })
  if (status !== 200) {
    throw new EyeNetError('invalid', `what answers at ${url.origin} is not an EyeNet server; check the URL`)
  }
  if (isOfFingerprint(text, fingerprint)) return text
  const message = `the server at ${url.origin} is not the one that made this token, or somebody stands between: nothing was sent. Check the URL, and make a new token in the page of that server`
  throw new EyeNetError('forbidden', message)
}

function isOfFingerprint(pem: string, fingerprint: string): boolean {
  try {
    const { raw, ca } = new X509Certificate(pem)
    const wanted = Buffer.from(fingerprint, 'base64url')
    const found = createHash('sha256').update(raw).digest()
    return ca && wanted.length === found.length && timingSafeEqual(wanted, found)
  } catch {
    return false
  }
}
