import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificateRequest } from './certificate-request.ts'

export type Pair = { readonly cert: string; readonly key: string }

/** A CA of its own that OpenSSL runs. */
export class TestAuthority {
  readonly cert: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'eyenet-ca-'))

  constructor() {
    const { csr, key } = makeCertificateRequest()
    this.#write('ca.key', key)
    this.#write('ca.ext', 'basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n')
    const words = ['-in', this.#write('ca.csr', csr), '-signkey', this.#path('ca.key'), '-subj', '/CN=CA']
    this.cert = this.#sign([...words, '-extfile', this.#path('ca.ext')], 3650)
    this.#write('ca.pem', this.cert)
  }

  /** A certificate for this request that is good for so many days from now on; none is in the past. */
  sign(csr: string, { subject, names, days = 30 }: { subject: string; names?: string; days?: number }): string {
    const signer = ['-CA', this.#path('ca.pem'), '-CAkey', this.#path('ca.key'), '-CAcreateserial']
    const extensions = this.#write('one.ext', `subjectAltName=${names ?? 'DNS:localhost,IP:127.0.0.1'}\n`)
    const words = ['-in', this.#write('one.csr', csr), ...signer, '-subj', `/CN=${subject}`]
    return this.#sign([...words, '-extfile', extensions], days)
  }

  server(names?: string): Pair {
    const { csr, key } = makeCertificateRequest()
    return { cert: this.sign(csr, { subject: 'server', ...(names !== undefined && { names }) }), key }
  }

  #sign(words: readonly string[], days: number): string {
    const out = this.#path('out.pem')
    execFileSync('openssl', ['x509', '-req', '-sha256', '-days', String(days), '-out', out, ...words], {
      stdio: 'ignore',
    })
    return readFileSync(out, 'utf8')
  }

  #write(name: string, text: string): string {
    writeFileSync(this.#path(name), text)
    return this.#path(name)
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}
