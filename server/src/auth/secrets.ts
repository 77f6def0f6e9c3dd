import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, 43 characters of base64url. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')

/** SHA-256 as base64url: enough for secrets that are random themselves. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Compares in a time that does not depend on where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest())
}

/** Without characters that look alike (Crockford's base 32): 12 of them are 60 bits. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A code that people can read out: XXXX-XXXX-XXXX. */
export function printableCode(): string {
  const letters = [...randomBytes(12)].map((byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length))
  return [0, 4, 8].map((at) => letters.slice(at, at + 4).join('')).join('-')
}

/** As it was printed: whatever case, dashes, spaces and look-alikes somebody typed. */
export const normalCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
