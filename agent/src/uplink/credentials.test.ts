import { X509Certificate } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { RENEWAL_TYPE } from '@eyenet/shared/wire'
import { compactVerify } from 'jose'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCertificateRequest } from './certificate-request.ts'
import { certificateState } from './certificate-times.ts'
import { TestAuthority } from './certificates.testkit.ts'
import { Credentials } from './credentials.ts'
import { AgentIdentity, readIdentity, writeIdentity } from './identity-file.ts'
import { newPair } from './uplink.testkit.ts'

const DAY_MS = 86_400_000
const NOW = Date.now()
const later = (days: number) => epochMs(NOW + days * DAY_MS)

let authority: TestAuthority
let first: { readonly certificate: string; readonly key: string }
let identity: AgentIdentity
let folder: string
beforeAll(() => {
  authority = new TestAuthority()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-credentials-'))
  const bare = newPair('mqtts://127.0.0.1:8883').identity
  const { csr, key } = makeCertificateRequest()
  first = { certificate: authority.sign(csr, { subject: bare.agent }), key }
  const tls = { authority: authority.cert, brokerCas: authority.cert, certificates: [first] }
  identity = AgentIdentity.parse({ ...bare, mqttPassword: undefined, tls })
  writeIdentity(folder, identity)
})

/** Answers a request as the server does; its signature is checked with the present certificate. */
async function answerTo(request: string | undefined, change: { subject?: string; by?: TestAuthority } = {}) {
  if (request === undefined) throw new Error('nothing was asked')
  const key = new X509Certificate(first.certificate).publicKey
  const { payload, protectedHeader } = await compactVerify(request, key)
  expect(protectedHeader.typ).toBe(RENEWAL_TYPE)
  const { csr } = JSON.parse(Buffer.from(payload).toString())
  const certificate = (change.by ?? authority).sign(csr, { subject: change.subject ?? identity.agent })
  return Buffer.from(JSON.stringify({ kind: 'issued', certificate }))
}

test('a certificate is asked for anew after two thirds of its life, at most every ten minutes', async () => {
  const credentials = new Credentials(identity, folder)
  expect(await credentials.renewal(later(19), 0)).toBeUndefined()
  expect(await credentials.renewal(later(21), 0)).toBeDefined()
  expect(await credentials.renewal(later(21), 599_999)).toBeUndefined()
  expect(await credentials.renewal(later(21), 600_000)).toBeDefined()
})

test('the new one is tried first and the old one kept until the new one has worked, over a restart too', async () => {
  const credentials = new Credentials(identity, folder)
  const answer = await answerTo(await credentials.renewal(later(21), 0))
  expect(credentials.received(answer)).toEqual({ kind: 'renewed' })
  expect(credentials.connectOptions().cert).not.toBe(first.certificate)
  const kept = readIdentity(folder)
  expect(kept?.tls?.certificates).toHaveLength(2)
  const again = new Credentials(kept ?? identity, folder)
  again.refused()
  expect(again.connectOptions()).toMatchObject({ cert: first.certificate, key: first.key })
  again.refused()
  again.accepted()
  expect(readIdentity(folder)?.tls?.certificates).toEqual([
    { certificate: again.connectOptions().cert, key: again.connectOptions().key },
  ])
})

test('a new one that the server refuses is given up for the old one', async () => {
  const credentials = new Credentials(identity, folder)
  credentials.received(await answerTo(await credentials.renewal(later(21), 0)))
  credentials.refused()
  credentials.accepted()
  expect(readIdentity(folder)?.tls?.certificates).toEqual([first])
})

test('what comes from the broker is checked: another CA, agent or key, unasked or nonsense is refused', async () => {
  const credentials = new Credentials(identity, folder)
  const unasked = Buffer.from(JSON.stringify({ kind: 'issued', certificate: first.certificate }))
  expect(credentials.received(unasked)).toEqual({ kind: 'refused', reason: 'it was not asked for' })
  const request = await credentials.renewal(later(21), 0)
  const answers = [
    await answerTo(request, { by: new TestAuthority() }),
    await answerTo(request, { subject: 'another' }),
    unasked,
    Buffer.from(JSON.stringify({ kind: 'issued', certificate: 'x' })),
    Buffer.from('{'),
  ]
  expect(answers.map((answer) => credentials.received(answer))).toEqual([
    { kind: 'refused', reason: 'it is of another CA' },
    { kind: 'refused', reason: 'it is for another agent' },
    { kind: 'refused', reason: 'it is for another key' },
    { kind: 'refused', reason: 'it is no certificate' },
    { kind: 'refused', reason: 'this agent does not understand the answer' },
  ])
  expect(readIdentity(folder)?.tls?.certificates).toEqual([first])
})

test('people hear a week before the end, and after it what to do', () => {
  const credentials = new Credentials(identity, folder)
  expect(credentials.problem(later(20))).toBeUndefined()
  expect(credentials.problem(later(24))).toContain('could not be renewed yet')
  expect(credentials.problem(later(31))).toContain('eyenet-agent enrol URL --token-file FILE --force')
  expect(certificateState(first.certificate, later(31)).kind).toBe('over')
})
