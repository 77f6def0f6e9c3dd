import type { SigningKeyResource } from '@eyenet/shared/api'
import type { AgentId } from '@eyenet/shared/identity'
import { type KeyChain, keysTopic, type Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb } from '../db/db.ts'
import type { Downlink } from './downlink.ts'
import type { SigningKeys } from './signing-keys.ts'

/** What the API may ask of the signing keys. */
export interface SigningKeyChanges {
  list(): Promise<readonly SigningKeyResource[]>
  /** A new key: announced, and used once all connected agents know it; or at once. EyeNetError `conflict` while one waits. */
  rotate(how: { readonly atOnce: boolean }): Promise<void>
  /** Nobody shall believe this key again. EyeNetError `not_found` for an unknown one. */
  revoke(kid: string): Promise<void>
}

export type KeyDeliveryOptions = {
  readonly db: ControlDb
  readonly keys: SigningKeys
  readonly downlink: Downlink
  readonly logger: Logger
  readonly send: (topic: string, payload: string, options: { readonly retain: boolean }) => Promise<void>
  /** Tells these agents again what they should run, signed anew. */
  readonly tellDesired: (agents: readonly AgentId[]) => Promise<void>
}

/** Tells agents which keys sign, hears which they trust, and lets an announced key take over. */
export class KeyDelivery implements SigningKeyChanges {
  readonly #options: KeyDeliveryOptions
  /** What each agent trusts; at most one entry per agent. */
  readonly #trusted = new Map<AgentId, ReadonlySet<string>>()
  /** The newest of what was told; other than in the database when another process has changed it. */
  #told: string | undefined

  constructor(options: KeyDeliveryOptions) {
    this.#options = options
  }

  /** What is there at a start is told to each agent when it connects. */
  async begin(): Promise<void> {
    this.#told = (await this.#options.keys.announcements()).at(-1)
  }

  async list(): Promise<readonly SigningKeyResource[]> {
    const [keys, connected] = await Promise.all([this.#options.keys.list(), this.#connected()])
    return keys.map((one) => {
      const trustedBy = connected.filter((agent) => this.#trusted.get(agent)?.has(one.kid)).length
      return { ...one, trustedBy, connectedAgents: connected.length }
    })
  }

  async rotate({ atOnce }: { readonly atOnce: boolean }): Promise<void> {
    if (atOnce) await this.#options.keys.replaceAtOnce()
    else await this.#options.keys.announceNext()
    await this.look()
  }

  async revoke(kid: string): Promise<void> {
    await this.#options.keys.revoke(kid)
    await this.look()
  }

  /** Tells one agent, where there is anything to tell. */
  async tell(peer: Peer): Promise<void> {
    const announcements = await this.#options.keys.announcements()
    if (announcements.length > 0) await this.#send(peer, announcements)
  }

  /** The keys that an agent says it trusts. */
  heard(agent: AgentId, kids: readonly string[]): void {
    this.#trusted.set(agent, new Set(kids))
  }

  forget(agent: AgentId): void {
    this.#trusted.delete(agent)
  }

  /** Call it every few seconds: tells what has changed, and lets the announced key take over when it is time. */
  async look(): Promise<void> {
    await this.#tellNews()
    if (!(await this.#isKnownToAll()) || !(await this.#options.keys.takeOver())) return
    this.#options.logger.info('all connected agents know the announced signing key; it takes over')
    await this.#tellNews()
  }

  async #tellNews(): Promise<void> {
    const { keys, downlink, db, tellDesired } = this.#options
    const announcements = await keys.announcements()
    const news = announcements.at(-1)
    if (news === this.#told) return
    const isOther = await downlink.reload()
    this.#told = news
    const peers = await db.selectFrom('agents').select(['id', 'site', 'desired_revision']).execute()
    for (const { id, site } of peers) await this.#send({ agent: id, site }, announcements)
    if (isOther) await tellDesired(peers.filter((one) => one.desired_revision > 0).map((one) => one.id))
  }

  /** Whether a key waits that every connected agent trusts. Agents that are away read the announcements first. */
  async #isKnownToAll(): Promise<boolean> {
    const next = (await this.#options.keys.list()).find((one) => one.state === 'next')
    if (next === undefined) return false
    const connected = await this.#connected()
    return connected.every((agent) => this.#trusted.get(agent)?.has(next.kid))
  }

  async #connected(): Promise<readonly AgentId[]> {
    const rows = await this.#options.db.selectFrom('agents').select('id').where('state', '=', 'connected').execute()
    return rows.map(({ id }) => id)
  }

  async #send(peer: Peer, announcements: readonly string[]): Promise<void> {
    const chain: KeyChain = { announcements: [...announcements] }
    await this.#options.send(keysTopic(peer), JSON.stringify(chain), { retain: true })
  }
}
