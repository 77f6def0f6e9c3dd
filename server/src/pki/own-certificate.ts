import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'
import type { Authority } from './authority.ts'
import type { TlsMaterial } from './tls-source.ts'

export type OwnCertificateOptions = {
  readonly db: ControlDb
  readonly vault: Vault
  readonly authority: Authority
  /** Names and addresses that it must be for, as they are now. */
  readonly names: () => readonly string[]
  readonly now: () => EpochMs
}

const NAME = 'own'
const PURPOSE = SEALED.serverCertificates.about(NAME)

/** The certificate of this server's own authority that is kept; a new one when it ends soon, or lacks a name. */
export async function ownCertificate(options: OwnCertificateOptions): Promise<TlsMaterial> {
  const { db, vault, authority, now } = options
  const row = await db.selectFrom('server_certificates').selectAll().where('name', '=', NAME).executeTakeFirst()
  if (row !== undefined && isGood(row.certificate, options)) {
    return { cert: row.certificate + authority.certificate, key: vault.open(row.sealed, PURPOSE) }
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { certificate } = await authority.signServer({ names: options.names(), key: privateKey }, now())
  const values = { name: NAME, certificate, sealed: vault.seal(key, PURPOSE) }
  await db
    .insertInto('server_certificates')
    .values(values)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute()
  return { cert: certificate + authority.certificate, key }
}

/** Of this authority, for all names, and with more than a third of its life left. */
function isGood(pem: string, { authority, names, now }: OwnCertificateOptions): boolean {
  const certificate = new X509Certificate(pem)
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (until - now() < (until - from) / 3) return false
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) return false
  const has = (name: string) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name))
  return names().every((name) => has(name) !== undefined)
}
