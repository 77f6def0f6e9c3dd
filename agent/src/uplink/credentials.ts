import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { EpochMs } from '@eyenet/shared/identity'
import { RENEWAL_TYPE, RenewalAnswer } from '@eyenet/shared/wire'
import { makeCertificateRequest } from './certificate-request.ts'
import { certificateState } from './certificate-times.ts'
import { type AgentIdentity, type ClientCertificate, writeIdentity } from './identity-file.ts'
import { systemCas } from './system-cas.ts'

/** What an MQTT connection is opened with. */
export type ConnectOptions = {
  readonly password?: string
  readonly cert?: string
  readonly key?: string
  readonly ca?: string[]
  readonly minVersion?: 'TLSv1.2'
}

export type Received =
  /** There is a new certificate: it is tried with the next connection. */
  { readonly kind: 'renewed' } | { readonly kind: 'refused'; readonly reason: string }

/** Between two requests for the same certificate. */
const ASK_EVERY_MS = 10 * 60_000

/** What the agent logs in with: its password, or its certificate and the one that is to follow it. */
export class Credentials {
  readonly #dataDir: string
  #identity: AgentIdentity
  /** Which of the certificates is tried. */
  #tried = 0
  #asked: { readonly key: string; readonly at: number } | undefined

  constructor(identity: AgentIdentity, dataDir: string) {
    this.#identity = identity
    this.#dataDir = dataDir
  }

  /** Whether it logs in by certificate. */
  get hasCertificate(): boolean {
    return this.#identity.tls !== undefined && this.#identity.mqttUrl.startsWith('mqtts:')
  }

  connectOptions(): ConnectOptions {
    const { tls, mqttPassword, mqttUrl } = this.#identity
    const password = mqttPassword === undefined ? {} : { password: mqttPassword }
    if (!mqttUrl.startsWith('mqtts:')) return password
    const trust = {
      ca: tls?.brokerCas === undefined ? [...systemCas()] : [tls.brokerCas],
      minVersion: 'TLSv1.2' as const,
    }
    const present = this.#present()
    return present === undefined
      ? { ...password, ...trust }
      : { ...password, ...trust, cert: present.certificate, key: present.key }
  }

  /** The server has let the agent in: what was tried is good, and the other one is of no use any more. */
  accepted(): void {
    const present = this.#present()
    if (present === undefined || this.#identity.tls?.certificates.length === 1) return
    this.#keep([present])
  }

  /** The server does not take what was tried. */
  refused(): void {
    const { length = 1 } = this.#identity.tls?.certificates ?? []
    this.#tried = (this.#tried + 1) % length
  }

  /** What people should know of the certificate: that it ends soon, or has ended, and what to do. */
  problem(now: EpochMs): string | undefined {
    const present = this.#present()
    if (present === undefined || !this.hasCertificate) return undefined
    const state = certificateState(present.certificate, now)
    if (state.kind === 'ending') {
      return `the certificate of this agent ends at ${state.until} and could not be renewed yet: see the log of the server, or enrol the agent anew in time`
    }
    if (state.kind !== 'over') return undefined
    return `the certificate of this agent has ended at ${state.until}: make a token in the page (Agents, Enrol an agent), then run \`eyenet-agent enrol URL --token-file FILE --force\` on this machine`
  }

  /** The request for a new certificate when it is time for one, signed by the key of the present one (RFC 7515). */
  async renewal(now: EpochMs, monotonicMs: number): Promise<string | undefined> {
    const present = this.#present()
    if (present === undefined || !this.hasCertificate || this.#identity.tls?.certificates.length === 2) return undefined
    if (certificateState(present.certificate, now).kind === 'fresh') return undefined
    if (this.#asked !== undefined && monotonicMs - this.#asked.at < ASK_EVERY_MS) return undefined
    const { csr, key } = makeCertificateRequest()
    this.#asked = { key, at: monotonicMs }
    const { raw } = new X509Certificate(present.certificate)
    const kid = createHash('sha256').update(raw).digest('base64url')
    const { CompactSign } = await import('jose')
    return new CompactSign(Buffer.from(JSON.stringify({ csr })))
      .setProtectedHeader({ alg: 'ES256', typ: RENEWAL_TYPE, kid })
      .sign(createPrivateKey(present.key))
  }

  /** The answer to a request; it comes from the broker, so nothing of it is believed unseen. */
  received(payload: Buffer): Received {
    const answer = RenewalAnswer.safeParse(parsed(payload))
    if (!answer.success) return { kind: 'refused', reason: 'this agent does not understand the answer' }
    if (answer.data.kind === 'refused') return answer.data
    const { certificate } = answer.data
    const fault = this.#faultOf(certificate)
    if (fault !== undefined) return { kind: 'refused', reason: fault }
    const key = this.#asked?.key
    const present = this.#present()
    if (key === undefined || present === undefined) return { kind: 'refused', reason: 'it was not asked for' }
    this.#keep([{ certificate, key }, present])
    return { kind: 'renewed' }
  }

  #faultOf(certificate: string): string | undefined {
    const { tls, agent } = this.#identity
    if (this.#asked === undefined || tls === undefined) return 'it was not asked for'
    try {
      const made = new X509Certificate(certificate)
      if (!made.checkPrivateKey(createPrivateKey(this.#asked.key))) return 'it is for another key'
      if (!made.verify(new X509Certificate(tls.authority).publicKey)) return 'it is of another CA'
      return made.subject === `CN=${agent}` ? undefined : 'it is for another agent'
    } catch {
      return 'it is no certificate'
    }
  }

  #present(): ClientCertificate | undefined {
    return this.#identity.tls?.certificates[this.#tried]
  }

  #keep(certificates: ClientCertificate[]): void {
    const { tls } = this.#identity
    if (tls === undefined) return
    const next = { ...this.#identity, tls: { ...tls, certificates } }
    writeIdentity(this.#dataDir, next)
    this.#identity = next
    this.#tried = 0
    this.#asked = undefined
  }
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString())
  } catch {
    return undefined
  }
}
