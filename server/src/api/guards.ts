import { isIP } from 'node:net'
import { isLoopback } from '@eyenet/shared/config'

/** Nothing inline, nothing from elsewhere, and no page may frame ours. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

export type Place = {
  /** Address that the server listens on. */
  readonly listenHost: string
  /** How people reach it, where that differs. */
  readonly publicUrl?: string
}

/**
 * Whether a request's Host may be answered. A server on loopback answers to its own names only: otherwise a page from
 * elsewhere could point its own name at 127.0.0.1 and talk to us as the same origin (DNS rebinding).
 */
export function hostAllowed(host: string | undefined, { listenHost, publicUrl }: Place): boolean {
  if (!isLoopback(listenHost)) return true
  const name = hostNameOf(host ?? '')
  if (name === undefined) return false
  return isLoopback(name) || (publicUrl !== undefined && name === new URL(publicUrl).hostname)
}

/**
 * Whether what changes something comes from our own page or from no browser at all. Browsers name the page in Origin;
 * other programs send none.
 */
export function originAllowed(request: Pick<Headers, 'get'>, { publicUrl }: Place): boolean {
  const site = request.get('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') return false
  const origin = request.get('origin')
  if (origin === null) return true
  if (!URL.canParse(origin)) return false
  const { host, origin: normal } = new URL(origin)
  return (
    host === request.get('host')?.toLowerCase() || (publicUrl !== undefined && normal === new URL(publicUrl).origin)
  )
}

/**
 * Who sent the request. Behind a proxy on this machine (then `publicUrl` says where people go) it is what the proxy put
 * last into X-Forwarded-For; what came before it, anybody may have written.
 */
export function senderOf(peer: string, forwardedFor: string | undefined, { publicUrl }: Place): string {
  if (publicUrl === undefined || forwardedFor === undefined || !isLoopback(peer)) return peer
  const last = forwardedFor.split(',').at(-1)?.trim() ?? ''
  return isIP(last) === 0 ? peer : last
}

function hostNameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : undefined
}
