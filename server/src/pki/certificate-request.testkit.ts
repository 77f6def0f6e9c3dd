import 'reflect-metadata'
import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

/** A PKCS#10 request for a new key of that curve, and the key, PEM both. */
export async function requestOf(namedCurve: 'P-256' | 'P-384' = 'P-256'): Promise<{ csr: string; key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  const algorithm = { name: 'ECDSA', namedCurve, hash: 'SHA-256' } as const
  const imported = async (key: KeyObject, usage: 'sign' | 'verify') => {
    const format = usage === 'sign' ? 'pkcs8' : 'spki'
    return webcrypto.subtle.importKey(format, key.export({ format: 'der', type: format }), algorithm, true, [usage])
  }
  const keys = { publicKey: await imported(publicKey, 'verify'), privateKey: await imported(privateKey, 'sign') }
  const request = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm })
  return { csr: request.toString('pem'), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}
