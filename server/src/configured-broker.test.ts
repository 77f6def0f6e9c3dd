import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AgentId, epochMs, SiteName } from '@eyenet/shared/identity'
import {
  ackTopic,
  certificateTopic,
  desiredTopic,
  keysTopic,
  LANES,
  laneTopic,
  type Peer,
  publicAlertTopic,
  publicDeviceTopic,
  renewalTopic,
  replyTopic,
  statusTopic,
  taskTopic,
} from '@eyenet/shared/wire'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectPacket, PINGREQ, publishPacket, subscribePacket } from './broker/mqtt-packets.testkit.ts'
import {
  type Credential,
  certified,
  type Dialled,
  dialIn,
  type EncryptedWorld,
  encryptedWorld,
  enrolAgent,
  type Login,
} from './configured-broker.testkit.ts'
import { openDatabase } from './db/db.ts'
import { openAuthority, revokeSerial } from './pki/pki.ts'

const HOME = SiteName.parse('home')
const BRANCH = SiteName.parse('branch')
const DAY_MS = 86_400_000
const BY = { name: 'test', address: 'local' }

let world: EncryptedWorld
/** Logins that are let in, and those that are not. */
const good: Record<string, Login & { readonly peer?: Peer }> = {}
const bad: Record<string, Login> = {}

type Enrolled = Peer & { readonly credential: Credential }
const byCertificate = ({ agent, credential }: Enrolled): Login => ({ clientId: agent, credential })

beforeAll(async () => {
  world = await encryptedWorld()
  const { auth, db, fleet } = world
  const [a, b, neighbour, revoked, removed, renewed] = await Promise.all(
    [HOME, BRANCH, HOME, HOME, HOME, HOME].map((site) => enrolAgent(world, site)),
  )
  if (!a || !b || !neighbour || !revoked || !removed || !renewed) throw new Error('not enrolled')
  const token = async (name: string, role: 'integration' | 'viewer') => auth.tokens.add({ name, role }, BY)
  const tokens = { integration: await token('board', 'integration'), viewer: await token('eye', 'viewer') }
  const gone = await token('gone', 'integration')
  await auth.tokens.remove(gone.id, BY)
  await fleet.trust.revoke(revoked.agent)
  await fleet.remove(removed.agent)
  const strangers = await openAuthority(await openDatabase(':memory:'), world.vault, epochMs(Date.now()))
  const other = await openDatabase(':memory:')
  const expired = await certified(world, neighbour.agent, epochMs(Date.now() - 40 * DAY_MS))
  const serial = await certified(world, neighbour.agent, epochMs(Date.now() - DAY_MS))
  await revokeSerial(db, await serialOf(serial), epochMs(Date.now()))
  const foreign = await certified({ authority: strangers, db: other }, a.agent, epochMs(Date.now()))
  const fresh = await certified(world, renewed.agent, epochMs(Date.now() + 1))
  const used = await dialIn(world, { clientId: renewed.agent, credential: fresh })
  used?.socket.destroy()
  await other.destroy()
  const enrolment = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  Object.assign(good, {
    'an agent': { ...byCertificate(a), peer: a },
    'an agent that names itself': { ...byCertificate(neighbour), username: neighbour.agent, peer: neighbour },
    'an agent of another site': { ...byCertificate(b), peer: b },
    'an integration': { clientId: 'board', username: 'x', password: tokens.integration.token },
    'a viewer': { clientId: 'eye', username: 'x', password: tokens.viewer.token },
  })
  Object.assign(bad, {
    nobody: { clientId: 'nobody' },
    'an agent without its certificate': { clientId: a.agent, username: a.agent, password: 'anything' },
    "a certificate with another agent's id": { clientId: b.agent, credential: a.credential },
    "a certificate with another agent's name and id": {
      clientId: b.agent,
      username: b.agent,
      credential: a.credential,
    },
    'a revoked agent': byCertificate(revoked),
    'a revoked agent with a good API token': { ...byCertificate(revoked), password: tokens.integration.token },
    'a revoked certificate of a good agent': { clientId: neighbour.agent, credential: serial },
    'a removed agent': byCertificate(removed),
    'an expired certificate': { clientId: neighbour.agent, credential: expired },
    'a certificate of another CA': { clientId: a.agent, credential: foreign },
    'a copy from before the renewal': byCertificate(renewed),
    'the certificate of the server': { clientId: a.agent, credential: world.source.current() },
    'a made-up token': { clientId: 'board', username: 'x', password: 'eyn_nothing' },
    'a removed token': { clientId: 'board', username: 'x', password: gone.token },
    "a token under an agent's id": { clientId: a.agent, username: 'x', password: tokens.integration.token },
    'an enrolment token': { clientId: 'board', username: 'x', password: enrolment.token },
  })
})
afterAll(() => world.close())

async function serialOf({ cert }: Credential): Promise<string> {
  const { X509Certificate } = await import('node:crypto')
  return new X509Certificate(cert).serialNumber
}

const up = (peer: Peer) => [
  ...[statusTopic(peer), replyTopic(peer), renewalTopic(peer)],
  ...LANES.map((lane) => laneTopic(peer, lane)),
]
const down = (peer: Peer) => [
  ...[ackTopic(peer), desiredTopic(peer), taskTopic(peer), certificateTopic(peer), keysTopic(peer)],
]
const PUBLIC = [publicAlertTopic('1'), publicDeviceTopic('2'), 'eyenet/v1/public/metrics/2/x']
/** The `#` of a filter stands for its parent too (MQTT 3.1.1, section 4.7.1.2); the server says nothing there. */
const HEARD = [...PUBLIC, 'eyenet/v1/public']
// Levels are names: two dots lead nowhere else.
const PUBLIC_FILTERS = [
  ...[...PUBLIC, 'eyenet/v1/public/#', 'eyenet/v1/public/+/1', 'eyenet/v1/public/alerts/+', 'eyenet/v1/public/../#'],
]

/** What nobody may name, whoever it is. */
function hostile(peer: Peer): readonly string[] {
  const { site, agent } = peer
  const own = `eyenet/v1/${site}/${agent}`
  return [
    ...['#', '+', '/', '+/#', '/#', 'eyenet/#', 'eyenet/v1/#', 'eyenet/v1/+/#', `eyenet/v1/${site}/#`, `${own}/#`],
    ...[`${own}/+`, `${own}/up/+`, `${own}/up/#`, `${own}/down/+`, `${own}/down/#`, `eyenet/v1/+/${agent}/down/ack`],
    ...[
      `eyenet/v1/${site}/+/down/task`,
      `eyenet/+/${site}/${agent}/down/task`,
      `${own}/up/samples/x`,
      `${own}/status/`,
    ],
    ...[`${own}/up`, `${own}/down`, own, `/${own}/status`, `eyenet/v2/${site}/${agent}/status`, `${own}/up/other`],
    ...[
      `eyenet/v1/${site}/${agent.toUpperCase()}/status`,
      'eyenet/v1/public',
      'eyenet/v1/publicity/#',
      '$eyenet/nowhere',
    ],
    ...[
      '$SYS/#',
      '$SYS/broker/uptime',
      '$SYS/+/new/clients',
      '$share/g/eyenet/v1/public/#',
      `$share/g/${own}/down/task`,
    ],
    ...['$share/g/#', '$queue/#', ' ', '\u0001', 'x'.repeat(60)],
  ]
}

const STRANGER: Peer = { site: HOME, agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }
const peers = () => [...Object.values(good).flatMap(({ peer }) => peer ?? []), STRANGER]
const everything = () => [
  ...new Set([...peers().flatMap((peer) => [...up(peer), ...down(peer), ...hostile(peer)]), ...PUBLIC_FILTERS]),
]

test('whoever is not listed is not let in, and is not told why', async () => {
  const admitted: string[] = []
  for (const [who, login] of Object.entries(bad)) if (await dialIn(world, login)) admitted.push(who)
  expect(admitted).toEqual([])
  expect(Object.keys(bad)).toHaveLength(16)
})

test('a line without TLS, or with an old one, is not answered', async () => {
  const { port } = world.broker
  const plain = connectPlain(port, '127.0.0.1')
  const heard: Buffer[] = []
  plain.on('data', (chunk) => heard.push(chunk))
  plain.on('error', () => {})
  plain.write(connectPacket('board'))
  await new Promise<void>((resolve) => plain.once('close', () => resolve()))
  expect(Buffer.concat(heard).includes(Buffer.of(0x20, 2))).toBe(false)
  const old = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
  })
  await expect(
    new Promise((resolve, reject) => old.once('secureConnect', resolve).once('error', reject)),
  ).rejects.toThrow()
})

test('each identity may subscribe to what is listed and nothing else, and hears nothing else', async () => {
  const topics = everything()
  const sent = topics.filter((topic) => !/[#+]/.test(topic) && topic.trim() !== '' && !topic.startsWith('$'))
  const clients: { who: string; client: Dialled; allowed: readonly string[] }[] = []
  for (const [who, login] of Object.entries(good)) {
    const client = await dialIn(world, login)
    if (client === undefined) throw new Error(`${who} was not let in`)
    const allowed = login.peer === undefined ? PUBLIC_FILTERS : down(login.peer)
    client.socket.write(subscribePacket(topics))
    await client.until(() => client.packets().some(({ type }) => type === 9))
    const granted =
      client
        .packets()
        .find(({ type }) => type === 9)
        ?.body.subarray(2) ?? Buffer.alloc(0)
    expect(granted.length, who).toBe(topics.length)
    expect(topics.filter((_, at) => granted[at] !== 0x80).sort(), who).toEqual([...allowed].sort())
    clients.push({ who, client, allowed: login.peer === undefined ? HEARD : down(login.peer) })
  }
  for (const topic of sent) await world.broker.publish(topic, 'x')
  for (const { who, client, allowed } of clients) {
    const heardNow = (): readonly string[] =>
      client
        .packets()
        .flatMap(({ type, body }) => (type === 3 ? [body.subarray(2, 2 + body.readUInt16BE(0)).toString()] : []))
    await client.until(() => new Set(heardNow()).size >= allowed.length)
    client.socket.write(PINGREQ)
    await client.until(() => client.packets().some(({ type }) => type === 13))
    const heard = heardNow()
    // What the server itself had to say, such as a desired state, comes on its topics too.
    expect([...new Set(heard)].sort(), who).toEqual([...allowed].sort())
    client.socket.destroy()
    await client.closed
  }
})

test('each identity may publish to what is listed and nothing else, whatever the quality of service', async () => {
  const topics = everything()
  for (const [who, login] of Object.entries(good)) {
    const allowed = login.peer === undefined ? [] : up(login.peer)
    for (const qos of [0, 1, 2]) {
      world.said.length = 0
      // A filter is no topic: a client that publishes to one is cut off.
      const filters = topics.filter((topic) => /[#+]/.test(topic))
      const plain = topics.filter((topic) => !filters.includes(topic))
      const client = await dialIn(world, login)
      if (client === undefined) throw new Error(`${who} was not let in`)
      for (const [at, topic] of plain.entries()) {
        client.socket.write(publishPacket(topic, Buffer.from('x'), { qos, id: at + 1 }))
      }
      if (qos < 2) await expect.poll(() => world.said.length).toBeGreaterThanOrEqual(allowed.length)
      client.socket.write(PINGREQ)
      await client.until(() => client.packets().some(({ type }) => type === 13))
      client.socket.destroy()
      await client.closed
      if (qos === 1) {
        for (const topic of filters) {
          const one = await dialIn(world, login)
          one?.socket.write(Buffer.concat([publishPacket(topic, Buffer.from('x')), PINGREQ]))
          await one?.until(() => one.packets().length >= 2)
          one?.socket.destroy()
        }
      }
      const heard = world.said.map(({ kind, ...peer }) => topicOf(peer, kind))
      expect([...heard].sort(), `${who}, QoS ${qos}`).toEqual(qos === 2 ? [] : [...allowed].sort())
    }
  }
})

function topicOf(peer: Peer, kind: (typeof world.said)[number]['kind']): string {
  if (kind === 'status') return statusTopic(peer)
  if (kind === 'reply') return replyTopic(peer)
  return kind === 'renewal' ? renewalTopic(peer) : laneTopic(peer, kind)
}

test('an enrolment token that is used, cut short, changed or stolen after its use enrols nobody', async () => {
  const { fleet } = world
  const { token } = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  const enrolled = await enrolWith(token)
  expect(enrolled).toBe('enrolled')
  expect(await enrolWith(token)).toBe('unauthenticated')
  const other = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  expect(await enrolWith(other.token.replace('eye_enrol_', 'eye_enrol_x'))).toBe('unauthenticated')
  expect(await enrolWith(`.${other.token.split('.')[1]}`)).toBe('unauthenticated')
  await world.db
    .updateTable('enrolment_tokens')
    .set({ expires_at: epochMs(Date.now() - 1) })
    .execute()
  expect(await enrolWith(other.token)).toBe('unauthenticated')
})

test('where agents need certificates, one that asks for none, or for nonsense, is refused and the token stays good', async () => {
  const { token } = await world.fleet.createEnrolmentToken({ site: HOME }, 'test')
  expect(await enrolWith(token, { csr: undefined })).toBe('invalid')
  expect(await enrolWith(token, { csr: 'nonsense' })).toBe('invalid')
  expect(await enrolWith(token)).toBe('enrolled')
})

async function enrolWith(token: string, changed: { csr?: string | undefined } = {}): Promise<string> {
  const { requestOf } = await import('./pki/certificate-request.testkit.ts')
  const { agentKey } = await import('./fleet/fleet.testkit.ts')
  const encryptionKey = (await agentKey()).publicJwk
  const request = { token, hostname: 'box', version: '1', encryptionKey, csr: (await requestOf()).csr, ...changed }
  const { csr, ...rest } = request
  return world.fleet.enrol(csr === undefined ? rest : { ...rest, csr }).then(
    (answer) =>
      answer.mqttPassword === undefined && answer.certificate !== undefined ? 'enrolled' : 'with a password',
    (thrown) => thrown.code,
  )
}

test('revocation cuts a live connection at once, and holds when the server shows a new certificate', async () => {
  const [victim, bystander] = [await enrolAgent(world, HOME), await enrolAgent(world, HOME)]
  const live = await dialIn(world, byCertificate(victim))
  const beside = await dialIn(world, byCertificate(bystander))
  if (live === undefined || beside === undefined) throw new Error('not let in')
  await vi.waitFor(async () => expect((await world.fleet.get(victim.agent))?.state).toBe('connected'))
  await world.fleet.trust.revoke(victim.agent)
  await live.closed
  expect(await dialIn(world, byCertificate(victim))).toBeUndefined()
  const before = world.source.current().cert
  world.names.push('new.example.net')
  await world.source.refresh()
  expect(world.source.current().cert).not.toBe(before)
  expect(await dialIn(world, byCertificate(victim))).toBeUndefined()
  const shown = await dialIn(world, { clientId: 'board', ...good['an integration'] })
  expect(shown?.socket.getPeerX509Certificate()?.checkHost('new.example.net')).toBeDefined()
  beside.socket.write(PINGREQ)
  await beside.until(() => beside.packets().some(({ type }) => type === 13))
  expect(beside.packets().some(({ type }) => type === 13)).toBe(true)
  expect((await world.fleet.get(victim.agent))?.revokedAt).toBeGreaterThan(0)
})

test('what another process revokes in the database is cut off too', async () => {
  const victim = await enrolAgent(world, HOME)
  const live = await dialIn(world, byCertificate(victim))
  await vi.waitFor(async () => expect((await world.fleet.get(victim.agent))?.state).toBe('connected'))
  await revokeSerial(world.db, await serialOf(victim.credential), epochMs(Date.now()))
  await world.fleet.trust.cutRevoked()
  await live?.closed
  expect(await dialIn(world, byCertificate(victim))).toBeUndefined()
})
