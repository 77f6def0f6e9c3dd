import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type AgentId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import type { Peer, UpTopic } from '@eyenet/shared/wire'
import { exportJWK, generateKeyPair } from 'jose'
import { pino } from 'pino'
import { createAuth } from './auth/auth.ts'
import { type Broker, openEmbeddedBroker } from './broker/broker.ts'
import { connectPacket } from './broker/mqtt-packets.testkit.ts'
import { identify } from './configured-broker.ts'
import { openDatabase } from './db/db.ts'
import { openFleet } from './fleet/fleet.ts'
import { requestOf } from './pki/certificate-request.testkit.ts'
import { openAuthority, openTlsSource, ownCertificate, recordIssued } from './pki/pki.ts'
import { openStore } from './store/store.ts'
import { vaultOf } from './vault/vault.ts'

export type Credential = { readonly cert: string; readonly key: string }

export type EncryptedWorld = Awaited<ReturnType<typeof encryptedWorld>>

/** A real broker with TLS, a fleet and API tokens behind it. What agents say is written down. */
export async function encryptedWorld() {
  const logger = pino({ level: 'silent' })
  const now = () => epochMs(Date.now())
  const db = await openDatabase(':memory:')
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-access-'))
  const store = await openStore({ folder, logger, clock: { now } })
  const vault = vaultOf(new Uint8Array(32).fill(9))
  const authority = await openAuthority(db, vault, now())
  const names = ['localhost', '127.0.0.1']
  const source = await openTlsSource(() => ownCertificate({ db, vault, authority, now, names: () => names }), logger)
  const auth = createAuth({ db, vault })
  const late: { broker?: Broker } = {}
  const fleet = await openFleet({
    ...{ db, store, vault, logger, now },
    send: async (topic, payload, options) => late.broker?.publish(topic, payload, options),
    disconnect: (agent) => late.broker?.disconnect(agent),
    mqttUrl: 'mqtts://:8883',
    serverUrl: 'https://eyenet.example.net',
    trust: { authority, wantsCertificates: true, brokerCas: authority.certificate },
    onRemoved: () => {},
  })
  const tls = { source, clientCa: authority.certificate }
  const said: UpTopic[] = []
  const broker = await openEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, maxPacketBytes: 100_000, maxConnections: 200, logger, tls },
    authenticate: (login) => identify({ fleet, auth, tls }, login),
    onUp: async (up, payload) => {
      said.push(up)
      if (up.kind === 'renewal') await fleet.trust.renew(up, payload)
      if (up.kind === 'status') await fleet.receivePresence(up, payload)
    },
    onConnected: (identity, address) => {
      if (identity.kind === 'agent') void fleet.connected(identity.agent, address)
    },
    onDisconnected: (identity) => {
      if (identity.kind === 'agent') void fleet.disconnected(identity.agent)
    },
    onDenied: () => {},
  })
  late.broker = broker
  const close = async (): Promise<void> => {
    await broker.close()
    await fleet.close()
    source.close()
    await store.close()
    await db.destroy()
  }
  return { db, vault, authority, source, names, auth, fleet, broker, said, close }
}

/** An agent of that site with its certificate. */
export async function enrolAgent(
  { fleet }: EncryptedWorld,
  site: SiteName,
): Promise<Peer & { credential: Credential }> {
  const { token } = await fleet.createEnrolmentToken({ site }, 'test')
  const { csr, key } = await requestOf()
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  const { x = '', y = '' } = await exportJWK(publicKey)
  const encryptionKey = { kty: 'EC', crv: 'P-256', x, y } as const
  const answer = await fleet.enrol({ token, hostname: 'box', version: '0.1.0', encryptionKey, csr })
  return { site, agent: answer.agent, credential: { cert: answer.certificate ?? '', key } }
}

/** Another certificate of that agent, as if it had been issued then. */
export async function certified(
  { authority, db }: Pick<EncryptedWorld, 'authority' | 'db'>,
  agent: AgentId,
  at: EpochMs,
): Promise<Credential> {
  const { csr, key } = await requestOf()
  const issued = await authority.signAgent(csr, agent, at)
  await recordIssued(db, agent, { ...issued, at })
  return { cert: issued.certificate, key }
}

export type Login = {
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  readonly credential?: Credential
}

/** An MQTT client of bytes, after its CONNECT was answered; undefined when it was not let in. */
export async function dialIn(
  { broker, authority }: EncryptedWorld,
  { clientId, credential, ...login }: Login,
): Promise<Dialled | undefined> {
  const socket = connectTls({ port: broker.port, host: '127.0.0.1', ca: authority.certificate, ...credential })
  const client = new Dialled(socket)
  socket.write(connectPacket(clientId, login))
  await client.until((bytes) => bytes.length >= 4)
  return client.heard[0] === 0x20 && client.heard[3] === 0 ? client : undefined
}

export class Dialled {
  readonly socket: TLSSocket
  /** Resolves when the other end, or this one, has ended it. */
  readonly closed: Promise<void>
  heard = Buffer.alloc(0)
  #isClosed = false
  #look: () => void = () => {}

  constructor(socket: TLSSocket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.heard = Buffer.concat([this.heard, chunk])
      this.#look()
    })
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        this.#isClosed = true
        this.#look()
        resolve()
      }),
    )
  }

  /** Waits until what was heard so far fits, or the connection has ended. */
  async until(fits: (bytes: Buffer) => boolean): Promise<void> {
    while (!this.#isClosed && !fits(this.heard)) {
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
  }

  /** Ends it and answers the packets that were heard, CONNACK included, as type and body. */
  packets(): { readonly type: number; readonly body: Buffer }[] {
    const found: { type: number; body: Buffer }[] = []
    for (let at = 0; at + 1 < this.heard.length; ) {
      const type = (this.heard[at] ?? 0) >> 4
      let [length, shift, next] = [0, 0, at + 1]
      for (let more = true; more; next += 1, shift += 7) {
        const byte = this.heard[next] ?? 0
        length |= (byte & 0x7f) << shift
        more = (byte & 0x80) !== 0
      }
      if (next + length > this.heard.length) break
      found.push({ type, body: this.heard.subarray(next, next + length) })
      at = next + length
    }
    return found
  }
}
