import { randomUUID } from 'node:crypto'
import { NewUser, type Role, type User, type UserChange } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { ControlDb, UserRow } from '../db/db.ts'
import { createAttemptLimit } from './attempt-limit.ts'
import type { Audit } from './audit.ts'
import type { Clock } from './clock.ts'
import { parseInput } from './parse-input.ts'
import type { Passwords } from './passwords.ts'
import type { Actor, Principal } from './roles.ts'

/** Wrong present passwords of one user: somebody else may sit at their machine. */
const PASSWORD_TRIES = { max: 10, windowMs: 5 * 60_000, keys: 1_000 }
/** Bounds the list that the API answers in one go. */
const MAX_USERS = 1_000

export type Users = {
  list(): Promise<readonly User[]>
  get(id: string): Promise<User | undefined>
  /** EyeNetError('conflict') when the name is taken, whatever its case. */
  add(wanted: NewUser, by: Actor): Promise<User>
  /** A new role counts at once; a new password ends the user's logins. EyeNetError('conflict') for the last administrator. */
  change(id: string, change: UserChange, by: Actor): Promise<User>
  /** Ends the user's logins too. EyeNetError('conflict') for the last administrator. */
  remove(id: string, by: Actor): Promise<void>
  /** Ends the user's other logins. EyeNetError('forbidden') when `current` is wrong, ('too_many'). */
  changePassword(principal: Principal, passwords: { current: string; next: string }, by: Actor): Promise<void>
}

export type UserDeps = {
  readonly db: ControlDb
  readonly clock: Clock
  readonly passwords: Passwords
  readonly audit: Audit
}

export function createUsers(deps: UserDeps): Users {
  const { db, audit, passwords, clock } = deps
  const tries = createAttemptLimit(PASSWORD_TRIES)
  return {
    async list() {
      return (await db.selectFrom('users').selectAll().orderBy('username_key').limit(MAX_USERS).execute()).map(userOf)
    },
    async get(id) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
      return row && userOf(row)
    },
    add: (wanted, by) => insertUser(deps, wanted, { by, onlyFirst: false }),
    async change(id, change, by) {
      const hashed = change.password === undefined ? undefined : await passwords.hash(change.password)
      const user = await db.transaction().execute(async (tx) => {
        const row = await expectUser(tx, id)
        if (change.role !== undefined && change.role !== 'admin') await keepAnAdministrator(tx, row)
        const role = change.role ?? row.role
        const password_hash = hashed ?? row.password_hash
        await tx.updateTable('users').set({ role, password_hash }).where('id', '=', id).execute()
        if (hashed !== undefined) await tx.deleteFrom('sessions').where('user_id', '=', id).execute()
        return userOf({ ...row, role })
      })
      if (change.role !== undefined) await audit.record(by, `user.role.${change.role}`, user.username)
      if (hashed !== undefined) await audit.record(by, 'user.password', user.username)
      return user
    },
    async remove(id, by) {
      const name = await db.transaction().execute(async (tx) => {
        const row = await expectUser(tx, id)
        await keepAnAdministrator(tx, row)
        await tx.deleteFrom('users').where('id', '=', id).execute()
        return row.username
      })
      await audit.record(by, 'user.remove', name)
    },
    async changePassword(principal, { current, next }, by) {
      const row = await expectUser(db, principal.id)
      if (!tries.take(row.id, clock.now())) {
        throw new EyeNetError('too_many', 'too many wrong passwords: try again in five minutes')
      }
      if (!(await passwords.verify(row.password_hash, current))) {
        await audit.record(by, 'password.refused', row.username)
        throw new EyeNetError('forbidden', 'the present password is wrong')
      }
      tries.giveBack(row.id)
      const password_hash = await passwords.hash(next)
      await db.transaction().execute(async (tx) => {
        await tx.updateTable('users').set({ password_hash }).where('id', '=', row.id).execute()
        const others = tx.deleteFrom('sessions').where('user_id', '=', row.id)
        await others.where('id', '!=', principal.sessionId ?? '').execute()
      })
      await audit.record(by, 'password.change', row.username)
    },
  }
}

/** Adds a user; with `onlyFirst`, EyeNetError('conflict') when an administrator exists already. */
export async function insertUser(
  { db, clock, passwords, audit }: UserDeps,
  wanted: NewUser,
  { by, onlyFirst }: { by: Actor; onlyFirst: boolean },
): Promise<User> {
  const { username, password, role } = parseInput(NewUser, wanted)
  const password_hash = await passwords.hash(password)
  const row: UserRow = {
    id: randomUUID(),
    username,
    username_key: username.toLowerCase(),
    password_hash,
    role,
    created_at: clock.now(),
    last_login_at: null,
  }
  await db.transaction().execute(async (tx) => {
    if (onlyFirst && (await administratorExists(tx))) {
      throw new EyeNetError('conflict', 'an administrator exists already: log in')
    }
    const taken = await tx
      .selectFrom('users')
      .select('id')
      .where('username_key', '=', row.username_key)
      .executeTakeFirst()
    if (taken !== undefined) throw new EyeNetError('conflict', `the name ${username} is taken`)
    await tx.insertInto('users').values(row).execute()
  })
  await audit.record(by, `user.add.${role}`, username)
  return userOf(row)
}

export async function administratorExists(db: ControlDb): Promise<boolean> {
  const role: Role = 'admin'
  return (await db.selectFrom('users').select('id').where('role', '=', role).executeTakeFirst()) !== undefined
}

export function userOf(row: UserRow): User {
  const { id, username, role, created_at: createdAt, last_login_at: lastLoginAt } = row
  return lastLoginAt === null ? { id, username, role, createdAt } : { id, username, role, createdAt, lastLoginAt }
}

async function expectUser(db: ControlDb, id: string): Promise<UserRow> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new EyeNetError('not_found', `there is no user ${id}`)
  return row
}

async function keepAnAdministrator(db: ControlDb, leaving: UserRow): Promise<void> {
  if (leaving.role !== 'admin') return
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('id', '!=', leaving.id)
    .executeTakeFirst()
  if (other === undefined) {
    throw new EyeNetError('conflict', `${leaving.username} is the last administrator: make another one first`)
  }
}
