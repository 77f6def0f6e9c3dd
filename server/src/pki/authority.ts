import { createPublicKey, type KeyObject } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { AuthorityRow, ControlDb } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'
import { createAuthorityCertificate, type Issued, importSigningKey, issue, parseRequest, signCrl } from './x509-work.ts'

export type { Issued } from './x509-work.ts'

/** The certificate authority of this server. Its private key is sealed in the database and never leaves this room. */
export interface Authority {
  /** PEM. */
  readonly certificate: string
  /** SHA-256 of the certificate, base64url: what enrolment tokens carry. */
  readonly fingerprint: string
  /** Throws `invalid` when the text is no PKCS#10 request that its own P-256 key has signed. */
  checkRequest(csr: string): Promise<void>
  /** A client certificate of an agent for the key of a request that was checked; 30 days. */
  signAgent(csr: string, agent: AgentId, now: EpochMs): Promise<Issued>
  /** A certificate of a port under these names and addresses; 90 days, or `days`. */
  signServer(wanted: { names: readonly string[]; key: KeyObject; days?: number }, now: EpochMs): Promise<Issued>
  /** A certificate with which a program that is no agent logs in to a broker beside the server; 90 days, or `days`. */
  signClient(wanted: { name: string; key: KeyObject; days?: number }, now: EpochMs): Promise<Issued>
  /** The list of what was revoked, PEM; good for 7 days. */
  signCrl(revoked: readonly { serial: string; at: EpochMs }[], now: EpochMs): Promise<string>
}

const DAY_MS = 86_400_000
const AGENT_DAYS = 30
const SERVER_DAYS = 90
const CRL_DAYS = 7
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

/** Opens the certificate authority; makes it when there is none. */
export async function openAuthority(db: ControlDb, vault: Vault, now: EpochMs): Promise<Authority> {
  const found = await newest(db)
  const row = found ?? (await insertOnce(db, await make(vault, now)))
  const { certificate, fingerprint } = row
  const signer = async () => {
    // Read each time: the key of the vault may be changed while the server runs, and opens what was sealed since only.
    const { sealed } = await db
      .selectFrom('authorities')
      .select('sealed')
      .where('fingerprint', '=', fingerprint)
      .executeTakeFirstOrThrow()
    return { certificate, key: await importSigningKey(vault.open(sealed, SEALED.authorities.about(fingerprint))) }
  }
  return {
    ...{ certificate, fingerprint },
    async checkRequest(csr) {
      await parseRequest(csr)
    },
    async signAgent(csr, agent, at) {
      const publicKey = await parseRequest(csr)
      const names = [{ type: 'url' as const, value: `urn:eyenet:agent:${agent}` }]
      const span = { from: at, days: AGENT_DAYS }
      return issue(await signer(), { ...{ publicKey, names, span }, commonName: agent, usage: CLIENT_AUTH })
    },
    async signServer({ names, key, days = SERVER_DAYS }, at) {
      const [commonName] = names
      if (commonName === undefined) throw new EyeNetError('invalid', 'a certificate needs a name; give one')
      const span = { from: at, days }
      const subject = { commonName, names: names.map(alternativeName), publicKey: derOf(key) }
      return issue(await signer(), { ...subject, span, usage: SERVER_AUTH })
    },
    async signClient({ name, key, days = SERVER_DAYS }, at) {
      const span = { from: at, days }
      const names = [{ type: 'url' as const, value: `urn:eyenet:client:${clientName(name)}` }]
      return issue(await signer(), { commonName: name, names, publicKey: derOf(key), span, usage: CLIENT_AUTH })
    },
    async signCrl(revoked, at) {
      return signCrl(await signer(), { revoked, from: at, until: epochMs(at + CRL_DAYS * DAY_MS) })
    },
  }
}

function derOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' })
}

/** A broker takes the name for that of the login, and an agent's id there would be that agent. */
function clientName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) && !AgentId.safeParse(name).success) return name
  throw new EyeNetError(
    'invalid',
    `${name.slice(0, 64)} is no name of a login: lower-case letters, digits, dots and dashes, and no agent's id`,
  )
}

function alternativeName(value: string): { type: 'ip' | 'dns'; value: string } {
  const isAddress = value.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(value)
  return { type: isAddress ? 'ip' : 'dns', value }
}

async function make(vault: Vault, now: EpochMs): Promise<AuthorityRow> {
  const { certificate, fingerprint, key } = await createAuthorityCertificate(now)
  return { certificate, fingerprint, sealed: vault.seal(key, SEALED.authorities.about(fingerprint)), created_at: now }
}

/** The command line may make it at the same moment as the server: the first one stays. */
function insertOnce(db: ControlDb, made: AuthorityRow): Promise<AuthorityRow> {
  return db.transaction().execute(async (trx) => {
    const there = await newest(trx)
    if (there !== undefined) return there
    await trx.insertInto('authorities').values(made).execute()
    return made
  })
}

function newest(db: ControlDb): Promise<AuthorityRow | undefined> {
  return db.selectFrom('authorities').selectAll().orderBy('created_at', 'desc').executeTakeFirst()
}
