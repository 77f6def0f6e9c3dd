import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeCertificateRequest } from './certificate-request.ts'

test('OpenSSL reads the request, finds its signature right and the key in it', () => {
  const { csr, key } = makeCertificateRequest()
  const file = join(mkdtempSync(join(tmpdir(), 'eyenet-csr-')), 'request.pem')
  writeFileSync(file, csr)
  const said = execFileSync('openssl', ['req', '-in', file, '-noout', '-verify', '-pubkey', '-subject'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
  const publicKey = createPublicKey(createPrivateKey(key)).export({ format: 'pem', type: 'spki' }).toString()
  expect(said).toContain(publicKey.trim())
  expect(said).toMatch(/subject=\s*$/m)
})

test('each request has a key of its own', () => {
  expect(makeCertificateRequest().key).not.toBe(makeCertificateRequest().key)
})
