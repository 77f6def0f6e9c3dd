import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SnmpAuthProtocol, SnmpPrivProtocol, UserCredential } from './credential.ts'
import { AUTH_PROTOCOLS, PRIV_PROTOCOLS } from './credential.ts'
import { TAG } from './message.ts'
import { formatOid, parseOid } from './oid.ts'
import { int32, raw } from './responder.testkit.ts'
import { type Expected, hearV3 } from './usm-answer.ts'
import { authenticator } from './usm-auth.ts'
import { UsmDevice } from './usm-device.testkit.ts'
import { usmEngine } from './usm-engine.ts'
import { localizedKeys } from './usm-keys.ts'
import { decodeV3Header, encodeDiscovery } from './usm-message.ts'
import { privacy } from './usm-privacy.ts'

const netSnmp = createRequire(import.meta.url)('net-snmp')

const LEVELS = { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 } as const
const credentialOf = (auth?: SnmpAuthProtocol, priv?: SnmpPrivProtocol): UserCredential => ({
  version: '3',
  user: 'poller',
  level: priv ? 'authPriv' : auth ? 'authNoPriv' : 'noAuthNoPriv',
  ...(auth && { authProtocol: auth, authKey: 'auth-key-12345' }),
  ...(priv && { privProtocol: priv, privKey: 'priv-key-12345' }),
})
const THEIR_PRIV = { des: 'des', aes: 'aes', aes256: 'aes256b', 'aes256-cisco': 'aes256r' } as const
const theirUser = ({ user, level, authProtocol, authKey, privProtocol, privKey }: UserCredential) => ({
  name: user,
  level: netSnmp.SecurityLevel[level],
  ...(authProtocol && { authProtocol: netSnmp.AuthProtocols[authProtocol], authKey }),
  ...(privProtocol && { privProtocol: netSnmp.PrivProtocols[THEIR_PRIV[privProtocol]], privKey }),
})

// net-snmp's DES does not run on OpenSSL 3: Debian's snmpd is the witness for that.
const credentials = [
  credentialOf(),
  ...AUTH_PROTOCOLS.map((auth) => credentialOf(auth)),
  ...AUTH_PROTOCOLS.flatMap((auth) =>
    PRIV_PROTOCOLS.filter((priv) => priv !== 'des').map((priv) => credentialOf(auth, priv)),
  ),
]
const labelled = credentials.map((credential) => {
  const { authProtocol = 'no digest', privProtocol = 'no privacy' } = credential
  return [authProtocol, privProtocol, credential] as const
})

const oid = fc
  .array(fc.oneof(fc.nat(200), fc.nat(0xffff), fc.nat(0x7fff_ffff)), { minLength: 1, maxLength: 20 })
  .map((rest) => ['1.3.6.1', ...rest].join('.'))
const engineId = fc.uint8Array({ minLength: 5, maxLength: 32 })
const clock = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x7fff_fffe))

/** net-snmp's agent on a socket that a test holds: what goes in, and what comes out at once. */
function theirAgent(credential: UserCredential, id: Uint8Array): (packet: Buffer) => Buffer | undefined {
  let said: Buffer | undefined
  const socket = Object.assign(new EventEmitter(), {
    bind: () => undefined,
    close: () => undefined,
    send: (bytes: Buffer) => {
      said = bytes
    },
  })
  const options = { port: 1, dgramModule: { createSocket: () => socket }, engineID: Buffer.from(id).toString('hex') }
  const agent = netSnmp.createAgent({ ...options, disableAuthorization: false }, () => undefined)
  agent.getAuthorizer().addUser(theirUser(credential))
  return (packet) => {
    said = undefined
    socket.emit('message', Buffer.from(packet), { address: '192.0.2.1', port: 1, size: packet.length })
    return said
  }
}

test.each(labelled)('net-snmp reads our questions and we its answers: %s, %s', (_auth, _priv, credential) => {
  const ids = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 })
  fc.assert(
    fc.property(
      fc.record({ id: engineId, oids: fc.array(oid, { minLength: 1, maxLength: 30 }), boots: clock, time: clock }),
      fc.tuple(ids, ids),
      ({ id, oids, boots, time }, [msgId, requestId]) => {
        const engine = usmEngine(Buffer.from(id), credential, { boots, time, toldAt: 0 })
        const request = { pdu: 'get', oids: oids.map(parseOid), repetitions: 1 } as const
        const salt = engine.nextSalt()
        const context = new Uint8Array()
        const question = engine.encoder.encode(request, { msgId, requestId, boots, time, salt, context })
        const answer = theirAgent(credential, id)(question) ?? Buffer.alloc(0)
        const user = Buffer.from(credential.user)
        const level = LEVELS[credential.level]
        const heard = hearV3(answer, { msgId, requestId, engine, user, level, now: 0 })
        if (heard.kind !== 'answer') throw new Error(JSON.stringify(heard))
        const { varbinds } = heard.answer
        expect(Array.from({ length: varbinds.count }, (_, at) => formatOid(varbinds.name(at)))).toEqual(oids)
      },
    ),
    { numRuns: 8 },
  )
})

test('net-snmp answers our discovery, and says who it is', () => {
  const [plain = credentialOf()] = credentials
  fc.assert(
    fc.property(engineId, (id) => {
      const msgId = 0x4000_0001
      const report = theirAgent(plain, id)(encodeDiscovery(msgId)) ?? Buffer.alloc(0)
      const expected = { msgId, requestId: msgId, engine: null, user: new Uint8Array(), level: 0, now: 0 }
      const heard = hearV3(report, expected)
      if (heard.kind !== 'report') throw new Error(heard.kind)
      expect(Buffer.from(heard.header.engineId)).toEqual(Buffer.from(id))
    }),
  )
})

test.each(labelled)('our agent for tests is understood by net-snmp: %s, %s', async (_auth, _priv, credential) => {
  const value = raw('1.3.6.1.2.1.1.3.0', TAG.timeticks, int32(4711))
  const device = new UsmDevice(credential, value)
  const socket = Object.assign(new EventEmitter(), {
    close: () => undefined,
    unref: () => undefined,
    ref: () => undefined,
    send(bytes: Buffer, ...rest: unknown[]) {
      const done = rest.at(-1)
      if (typeof done === 'function') done(null)
      const answer = device.answer(Buffer.from(bytes))
      socket.emit('message', answer, { address: '192.0.2.1', port: 161, size: answer.length })
    },
  })
  const options = { dgramModule: { createSocket: () => socket }, context: 'vlan-10' }
  const session = netSnmp.createV3Session('192.0.2.1', theirUser(credential), options)
  const varbinds = await new Promise((resolve, reject) => {
    session.get([formatOid(value.name)], (failure: Error | null, found: unknown) =>
      failure ? reject(failure) : resolve(found),
    )
  })
  session.close()
  expect(varbinds).toMatchObject([{ oid: formatOid(value.name), value: 4711 }])
  expect(device.asked[0]?.context).toBe('vlan-10')
})

test('keys are those of RFC 3414, A.3', () => {
  const id = Buffer.from('000000000000000000000002', 'hex')
  const keys = (authProtocol: 'md5' | 'sha') =>
    localizedKeys({ ...credentialOf(authProtocol), authKey: 'maplesyrup' }, id).auth?.toString('hex')
  expect(keys('md5')).toBe('526f5eed9fcce26f8964c2930787d82b')
  expect(keys('sha')).toBe('6695febc9288e36282235fc7151f128497b38f3f')
})

test('what is encrypted is decrypted, and no salt gives the same octets', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PRIV_PROTOCOLS),
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      (protocol, texts) => {
        const hiding = privacy(protocol, Buffer.alloc(protocol.startsWith('aes256') ? 32 : 16, 7))
        for (const [at, text] of texts.entries()) {
          const stamp = { boots: at, time: 70_000, salt: Buffer.alloc(8, at + 1) }
          const bytes = Buffer.alloc(hiding.sizeOf(text.length) + 2)
          bytes.set(text, 2)
          hiding.encrypt(bytes, [2, 2 + text.length], stamp)
          const plain = hiding.decrypt(bytes.subarray(2), stamp)
          expect(Buffer.from(plain ?? []).subarray(0, text.length)).toEqual(Buffer.from(text))
        }
      },
    ),
  )
})

test('a signature is checked, and the message is as before', () => {
  for (const protocol of AUTH_PROTOCOLS) {
    const signer = authenticator(protocol, Buffer.alloc(20, 1))
    const message = Buffer.alloc(100, 5)
    message.fill(0, 10, 10 + signer.length)
    signer.sign(message, 10)
    const before = Buffer.from(message)
    expect(signer.isAuthentic(message, 10)).toBe(true)
    expect(message).toEqual(before)
    message[99] = 4
    expect(signer.isAuthentic(message, 10)).toBe(false)
  }
})

test.each([
  ['signed and encrypted', credentialOf('sha', 'aes')],
  ['signed', credentialOf('sha256')],
  ['plain', credentialOf()],
])('two hundred thousand damaged answers, %s: none that was signed is taken, none throws', (_what, credential) => {
  const device = new UsmDevice(credential, raw('1.3.6.1.2.1.1.5.0', TAG.octets, Buffer.from('sw1.example.net')))
  const [msgId, requestId] = [0x4000_0001, 0x4000_0002]
  const engine = usmEngine(device.engine.id, credential, { boots: 3, time: 1_000, toldAt: 0 })
  const stamp = { msgId, requestId, boots: 3, time: 1_000, salt: engine.nextSalt(), context: new Uint8Array() }
  const request = { pdu: 'get', oids: [device.value.name], repetitions: 1 } as const
  const answer = device.answer(engine.encoder.encode(request, stamp))
  const user = Buffer.from(credential.user)
  const expected: Expected = { msgId, requestId, engine, user, level: LEVELS[credential.level], now: 0 }
  expect(hearV3(answer, expected).kind).toBe('answer')
  let state = 20_260_501
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
  const heard = new Map<string, number>()
  for (let round = 0; round < 200_000; round++) {
    const mutant = Buffer.from(answer.subarray(0, random(10) === 0 ? random(answer.length) : answer.length))
    for (let changes = random(4); changes >= 0 && mutant.length > 0; changes--) {
      mutant[random(mutant.length)] = random(256)
    }
    if (mutant.equals(answer)) continue
    const { kind } = hearV3(mutant, round % 20 === 0 ? { ...expected, engine: null } : expected)
    heard.set(kind, (heard.get(kind) ?? 0) + 1)
  }
  if (credential.level === 'noAuthNoPriv') expect(heard.get('answer')).toBeGreaterThan(100)
  else expect(heard.get('answer')).toBeUndefined()
  expect(heard.get('refused')).toBeGreaterThan(10_000)
})

test('a header whose lengths lie is refused', () => {
  for (const hex of ['', '30', '3003020103', '30060201033004', '3082ffff020103', '30050201033000', '308000']) {
    expect(decodeV3Header(Buffer.from(hex, 'hex'))).toBeTypeOf('string')
  }
})
