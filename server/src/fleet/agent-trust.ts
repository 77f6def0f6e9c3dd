import { X509Certificate } from 'node:crypto'
import type { EnrolmentAnswer, EnrolmentRequest } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import {
  type Birth,
  certificateTopic,
  desiredTopic,
  type Peer,
  parseBoundedJson,
  RENEWAL_TYPE,
  type RenewalAnswer,
  RenewalRequest,
} from '@eyenet/shared/wire'
import { compactVerify, decodeProtectedHeader } from 'jose'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import { type Authority, forgetAgent, judgeLogin, recordIssued, revocations, revokeAgent } from '../pki/pki.ts'
import { conflictSentence, IdentityConflicts } from './identity-conflicts.ts'
import type { NewNotice } from './notices.ts'

/** What people may ask about the credentials of agents. */
export interface Trust {
  /** The certificate of the server's authority, PEM. */
  readonly ca: string
  /** The list of revoked certificates, PEM; good for 7 days. */
  crl(): Promise<string>
  /** Ends an agent's credentials for good and cuts its connection; what it has sent stays. EyeNetError `not_found`. */
  revoke(agent: AgentId): Promise<void>
}

export type TrustSettings = {
  readonly authority: Authority
  /** Agents log in by certificate and get no password. */
  readonly wantsCertificates: boolean
  /** CAs of the broker's certificate, PEM; undefined: agents ask their own system. */
  readonly brokerCas: string | undefined
}

export type AgentTrustOptions = TrustSettings & {
  readonly db: ControlDb
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly disconnect: (agent: AgentId) => void
  readonly send: (topic: string, payload: string, options: { readonly retain: boolean }) => Promise<void>
  readonly note: (notice: NewNotice) => void
}

/** What the command line has revoked is cut off within this time. */
const LOOK_MS = 2_000
/** Revocations that are so old were seen long ago, or happened while nobody could be connected. */
const NEWS_MS = 60_000
/** A request and its signature. */
const MAX_RENEWAL_BYTES = 16 * 1024
/** What goes wrong again and again is told that often. */
const TOLD_EVERY_MS = 600_000

/** Credentials of agents: their certificates from enrolment over renewal to revocation, and who uses one twice. */
export class AgentTrust implements Trust {
  readonly conflicts = new IdentityConflicts()
  readonly #options: AgentTrustOptions
  readonly #timer: NodeJS.Timeout
  /** Serial numbers of the last minute whose agent was cut off. */
  #cut: ReadonlySet<string> = new Set()

  constructor(options: AgentTrustOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      this.cutRevoked().catch((thrown: unknown) =>
        options.logger.error({ error: messageOf(thrown) }, 'could not look for revoked agents'),
      )
    }, LOOK_MS)
    this.#timer.unref()
  }

  get ca(): string {
    return this.#options.authority.certificate
  }

  async crl(): Promise<string> {
    const now = this.#options.now()
    return this.#options.authority.signCrl(await revocations(this.#options.db, now), now)
  }

  /** An enrolment token that also says whom the agent may believe. */
  pinned(token: string): string {
    return `${token}.${this.#options.authority.fingerprint}`
  }

  /** Throws `invalid` before a token is used up for a request that cannot be fulfilled. */
  async checkRequest({ csr }: EnrolmentRequest): Promise<void> {
    if (csr !== undefined) return this.#options.authority.checkRequest(csr)
    if (!this.#options.wantsCertificates) return
    const message = 'this agent is older than its server and asks for no certificate: update it, then enrol it again'
    throw new EyeNetError('invalid', message)
  }

  /** What a new agent logs in with. */
  async credentialsFor(
    agent: AgentId,
    { csr }: EnrolmentRequest,
    password: string,
  ): Promise<Pick<EnrolmentAnswer, 'mqttPassword' | 'certificate' | 'ca' | 'brokerCas'>> {
    const { wantsCertificates, brokerCas } = this.#options
    return {
      ...(!wantsCertificates && { mqttPassword: password }),
      ...(csr !== undefined && { certificate: await this.#issue(agent, csr) }),
      ca: this.ca,
      ...(brokerCas !== undefined && { brokerCas }),
    }
  }

  /** The agent of a certificate that a client has shown; undefined, and a notice, when it is worth nothing; `later` where
   * another process is connected with it. */
  async login(
    { fingerprint, isTrusted }: { readonly fingerprint: string; readonly isTrusted: boolean },
    address: string,
  ): Promise<{ agent: AgentId; site: SiteName } | 'later' | undefined> {
    const now = this.#options.now()
    const judged = await judgeLogin(this.#options.db, fingerprint, now)
    if (judged.kind === 'accepted' && isTrusted) {
      if (!this.conflicts.mustWait(judged.agent, now)) return judged
      const message = `Another process with the identity of this agent, at ${address}, must wait while one is connected.`
      this.#tell(judged.agent, 'identity-waits', message)
      return 'later'
    }
    if (judged.kind === 'accepted') return undefined
    this.#options.logger.warn({ ...judged, address }, 'a certificate was refused')
    if (judged.agent !== undefined) {
      const message = `A connection from ${address} with a certificate of this agent was refused: ${judged.reason}.`
      this.#tell(judged.agent, 'certificate-refused', message)
    }
    return undefined
  }

  async revoke(agent: AgentId): Promise<void> {
    const { db, now, disconnect, send, logger } = this.#options
    await revokeAgent(db, agent, now())
    disconnect(agent)
    const row = await db.selectFrom('agents').select('site').where('id', '=', agent).executeTakeFirst()
    logger.info({ agent }, 'the credentials of an agent were revoked')
    // What it should run is of no use to it any more, and of some to who holds its key.
    if (row === undefined) return
    await send(desiredTopic({ site: row.site, agent }), '', { retain: true }).catch((thrown: unknown) =>
      logger.warn({ agent, error: messageOf(thrown) }, 'the desired state of a revoked agent stays at the broker'),
    )
  }

  async removed(agent: AgentId): Promise<void> {
    await forgetAgent(this.#options.db, agent, this.#options.now())
    this.#options.disconnect(agent)
    this.conflicts.forget(agent)
  }

  /** Cuts off agents that another process has revoked. */
  async cutRevoked(): Promise<void> {
    const { db, now, disconnect } = this.#options
    const agents = await db
      .selectFrom('agents')
      .select('id')
      .where('state', '=', 'connected')
      .where('revoked_at', 'is not', null)
      .execute()
    for (const { id } of agents) disconnect(id)
    const at = now()
    const recent = await db
      .selectFrom('agent_certificates')
      .select(['serial', 'agent'])
      .where('revoked_at', '>', epochMs(at - NEWS_MS))
      .execute()
    // An agent that has another certificate comes back with that.
    for (const { serial, agent } of recent) if (!this.#cut.has(serial)) disconnect(agent)
    this.#cut = new Set(recent.map(({ serial }) => serial))
  }

  /** A request for a new certificate, signed by the key of the present one. */
  async renew(peer: Peer, payload: Uint8Array): Promise<void> {
    const { send, logger } = this.#options
    const answer = await this.#answerTo(peer, payload).catch((thrown: unknown): RenewalAnswer => {
      if (!(thrown instanceof EyeNetError)) throw thrown
      return { kind: 'refused', reason: thrown.message.slice(0, 500) }
    })
    if (answer.kind === 'refused') {
      logger.warn({ agent: peer.agent, reason: answer.reason }, 'a new certificate was refused')
      this.#tell(peer.agent, 'renewal-refused', `The server refused it a new certificate: ${answer.reason}.`)
    }
    await send(certificateTopic(peer), JSON.stringify(answer), { retain: false })
  }

  /** A process has introduced itself as this agent. */
  born(agent: AgentId, { instance, machine }: Birth): void {
    if (instance === undefined) return
    const at = this.#options.now()
    const conflict = this.conflicts.spoke(agent, { instance, machine, at })
    if (conflict === undefined) return
    this.#options.logger.warn({ agent, ...conflict }, 'two processes use the identity of one agent')
    this.#tell(agent, 'identity-conflict', conflictSentence(conflict))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #answerTo(peer: Peer, payload: Uint8Array): Promise<RenewalAnswer> {
    const refused = (reason: string): RenewalAnswer => ({ kind: 'refused', reason })
    if (payload.length > MAX_RENEWAL_BYTES) return refused('the request is too long')
    const { db, now } = this.#options
    const jws = new TextDecoder().decode(payload)
    const fingerprint = keyNamedIn(jws)
    if (fingerprint === undefined) return refused('the request is not signed')
    const judged = await judgeLogin(db, fingerprint, now())
    if (judged.kind === 'refused') return refused(`of the certificate that signed it: ${judged.reason}`)
    if (judged.agent !== peer.agent) return refused('it is signed by another agent')
    const key = new X509Certificate(judged.certificate).publicKey
    const verified = await compactVerify(jws, key, { algorithms: ['ES256'] }).catch(() => undefined)
    if (verified === undefined || verified.protectedHeader.typ !== RENEWAL_TYPE)
      return refused('its signature is wrong')
    const request = RenewalRequest.safeParse(parseBoundedJson(verified.payload))
    if (!request.success) return refused('this server does not understand it')
    return { kind: 'issued', certificate: await this.#issue(peer.agent, request.data.csr) }
  }

  async #issue(agent: AgentId, csr: string): Promise<string> {
    const { db, authority, now, logger } = this.#options
    const at = now()
    const issued = await authority.signAgent(csr, agent, at)
    await recordIssued(db, agent, { ...issued, at })
    logger.info({ agent, serial: issued.serial, until: new Date(issued.expiresAt) }, 'a certificate was issued')
    return issued.certificate
  }

  #tell(agent: AgentId, code: string, message: string): void {
    const at = this.#options.now()
    // The same one again within that time is the same notice.
    this.#options.note({ agent, key: `${agent}/${code}/${Math.floor(at / TOLD_EVERY_MS)}`, at, code, message })
  }
}

function keyNamedIn(jws: string): string | undefined {
  try {
    return decodeProtectedHeader(jws).kid
  } catch {
    return undefined
  }
}
