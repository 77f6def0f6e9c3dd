import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const BLOCK = 8

/** CBC-DES privacy (RFC 3414, 8) in the shape of net-snmp's algorithms. */
export type DesPrivacy = {
  encryptPdu(pdu: Uint8Array, privProtocol: number, key: string, authProtocol: number, engine: Engine): object
  decryptPdu(
    encrypted: Uint8Array,
    privProtocol: number,
    salt: Uint8Array,
    key: string,
    authProtocol: number,
    engine: Engine,
  ): Uint8Array
}

type Engine = { engineID: Uint8Array }
type Localize = (authProtocol: number, key: string, engineID: Uint8Array) => Buffer

/**
 * Single DES by triple DES with three equal keys, which is the same cipher: Node's OpenSSL 3 offers no single DES, and
 * net-snmp's own DES fails there. `localize` is net-snmp's key localisation.
 */
export function desPrivacy(localize: Localize): DesPrivacy {
  const keyAndIv = (secret: Buffer, salt: Uint8Array) => {
    const key = Buffer.concat([secret.subarray(0, BLOCK), secret.subarray(0, BLOCK), secret.subarray(0, BLOCK)])
    const iv = Buffer.from(secret.subarray(BLOCK, 2 * BLOCK).map((octet, at) => octet ^ (salt[at] ?? 0)))
    return { key, iv }
  }
  // The six parameters are net-snmp's.
  return {
    encryptPdu(...args) {
      const [pdu, , secret, authProtocol, engine] = args
      const salt = Buffer.concat([Buffer.from([0, 0, 0, 1]), randomBytes(4)])
      const { key, iv } = keyAndIv(localize(authProtocol, secret, engine.engineID), salt)
      const cipher = createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false)
      const padded = Buffer.concat([pdu, Buffer.alloc((BLOCK - (pdu.length % BLOCK)) % BLOCK)])
      return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt }
    },
    decryptPdu(...args) {
      const [encrypted, , salt, secret, authProtocol, engine] = args
      const { key, iv } = keyAndIv(localize(authProtocol, secret, engine.engineID), salt)
      const decipher = createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false)
      return Buffer.concat([decipher.update(encrypted), decipher.final()])
    },
  }
}
