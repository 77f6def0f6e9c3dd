import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { EnrolmentRequest } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { AgentId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { importJWK } from 'jose'
import type { AgentRow, ControlDb } from '../db/db.ts'

/** Long enough to walk to the other machine. */
export const TOKEN_LIFE_MS = 15 * 60_000
const TOKEN_PREFIX = 'eye_enrol_'
/** Unused tokens that may be open at once; more are a mistake or an attack. */
const MAX_OPEN_TOKENS = 1_000

/** The second part of the topics that every integration may read. */
const RESERVED_SITE = 'public'

export type NewToken = { readonly site: SiteName; readonly name?: string; readonly by: string }

/** Makes a single-use token; only its hash is kept. */
export async function createToken(db: ControlDb, { site, name, by }: NewToken, now: EpochMs): Promise<string> {
  if (site === RESERVED_SITE) {
    throw new EyeNetError(
      'invalid',
      `a site cannot be named ${site}: what is under that name is for integrations to read`,
    )
  }
  await db.deleteFrom('enrolment_tokens').where('expires_at', '<', now).execute()
  const { open } = await db
    .selectFrom('enrolment_tokens')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .executeTakeFirstOrThrow()
  if (open >= MAX_OPEN_TOKENS) {
    throw new EyeNetError('too_many', `${open} enrolment tokens are open; wait until they expire, 15 minutes at most`)
  }
  const token = TOKEN_PREFIX + randomBytes(24).toString('base64url')
  const row = { hash: hashOf(token), site, name: name ?? null, expires_at: epochMs(now + TOKEN_LIFE_MS), used_at: null }
  await db
    .insertInto('enrolment_tokens')
    .values({ ...row, created_by: by })
    .execute()
  return token
}

/** Uses up the token and makes the agent. Answers the row and the password, which is kept nowhere. */
export async function useToken(
  db: ControlDb,
  request: EnrolmentRequest,
  now: EpochMs,
): Promise<{ agent: AgentRow; password: string }> {
  await checkKey(request.encryptionKey)
  const password = randomBytes(32).toString('base64url')
  return db.transaction().execute(async (trx) => {
    const token = await trx
      .updateTable('enrolment_tokens')
      .set({ used_at: now })
      .where('hash', '=', hashOf(secretPartOf(request.token)))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['site', 'name'])
      .executeTakeFirst()
    if (token === undefined) {
      throw new EyeNetError(
        'unauthenticated',
        'the enrolment token is unknown, used or older than 15 minutes; make a new one under Agents in the page',
      )
    }
    const agent: AgentRow = {
      id: AgentId.parse(randomUUID()),
      name: token.name ?? request.hostname,
      site: token.site,
      password_hash: hashOf(password),
      encryption_key: JSON.stringify(request.encryptionKey),
      hostname: request.hostname,
      version: request.version,
      enrolled_at: now,
      state: 'never',
      state_since: now,
      desired_revision: 0,
      actual_revision: 0,
      ping: null,
      clock_skew_ms: null,
      revoked_at: null,
      ...NO_CONFIGURATION_YET,
    }
    await trx.insertInto('agents').values(agent).execute()
    return { agent, password }
  })
}

/** An agent that has just enrolled is in no group and has said nothing of what it runs. */
const NO_CONFIGURATION_YET = {
  group_name: null,
  takes_settings: 0,
  applied: null,
  rejected: null,
  file_rules: null,
  resends: 0,
} as const

/** A key that is no point of the curve would show only when the agent is told something. */
async function checkKey(key: EnrolmentRequest['encryptionKey']): Promise<void> {
  try {
    await importJWK(key, 'ECDH-ES')
  } catch (cause) {
    throw new EyeNetError('invalid', "the agent's encryption key is not a P-256 key; enrol it again", { cause })
  }
}

/** The agent with this id and password, if both are right. */
export async function agentOfLogin(db: ControlDb, id: string, password: string): Promise<AgentRow | undefined> {
  const agent = AgentId.safeParse(id)
  if (!agent.success) return undefined
  const row = await db.selectFrom('agents').selectAll().where('id', '=', agent.data).executeTakeFirst()
  if (row === undefined || row.revoked_at !== null) return undefined
  const matches = timingSafeEqual(Buffer.from(hashOf(password)), Buffer.from(row.password_hash))
  return matches ? row : undefined
}

/** What follows the dot is for the agent: the fingerprint of this server's certificate authority. */
function secretPartOf(token: string): string {
  return token.split('.', 1)[0] ?? ''
}

// Tokens and passwords are random and long: a plain hash is enough.
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
