import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { hasSnmpd, startSnmpd } from './agents.testkit.ts'
import { createSnmpEngine, type SnmpCredential, type SnmpTarget } from './snmp.ts'

const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const community = { version: '2c', community: 'public' } as const
const poller = { name: 'poller', auth: 'SHA', priv: 'AES', authKey: 'auth-key-12345', privKey: 'priv-key-12345' }
const user = {
  version: '3',
  user: 'poller',
  level: 'authPriv',
  authProtocol: 'sha',
  authKey: poller.authKey,
  privProtocol: 'aes',
  privKey: poller.privKey,
} as const
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const snmpdTest = test.skipIf(!hasSnmpd)

function deviceAt(target: Partial<SnmpTarget> & { credential: SnmpCredential; port: number }) {
  const engine = createSnmpEngine()
  closers.push(() => engine.close())
  const device = engine.device({ address: '127.0.0.1', timeoutMs: 3_000, retries: 0, ...target })
  return { engine, device }
}

async function snmpd(options: Parameters<typeof startSnmpd>[1] = {}) {
  const agent = await startSnmpd([poller], options)
  closers.push(() => agent.stop())
  return agent
}

const named = (name: string) => ({ kind: 'ok', value: [{ value: { kind: 'octets', value: Buffer.from(name) } }] })

const places = [
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
] as const
const versions = [{ version: '1', community: 'public' } as const, community, user]

snmpdTest.each(places.flatMap((place) => versions.map((credential) => [...place, credential] as const)))(
  'snmpd answers by %s at %s: $2.version',
  async (transport, address, credential) => {
    const { port } = await snmpd({ also: ['udp6:[::1]', 'tcp:127.0.0.1', 'tcp6:[::1]'] })
    const { device, engine } = deviceAt({ transport, address, credential, port })
    expect(await device.get([SYS_NAME])).toMatchObject(named('sw1.example.net'))
    const table = await device.readColumns(['1.3.6.1.2.1.2.2.1.2', '1.3.6.1.2.1.31.1.1.1.6'])
    expect(table).toMatchObject({ kind: 'ok', value: { stopped: null } })
    expect(engine.counters.malformed).toBe(0)
  },
)

snmpdTest('snmpd that starts again with its next boots is asked again at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-snmpd-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const first = await startSnmpd([poller], { folder })
  const { device, engine } = deviceAt({ credential: user, port: first.port })
  expect(await device.get([SYS_NAME])).toMatchObject(named('sw1.example.net'))
  await first.stop('politely')
  await snmpd({ folder, atPort: first.port })
  const before = engine.counters.requests
  expect(await device.get([SYS_NAME])).toMatchObject(named('sw1.example.net'))
  // The question, the report of its new time, the question again.
  expect(engine.counters.requests - before).toBe(2)
})

snmpdTest('snmpd that starts again is found over TCP by a new connection', async () => {
  const also = ['tcp:127.0.0.1']
  const first = await startSnmpd([poller], { also })
  const { device } = deviceAt({ credential: community, port: first.port, transport: 'tcp' })
  expect(await device.get([SYS_NAME])).toMatchObject(named('sw1.example.net'))
  await first.stop()
  await snmpd({ also, atPort: first.port })
  expect(await device.get([SYS_NAME])).toMatchObject(named('sw1.example.net'))
})

snmpdTest.each([community, user])('contexts of snmpd are read side by side: v$version', async (credential) => {
  const inner = await startSnmpd([], { lines: ['sysName vlan-10.example.net'] })
  closers.push(() => inner.stop())
  const { port } = await snmpd({
    lines: [
      'view all included .1',
      `proxy -Cn vlan-10 -v 2c -c public 127.0.0.1:${inner.port} .1.3.6.1.2.1.1`,
      'rouser poller priv -V all vlan-10',
      'com2sec -Cn vlan-10 in-vlan-10 127.0.0.1 public@vlan-10',
      'group vlans v2c in-vlan-10',
      'access vlans vlan-10 v2c noauth exact all none none',
    ],
  })
  const { device } = deviceAt({ credential, port })
  const view = device.inContext('vlan-10')
  const [outside, inside] = await Promise.all([device.get([SYS_NAME]), view.get([SYS_NAME])])
  expect(outside).toMatchObject(named('sw1.example.net'))
  expect(inside).toMatchObject(named('vlan-10.example.net'))
})
