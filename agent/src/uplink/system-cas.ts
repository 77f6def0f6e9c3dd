import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'

/** Where Debian, then Red Hat, keep the CAs that this machine's administrator has chosen. */
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt']

/** CAs that this machine knows, PEM: those of the system, and those of Node.js where it has none. */
export function systemCas(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const extra = environment.NODE_EXTRA_CA_CERTS
  const found = [...BUNDLES, ...(extra === undefined ? [] : [extra])].flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')]
    } catch {
      return []
    }
  })
  return found.length > 0 ? found : rootCertificates
}
