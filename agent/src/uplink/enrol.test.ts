import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Pair, TestAuthority } from './certificates.testkit.ts'
import { enrol } from './enrol.ts'
import { readIdentity } from './identity-file.ts'

const AGENT = '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11'
const signingKey = { kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'k' }

let ours: TestAuthority
let other: TestAuthority
beforeAll(() => {
  ours = new TestAuthority()
  other = new TestAuthority()
})

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server of HTTPS that enrols whoever comes; answers its URL and what it was sent. */
async function server(shown: Pair, ca: string): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/api/v1/pki/ca') return void response.end(ca)
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    const certificate = ours.sign(JSON.parse(body).csr, { subject: AGENT })
    const identity = { agent: AGENT, site: 'lab', name: 'box', mqttUrl: 'mqtts://:8883', signingKey }
    response.end(JSON.stringify({ ...identity, certificate, ca, brokerCas: ca }))
  }
  const listening = createServer(shown, (request, response) => void answer(request, response))
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  closing.push(() => listening.close())
  const address = listening.address()
  return { url: `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, bodies }
}

const fingerprint = (pem: string) => createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
const tokenFor = (pem: string) => `eye_enrol_abc.${fingerprint(pem)}`
const folder = () => mkdtempSync(join(tmpdir(), 'eyenet-enrol-'))
const options = (serverUrl: string, token: string) => ({ serverUrl, token, dataDir: folder(), version: '1' })

test('the server that the token names is believed, and the key of the certificate never leaves the machine', async () => {
  const { url, bodies } = await server(ours.server(), ours.cert)
  const asked = options(url, tokenFor(ours.cert))
  const identity = await enrol(asked)
  expect(identity).toMatchObject({ agent: AGENT, mqttUrl: expect.stringMatching(/^mqtts:\/\/127\.0\.0\.1:8883/) })
  expect(identity.mqttPassword).toBeUndefined()
  const [pair] = identity.tls?.certificates ?? []
  expect(pair?.certificate).toContain('BEGIN CERTIFICATE')
  expect(bodies).toHaveLength(1)
  expect(bodies[0]).not.toContain('PRIVATE KEY')
  expect(readIdentity(asked.dataDir)).toEqual(identity)
  expect(readFileSync(join(asked.dataDir, 'agent.json'), 'utf8')).toContain('PRIVATE KEY')
})

test('another CA than the one of the token: nothing is sent', async () => {
  const { url, bodies } = await server(other.server(), other.cert)
  await expect(enrol(options(url, tokenFor(ours.cert)))).rejects.toMatchObject({ code: 'forbidden' })
  expect(bodies).toEqual([])
})

test('who shows the right CA but has no certificate of it gets nothing', async () => {
  const { url, bodies } = await server(other.server(), ours.cert)
  await expect(enrol(options(url, tokenFor(ours.cert)))).rejects.toThrow(/another server, or somebody stands between/)
  expect(bodies).toEqual([])
})

test('a certificate for other names says what to do', async () => {
  const { url, bodies } = await server(ours.server('DNS:elsewhere.example.net'), ours.cert)
  await expect(enrol(options(url, tokenFor(ours.cert)))).rejects.toThrow(/server\.tls\.names/)
  expect(bodies).toEqual([])
})

test('what is no certificate, or one of no CA, is not taken for the CA', async () => {
  const leaf = ours.server()
  for (const ca of ['', 'nonsense', leaf.cert]) {
    const { url, bodies } = await server(leaf, ca)
    const token = ca === leaf.cert ? tokenFor(leaf.cert) : tokenFor(ours.cert)
    await expect(enrol(options(url, token))).rejects.toMatchObject({ code: 'forbidden' })
    expect(bodies).toEqual([])
  }
})

test('a line that is not encrypted, and a token that names no server, are for this machine only', async () => {
  const far = options('http://eyenet.example.net:8080', tokenFor(ours.cert))
  await expect(enrol(far)).rejects.toMatchObject({ code: 'invalid', message: /in the clear: use https/ })
  const bare = options('https://eyenet.example.net', 'eye_enrol_abc')
  await expect(enrol(bare)).rejects.toMatchObject({ code: 'invalid', message: /does not say which server/ })
})
