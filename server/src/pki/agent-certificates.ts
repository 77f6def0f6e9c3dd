import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, EpochMs, SiteName } from '@eyenet/shared/identity'
import { epochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'
import type { Issued } from './authority.ts'

export type CertificateJudgement =
  | { readonly kind: 'accepted'; readonly agent: AgentId; readonly site: SiteName; readonly certificate: string }
  | { readonly kind: 'refused'; readonly agent?: AgentId; readonly reason: string }

/** Certificates that an agent asked for and never used: more are a mistake or an attack. */
const MAX_UNUSED = 10
/** An answer that got lost is not waited for longer. */
const UNUSED_FOR_MS = 3_600_000
/** One that is over for longer is a stranger's, and not called expired any more. */
const KNOWN_AFTER_MS = 90 * 86_400_000

/** Keeps what was issued. EyeNetError `too_many` for an agent that asks and asks. */
export async function recordIssued(db: ControlDb, agent: AgentId, issued: Issued & { at: EpochMs }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('agent_certificates')
      .where('agent', '=', agent)
      .where('used_at', 'is', null)
      .where('issued_at', '<', epochMs(issued.at - UNUSED_FOR_MS))
      .where('revoked_at', 'is', null)
      .execute()
    await trx
      .deleteFrom('agent_certificates')
      .where('expires_at', '<', epochMs(issued.at - KNOWN_AFTER_MS))
      .execute()
    const { unused } = await trx
      .selectFrom('agent_certificates')
      .select((eb) => eb.fn.countAll<number>().as('unused'))
      .where('agent', '=', agent)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (unused >= MAX_UNUSED) {
      throw new EyeNetError('too_many', `${unused} certificates of this agent were never used; try again in an hour`)
    }
    const { serial, fingerprint, certificate, at, expiresAt } = issued
    await trx
      .insertInto('agent_certificates')
      .values({
        ...{ serial, agent, fingerprint, certificate, issued_at: at, expires_at: expiresAt },
        ...{ used_at: null, revoked_at: null },
      })
      .execute()
  })
}

/**
 * What the certificate with this fingerprint (SHA-256, base64url) is worth now, by the database alone: it must be one
 * that was issued, not revoked, not over, and no newer one may have been used. One that is accepted counts as used.
 */
export async function judgeLogin(db: ControlDb, fingerprint: string, now: EpochMs): Promise<CertificateJudgement> {
  const row = await db
    .selectFrom('agent_certificates')
    .innerJoin('agents', 'agents.id', 'agent_certificates.agent')
    .selectAll('agent_certificates')
    .select(['agents.site', 'agents.revoked_at as agent_revoked_at'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
  if (row === undefined) return { kind: 'refused', reason: 'this server knows no such certificate' }
  const { agent, site, serial, certificate } = row
  const refused = (reason: string): CertificateJudgement => ({ kind: 'refused', agent, reason })
  if (row.agent_revoked_at !== null || row.revoked_at !== null) return refused('it was revoked')
  if (row.expires_at <= now) return refused('it has expired')
  const newer = await db
    .selectFrom('agent_certificates')
    .select('serial')
    .where('agent', '=', agent)
    .where('issued_at', '>', row.issued_at)
    .where('used_at', 'is not', null)
    .executeTakeFirst()
  if (newer !== undefined) return refused('a newer one of the same agent is in use')
  if (row.used_at === null) {
    await db.updateTable('agent_certificates').set({ used_at: now }).where('serial', '=', serial).execute()
  }
  return { kind: 'accepted', agent, site, certificate }
}

/** Ends an agent's credentials for good. EyeNetError `not_found`. */
export async function revokeAgent(db: ControlDb, agent: AgentId, now: EpochMs): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const found = await trx.selectFrom('agents').select('revoked_at').where('id', '=', agent).executeTakeFirst()
    if (found === undefined) throw new EyeNetError('not_found', `there is no agent ${agent}`)
    await trx
      .updateTable('agents')
      .set({ revoked_at: found.revoked_at ?? now })
      .where('id', '=', agent)
      .execute()
    await revokeAll(trx, agent, now)
  })
}

/** An agent is removed: its certificates stay revoked, so that lists go on to name them. */
export async function forgetAgent(db: ControlDb, agent: AgentId, now: EpochMs): Promise<void> {
  await revokeAll(db, agent, now)
}

/** Revokes one certificate; answers whose it is. EyeNetError `not_found`. */
export async function revokeSerial(db: ControlDb, serial: string, now: EpochMs): Promise<AgentId> {
  const wanted = serial.toLowerCase()
  const found = await db
    .selectFrom('agent_certificates')
    .select('agent')
    .where('serial', '=', wanted)
    .executeTakeFirst()
  if (found === undefined)
    throw new EyeNetError('not_found', `there is no certificate with the serial number ${serial}`)
  await db
    .updateTable('agent_certificates')
    .set({ revoked_at: now })
    .where('serial', '=', wanted)
    .where('revoked_at', 'is', null)
    .execute()
  return found.agent
}

/** What is revoked and would still be good. */
export async function revocations(
  db: ControlDb,
  now: EpochMs,
): Promise<readonly { serial: string; agent: AgentId; at: EpochMs }[]> {
  const rows = await db
    .selectFrom('agent_certificates')
    .select(['serial', 'agent', 'revoked_at'])
    .where('revoked_at', 'is not', null)
    .where('expires_at', '>', now)
    .orderBy('revoked_at')
    .execute()
  return rows.flatMap(({ serial, agent, revoked_at }) =>
    revoked_at === null ? [] : [{ serial, agent, at: revoked_at }],
  )
}

/** When the present certificate of each agent ends; of all agents, or of these. */
export async function expiryOfAgents(
  db: ControlDb,
  agents?: readonly AgentId[],
): Promise<ReadonlyMap<AgentId, EpochMs>> {
  let query = db
    .selectFrom('agent_certificates')
    .select((eb) => ['agent', eb.fn.max('expires_at').as('expires_at')])
    .where('revoked_at', 'is', null)
    .groupBy('agent')
  if (agents !== undefined) query = query.where('agent', 'in', agents)
  return new Map((await query.execute()).map((row) => [row.agent, row.expires_at]))
}

async function revokeAll(db: ControlDb, agent: AgentId, now: EpochMs): Promise<void> {
  await db
    .updateTable('agent_certificates')
    .set({ revoked_at: now })
    .where('agent', '=', agent)
    .where('revoked_at', 'is', null)
    .execute()
}
