import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { epochMs } from '@eyenet/shared/identity'
import {
  type Acknowledgement,
  KEYS_TYPE,
  type KeyEnd,
  parseUpTopic,
  SIGNED_TYPES,
  type SigningKey,
} from '@eyenet/shared/wire'
import { Aedes } from 'aedes'
import { CompactEncrypt, CompactSign, importJWK } from 'jose'
import { AgentIdentity } from './identity-file.ts'

export type Published = {
  readonly topic: string
  readonly kind: string
  readonly payload: Buffer
  readonly retain: boolean
}

/** A real MQTT broker and what was published through it. */
export class TestBroker {
  readonly published: Published[] = []
  /** The password it takes; undefined takes any. */
  password: string | undefined
  connects = 0
  /** A larger message in a lane ends its connection. */
  maxPayload = Number.POSITIVE_INFINITY
  #aedes: Aedes | undefined
  #server: Server | undefined
  readonly #sockets = new Set<Socket>()
  #port = 0
  #waiting: { check: () => boolean; done: () => void }[] = []

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker()
    this.#aedes = aedes
    aedes.authenticate = (...[, , password, done]) => {
      this.connects++
      if (this.password === undefined || password?.toString() === this.password) done(null, true)
      else done(Object.assign(new Error('refused'), { returnCode: 4 }), false)
      this.#look()
    }
    aedes.authorizePublish = (...[, packet, done]) => {
      if (packet.payload.length > this.maxPayload && !packet.topic.endsWith('/status'))
        done(new Error('the packet is too large'))
      else done(null)
    }
    aedes.on('publish', (packet, client) => {
      if (client === null && !packet.retain && !packet.topic.endsWith('/status')) return
      const payload = Buffer.from(packet.payload)
      const kind = parseUpTopic(packet.topic)?.kind ?? ''
      if (kind !== '') this.published.push({ topic: packet.topic, kind, payload, retain: packet.retain })
      this.#look()
    })
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      aedes.handle(socket)
    })
    this.#server = server
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done))
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  async stop(): Promise<void> {
    this.cut()
    await new Promise((done) => this.#server?.close(done))
    await new Promise<void>((done) => (this.#aedes ? this.#aedes.close(() => done()) : done()))
  }

  /** Resolves once something published makes this true. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve()
    return new Promise((done) => this.#waiting.push({ check, done }))
  }

  of(kind: string): Published[] {
    return this.published.filter((one) => one.kind === kind)
  }

  async send(topic: string, payload: string, retain = false): Promise<void> {
    await new Promise<void>((done) =>
      this.#aedes?.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false }, () =>
        done(),
      ),
    )
  }

  #look(): void {
    const ready = this.#waiting.filter((one) => one.check())
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one))
    for (const one of ready) one.done()
  }
}

export function ackFor(epoch: Acknowledgement['epoch'], lanes: Acknowledgement['lanes']): string {
  const ack: Acknowledgement = { epoch, lanes, resendDefinitions: false, refused: [], at: epochMs(1_700_000_000_000) }
  return JSON.stringify(ack)
}

/** A signing key as servers make them. */
export function newServerKey(kid: string) {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid } as const
}
export type ServerKey = ReturnType<typeof newServerKey>

export const publicOf = ({ kty, crv, x, kid }: ServerKey): SigningKey => ({ kty, crv, x, kid })

/** What a key says of others, as servers do. */
export async function announcement(by: ServerKey, said: unknown, typ: string = KEYS_TYPE): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(said)))
    .setProtectedHeader({ alg: 'EdDSA', kid: by.kid, typ })
    .sign(await importJWK({ ...by }, 'EdDSA'))
}

export const successor = (by: ServerKey, key: ServerKey): Promise<string> =>
  announcement(by, { kind: 'successor', at: 1, key: publicOf(key) })

export const ended = (by: ServerKey, key: ServerKey, why: KeyEnd): Promise<string> =>
  announcement(by, { kind: 'ended', at: 1, kid: key.kid, why })

export const chainOf = (announcements: readonly string[]): string => JSON.stringify({ announcements })

/** An enrolled agent and its server's signing key. */
export function newPair(mqttUrl: string): { identity: AgentIdentity; sign: Signer; server: ServerKey } {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const server = newServerKey('k1')
  const identity = AgentIdentity.parse({
    agent: randomUUID(),
    site: 'test',
    name: 'agent under test',
    mqttUrl,
    mqttPassword: 'secret',
    signingKey: publicOf(server),
    privateKey: own,
  })
  const sign: Signer = async (value, { typ = SIGNED_TYPES.desired, by = server, kid = by.kid } = {}) => {
    const { x, y } = identity.privateKey
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ECDH-ES'))
    return new CompactSign(Buffer.from(sealed))
      .setProtectedHeader({ alg: 'EdDSA', kid, typ })
      .sign(await importJWK({ ...by }, 'EdDSA'))
  }
  return { identity, sign, server }
}

export type Signer = (
  value: unknown,
  header?: { readonly typ?: string; readonly kid?: string; readonly by?: ServerKey },
) => Promise<string>
