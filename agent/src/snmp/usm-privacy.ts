import { type Cipher, createCipheriv, createDecipheriv } from 'node:crypto'
import type { SnmpPrivProtocol } from './credential.ts'

/** What encryption needs beside the key: the engine's time as the message tells it, and the message's own salt. */
export type PrivacyTime = { readonly boots: number; readonly time: number; readonly salt: Uint8Array }

/** Hides and opens the scoped PDU of a message. */
export type Privacy = {
  /** How many octets so many become. */
  sizeOf(plain: number): number
  /** Encrypts [start, end) of a message in place; it must lie on `sizeOf` octets, the last of which do not matter. */
  encrypt(message: Uint8Array, range: readonly [start: number, end: number], at: PrivacyTime): void
  /** The plain octets in a buffer of their own; null where what came cannot be decrypted. */
  decrypt(encrypted: Uint8Array, at: PrivacyTime): Uint8Array | null
}

export function privacy(protocol: SnmpPrivProtocol, localizedKey: Uint8Array): Privacy {
  return protocol === 'des' ? desPrivacy(localizedKey) : aesPrivacy(localizedKey)
}

const AES_BLOCK = 16
/** The scratch grows to the largest message that comes; a datagram is no larger. */
const FIRST_SCRATCH = 2_048

let scratch = new Uint8Array(FIRST_SCRATCH)

/**
 * CFB-128 of AES (RFC 3826, 3) with ciphers that live as long as the key, since making one costs more than using it. CFB's
 * key stream is AES of the vector and of the encrypted blocks: for decryption these are all known, so ECB makes it in one
 * call. For encryption each is the plain block combined with the stream's block before it, which is what CBC encrypts.
 */
function aesPrivacy(key: Uint8Array): Privacy {
  const bits = key.length * 8
  const ecb = createCipheriv(`aes-${bits}-ecb`, key, null).setAutoPadding(false)
  const cbc = createCipheriv(`aes-${bits}-cbc`, key, new Uint8Array(AES_BLOCK)).setAutoPadding(false)
  const last = new Uint8Array(AES_BLOCK)
  return {
    sizeOf: (plain) => plain,
    encrypt(message, [start, end], at) {
      const padded = pad(end - start, AES_BLOCK)
      const blocks = room(padded)
      writeVector(blocks, at)
      // What CBC combines the first block with must not count.
      for (let octet = 0; octet < AES_BLOCK; octet++) blocks[octet] = (blocks[octet] ?? 0) ^ (last[octet] ?? 0)
      blocks.set(message.subarray(start, start + padded - AES_BLOCK), AES_BLOCK)
      const stream = cbc.update(blocks)
      last.set(stream.subarray(padded - AES_BLOCK))
      for (let octet = 0; octet < end - start; octet++) {
        message[start + octet] = (message[start + octet] ?? 0) ^ (stream[octet] ?? 0)
      }
    },
    decrypt(encrypted, at) {
      const { length } = encrypted
      if (at.salt.length !== 8 || length === 0) return null
      const padded = pad(length, AES_BLOCK)
      const blocks = room(padded + AES_BLOCK)
      writeVector(blocks, at)
      blocks.set(encrypted, AES_BLOCK)
      const stream = ecb.update(blocks.subarray(0, padded))
      combine(stream, blocks.subarray(AES_BLOCK))
      return stream.subarray(0, length)
    },
  }
}

/** engineBoots, engineTime and the salt (RFC 3826, 3.1.2.1). */
function writeVector(into: Uint8Array, { boots, time, salt }: PrivacyTime): void {
  for (let octet = 0; octet < 4; octet++) {
    into[octet] = boots >>> (24 - 8 * octet)
    into[4 + octet] = time >>> (24 - 8 * octet)
  }
  into.set(salt, 8)
}

/** XOR of whole blocks, by words where both lie on word boundaries. */
function combine(target: Uint8Array, other: Uint8Array): void {
  const { length } = target
  if (target.byteOffset % 4 === 0 && other.byteOffset % 4 === 0) {
    const words = new Int32Array(target.buffer, target.byteOffset, length / 4)
    const others = new Int32Array(other.buffer, other.byteOffset, length / 4)
    for (let word = 0; word < words.length; word++) words[word] = (words[word] ?? 0) ^ (others[word] ?? 0)
  } else for (let octet = 0; octet < length; octet++) target[octet] = (target[octet] ?? 0) ^ (other[octet] ?? 0)
}

const DES_BLOCK = 8

/**
 * CBC-DES (RFC 3414, 8), as triple DES with three equal keys, which is the same cipher: OpenSSL 3 offers no single DES
 * by default.
 */
function desPrivacy(localizedKey: Uint8Array): Privacy {
  const single = localizedKey.subarray(0, DES_BLOCK)
  const key = Buffer.concat([single, single, single])
  const vector = (salt: Uint8Array): Uint8Array =>
    localizedKey.slice(DES_BLOCK, 2 * DES_BLOCK).map((octet, at) => octet ^ (salt[at] ?? 0))
  const through = (cipher: Cipher, bytes: Uint8Array): Uint8Array => cipher.setAutoPadding(false).update(bytes)
  return {
    sizeOf: (plain) => pad(plain, DES_BLOCK),
    encrypt(message, [start, end], { salt }) {
      const range = message.subarray(start, start + pad(end - start, DES_BLOCK))
      range.fill(0, end - start)
      range.set(through(createCipheriv('des-ede3-cbc', key, vector(salt)), range))
    },
    decrypt(encrypted, { salt }) {
      if (salt.length !== DES_BLOCK || encrypted.length === 0 || encrypted.length % DES_BLOCK !== 0) return null
      return through(createDecipheriv('des-ede3-cbc', key, vector(salt)), encrypted)
    },
  }
}

function pad(length: number, block: number): number {
  return Math.ceil(length / block) * block
}

function room(size: number): Uint8Array<ArrayBuffer> {
  if (scratch.length < size) scratch = new Uint8Array(size * 2)
  return scratch.subarray(0, size)
}
