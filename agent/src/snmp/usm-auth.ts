import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { SnmpAuthProtocol } from './credential.ts'

/** Signs messages and checks their signatures (RFC 3414, 6 and 7; RFC 7860). */
export type Authenticator = {
  /** Octets of the authentication parameters. */
  readonly length: number
  /** Writes the signature of a whole message to `at`, where it holds zeros until then. */
  sign(message: Uint8Array, at: number): void
  /** Whether the signature at `at` is that of the message. The message is unchanged afterwards. */
  isAuthentic(message: Uint8Array, at: number): boolean
}

const ALGORITHM: Readonly<Record<SnmpAuthProtocol, { readonly hash: string; readonly length: number }>> = {
  md5: { hash: 'md5', length: 12 },
  sha: { hash: 'sha1', length: 12 },
  sha224: { hash: 'sha224', length: 16 },
  sha256: { hash: 'sha256', length: 24 },
  sha384: { hash: 'sha384', length: 32 },
  sha512: { hash: 'sha512', length: 48 },
}

export function authenticator(protocol: SnmpAuthProtocol, localizedKey: Uint8Array): Authenticator {
  const { hash, length } = ALGORITHM[protocol]
  const key = createSecretKey(localizedKey)
  const received = new Uint8Array(length)
  const wanted = Buffer.alloc(length)
  // As a string of octets, which costs less than a buffer that is thrown away at once.
  const digest = (message: Uint8Array): string => createHmac(hash, key).update(message).digest('binary')
  return {
    length,
    sign(message, at) {
      wanted.write(digest(message), 0, length, 'latin1')
      message.set(wanted, at)
    },
    isAuthentic(message, at) {
      received.set(message.subarray(at, at + length))
      message.fill(0, at, at + length)
      wanted.write(digest(message), 0, length, 'latin1')
      message.set(received, at)
      return timingSafeEqual(received, wanted)
    },
  }
}
