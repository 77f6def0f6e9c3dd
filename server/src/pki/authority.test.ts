import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { AgentId, epochMs } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { SEALED, vaultOf } from '../vault/vault.ts'
import { requestOf } from './certificate-request.testkit.ts'
import { openAuthority, ownCertificate } from './pki.ts'

const NOW = epochMs(Date.UTC(2026, 5, 1))
const DAY = 86_400_000
const AGENT = AgentId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const vault = vaultOf(new Uint8Array(32).fill(5))

let db: ControlDb
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.destroy())

test('the authority is made once, may sign end entities only, and its key rests sealed', async () => {
  const made = await openAuthority(db, vault, NOW)
  const again = await openAuthority(db, vault, epochMs(NOW + DAY))
  expect(again.fingerprint).toBe(made.fingerprint)
  const certificate = new X509Certificate(made.certificate)
  expect(certificate.ca).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(Date.parse(certificate.validTo) - NOW).toBe(20 * 365 * DAY)
  const row = await db.selectFrom('authorities').selectAll().executeTakeFirstOrThrow()
  const key = Buffer.from(vault.open(row.sealed, SEALED.authorities.about(made.fingerprint)), 'base64')
  expect(createPrivateKey({ key, format: 'der', type: 'pkcs8' }).asymmetricKeyType).toBe('ec')
  expect(Buffer.from(row.sealed).includes(key.subarray(40, 60))).toBe(false)
})

test('two processes that make it at the same moment agree on one', async () => {
  const [one, other] = await Promise.all([openAuthority(db, vault, NOW), openAuthority(db, vault, NOW)])
  expect(one.fingerprint).toBe(other.fingerprint)
  expect(await db.selectFrom('authorities').select('fingerprint').execute()).toHaveLength(1)
})

test("an agent's certificate names it, is for clients, and ends after 30 days", async () => {
  const authority = await openAuthority(db, vault, NOW)
  const { csr } = await requestOf()
  const issued = await authority.signAgent(csr, AGENT, NOW)
  const certificate = new X509Certificate(issued.certificate)
  expect(certificate.subject).toBe(`CN=${AGENT}`)
  expect(certificate.subjectAltName).toBe(`URI:urn:eyenet:agent:${AGENT}`)
  // Of its legacy object: the purposes.
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true)
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  expect(Date.parse(certificate.validTo)).toBe(NOW + 30 * DAY)
  expect(certificate.serialNumber.toLowerCase()).toBe(issued.serial)
})

test('what is no request of a P-256 key, or not signed by that key, is refused with one sentence', async () => {
  const authority = await openAuthority(db, vault, NOW)
  const { csr } = await requestOf()
  const forged = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1)
  const bad = [
    '',
    'nonsense',
    csr.slice(0, 200),
    `-----BEGIN CERTIFICATE REQUEST-----\n${forged.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
    authority.certificate,
    (await requestOf('P-384')).csr,
  ]
  for (const one of bad) {
    await expect(authority.checkRequest(one)).rejects.toMatchObject({ code: 'invalid', message: /not one of a P-256/ })
  }
  await authority.checkRequest(csr)
})

test('the certificate of the server is kept, and made anew when it ends soon or lacks a name', async () => {
  const authority = await openAuthority(db, vault, NOW)
  const world = { now: NOW, names: ['eyenet.example.net', '192.0.2.1', '::1'] }
  const load = () => ownCertificate({ db, vault, authority, names: () => world.names, now: () => world.now })
  const first = await load()
  const certificate = new X509Certificate(first.cert)
  expect(certificate.checkHost('eyenet.example.net')).toBeDefined()
  expect(certificate.checkIP('192.0.2.1')).toBeDefined()
  expect(certificate.checkPrivateKey(createPrivateKey(first.key))).toBe(true)
  expect(first.cert.endsWith(authority.certificate)).toBe(true)
  world.now = epochMs(NOW + 50 * DAY)
  world.names = world.names.slice(0, 2)
  expect(await load()).toEqual(first)
  world.names = [...world.names, 'other.example.net']
  const named = await load()
  expect(named.cert).not.toBe(first.cert)
  world.now = epochMs(NOW + 115 * DAY)
  expect((await load()).cert).not.toBe(named.cert)
})

test('it goes on signing after its key was sealed anew under another key of the vault', async () => {
  let key = new Uint8Array(32).fill(5)
  const rotating: typeof vault = {
    seal: (secret, about) => vaultOf(key).seal(secret, about),
    open: (sealed, about) => vaultOf(key).open(sealed, about),
  }
  const authority = await openAuthority(db, rotating, NOW)
  const about = SEALED.authorities.about(authority.fingerprint)
  const row = await db.selectFrom('authorities').select('sealed').executeTakeFirstOrThrow()
  const secret = rotating.open(row.sealed, about)
  key = new Uint8Array(32).fill(6)
  await db
    .updateTable('authorities')
    .set({ sealed: rotating.seal(secret, about) })
    .execute()
  const { csr } = await requestOf()
  const { certificate } = await authority.signAgent(csr, AGENT, NOW)
  expect(new X509Certificate(certificate).verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
})

test('a login that is no agent gets a certificate for clients, and never the name of an agent', async () => {
  const authority = await openAuthority(db, vault, NOW)
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { certificate: pem } = await authority.signClient({ name: 'eyenet-server', key }, NOW)
  const certificate = new X509Certificate(pem)
  expect(certificate.subject).toBe('CN=eyenet-server')
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  for (const name of [AGENT, AGENT.toUpperCase(), '', 'a b', 'x,CN=y', '+', '#', 'a'.repeat(65)]) {
    await expect(authority.signClient({ name, key }, NOW), name).rejects.toThrow('is no name of a login')
  }
})
