import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasSnmpd, startNetSnmpAgent, startSnmpd, type TestUser } from './agents.testkit.ts'
import { raw, response, tlv, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine, describeOutcome, type SnmpCredential } from './snmp.ts'

const netSnmp = createRequire(import.meta.url)('net-snmp')
const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const authKey = 'auth-key-12345'
const privKey = 'priv-key-12345'

const engine = createSnmpEngine()
const stops: (() => unknown)[] = [() => engine.close()]
let snmpdPort = 0
let agentPort = 0

const AUTH = {
  md5: 'MD5',
  sha: 'SHA',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
} as const
// Debian's snmpd has AES-256 by Blumenthal's draft as AES-256, and Reeder's as AES-256-C.
const PRIV = { des: 'DES', aes: 'AES', aes256: 'AES-256', 'aes256-cisco': 'AES-256-C' } as const
type Auth = keyof typeof AUTH
type Priv = keyof typeof PRIV
const auths = Object.keys(AUTH) as Auth[]
const privs = Object.keys(PRIV) as Priv[]
const pairs = auths.flatMap((auth) => privs.map((priv) => [auth, priv] as const))

const userOf = (auth?: Auth, priv?: Priv): string => ['u', auth, priv?.replace('-', '')].filter(Boolean).join('')

const credentialOf = (auth?: Auth, priv?: Priv): Extract<SnmpCredential, { version: '3' }> => ({
  version: '3',
  user: userOf(auth, priv),
  level: priv ? 'authPriv' : auth ? 'authNoPriv' : 'noAuthNoPriv',
  ...(auth && { authProtocol: auth, authKey }),
  ...(priv && { privProtocol: priv, privKey }),
})

beforeAll(async () => {
  const users: TestUser[] = [{ name: userOf(), authKey, privKey }]
  for (const auth of auths) users.push({ name: userOf(auth), auth: AUTH[auth], authKey, privKey })
  for (const [auth, priv] of pairs) {
    users.push({ name: userOf(auth, priv), auth: AUTH[auth], priv: PRIV[priv], authKey, privKey })
  }
  if (hasSnmpd) {
    const snmpd = await startSnmpd(users)
    snmpdPort = snmpd.port
    stops.push(snmpd.stop)
  }
  const agent = await startNetSnmpAgent([
    { name: userOf(), level: netSnmp.SecurityLevel.noAuthNoPriv },
    ...pairs.map(([auth, priv]) => ({
      name: userOf(auth, priv),
      level: netSnmp.SecurityLevel.authPriv,
      authProtocol: netSnmp.AuthProtocols[auth],
      authKey,
      privProtocol:
        netSnmp.PrivProtocols[{ des: 'des', aes: 'aes', aes256: 'aes256b', 'aes256-cisco': 'aes256r' }[priv]],
      privKey,
    })),
  ])
  agentPort = agent.port
  stops.push(agent.stop)
})

afterAll(async () => {
  for (const stop of stops) await stop()
})

const deviceAt = (port: number, credential: SnmpCredential) =>
  engine.device({ address: '127.0.0.1', port, credential, timeoutMs: 3_000, retries: 0 })

const snmpdTest = test.skipIf(!hasSnmpd)

snmpdTest.each(['1', '2c'] as const)('snmpd answers v%s: values and the table of interfaces', async (version) => {
  const device = deviceAt(snmpdPort, { version, community: 'public' })
  const values = await device.get([SYS_NAME, '1.3.6.1.2.1.1.99.0'])
  if (values.kind !== 'ok') throw new Error(values.kind)
  expect(values.value[0]?.value).toEqual({ kind: 'octets', value: Buffer.from('sw1.example.net') })
  expect(values.value[1]?.value.kind).toBe('missing')
  const table = await device.walk(['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.2.2.1.2', '1.3.6.1.2.1.2.2.1.10'])
  if (table.kind !== 'ok') throw new Error(table.kind)
  expect(table.value.stopped).toBeNull()
  expect(
    table.value.rows.map((row) => Buffer.from((row.values[1] as { value: Uint8Array }).value).toString()),
  ).toContain('lo')
})

snmpdTest('snmpd answers v3 without authentication', async () => {
  expect((await deviceAt(snmpdPort, credentialOf()).get([SYS_NAME])).kind).toBe('ok')
})

snmpdTest.each(auths)('snmpd answers v3 with %s and no privacy', async (auth) => {
  expect((await deviceAt(snmpdPort, credentialOf(auth)).get([SYS_NAME])).kind).toBe('ok')
})

snmpdTest.each(pairs)('snmpd answers v3 with %s and %s', async (auth, priv) => {
  const device = deviceAt(snmpdPort, credentialOf(auth, priv))
  const table = await device.walk(['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.31.1.1.1.6'])
  expect(table).toMatchObject({ kind: 'ok', value: { stopped: null } })
})

snmpdTest('a wrong v3 user, digest and privacy key are told apart from silence', async () => {
  const good = credentialOf('sha256', 'aes')
  const wrong = async (credential: SnmpCredential): Promise<string> => {
    const device = deviceAt(snmpdPort, credential)
    const outcome = await device.get([SYS_NAME])
    expect(outcome.kind).toBe('wrong-credential')
    const sentence = describeOutcome(outcome, device.target)
    expect(sentence).not.toContain('key-12345')
    return sentence
  }
  expect(await wrong({ ...good, user: 'nobody' })).toContain('does not know this user')
  expect(await wrong({ ...good, authKey: 'wrong-key-1234' })).toContain('authentication protocol or key is wrong')
  expect(await wrong({ ...good, authProtocol: 'md5' })).toContain('authentication protocol or key is wrong')
  expect(await wrong({ ...good, privKey: 'wrong-key-1234' })).toContain('privacy protocol or key')
  expect(await wrong({ ...credentialOf('sha256'), ...{ level: 'authPriv' } })).toContain('needs a privacy protocol')
})

snmpdTest('a wrong community looks like silence, and the sentence says so', async () => {
  const device = engine.device({
    address: '127.0.0.1',
    port: snmpdPort,
    credential: { version: '2c', community: 'wrong' },
    timeoutMs: 100,
    retries: 0,
  })
  const outcome = await device.get([SYS_NAME])
  expect(outcome).toEqual({ kind: 'timeout', attempts: 1 })
  expect(describeOutcome(outcome, device.target)).toMatch(/wrong community/)
})

snmpdTest('a v3 device that restarts with another engine id is found again', async () => {
  const user = { name: 'again', auth: 'SHA', authKey, privKey }
  const credential = { version: '3', user: 'again', level: 'authNoPriv', authProtocol: 'sha', authKey } as const
  const first = await startSnmpd([user])
  const device = engine.device({ address: '127.0.0.1', port: first.port, credential, timeoutMs: 300, retries: 0 })
  expect((await device.get([SYS_NAME])).kind).toBe('ok')
  await first.stop()
  expect((await device.get([SYS_NAME])).kind).toBe('timeout')
  const second = await startSnmpd([user], { atPort: first.port })
  expect((await device.get([SYS_NAME])).kind).toBe('ok')
  await second.stop()
})

test.each(['1', '2c'] as const)("net-snmp's agent answers v%s", async (version) => {
  const outcome = await deviceAt(agentPort, { version, community: 'public' }).get([SYS_UPTIME])
  expect(outcome).toMatchObject({ kind: 'ok', value: [{ value: { kind: 'timeticks', value: 4711 } }] })
})

test.each(pairs)("net-snmp's agent answers v3 with %s and %s", async (auth, priv) => {
  const outcome = await deviceAt(agentPort, credentialOf(auth, priv)).get([SYS_UPTIME])
  expect(outcome).toMatchObject({ kind: 'ok', value: [{ value: { kind: 'timeticks', value: 4711 } }] })
})

const v3Site = async (answer: Parameters<typeof udpResponder>[0]) => {
  const responder = await udpResponder(answer)
  stops.push(responder.close)
  return engine.device({
    address: '127.0.0.1',
    port: responder.port,
    credential: credentialOf('sha', 'aes'),
    timeoutMs: 60,
    retries: 0,
  })
}

test('a silent v3 device is a timeout', async () => {
  expect(await (await v3Site(() => null)).get([SYS_NAME])).toEqual({ kind: 'timeout', attempts: 1 })
})

test.each([
  [
    'garbage that claims to be v3',
    () => tlv(0x30, [Buffer.from('020103', 'hex'), Buffer.from('3003020101040100', 'hex')]),
  ],
  ['its own question back', (packet: Buffer) => packet],
  ['a v2c answer', () => response({ requestId: 1, version: 1 }, [raw(SYS_NAME, 4, Buffer.from('x'))])],
])('a v3 device that sends %s yields no value and no exception', async (_name, bytes) => {
  const device = await v3Site((question) => bytes(question.packet))
  expect(['timeout', 'malformed']).toContain((await device.get([SYS_NAME])).kind)
})

test('damaged v3 discoveries never throw', async () => {
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
  const device = await v3Site(({ packet }) =>
    Array.from({ length: 300 }, () => {
      const mutant = Buffer.from(packet)
      for (let changes = 0; changes < 3; changes++) mutant[4 + random(mutant.length - 4)] = random(256)
      return mutant
    }),
  )
  for (let round = 0; round < 5; round++) expect((await device.get([SYS_NAME])).kind).not.toBe('ok')
})
