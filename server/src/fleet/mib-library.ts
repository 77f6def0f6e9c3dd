import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { MibFile, NewMibs } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { MAX_MIB_TASK_BYTES } from '@eyenet/shared/wire'
import type { ControlDb, MibFileRow } from '../db/db.ts'
import { MAX_ATTEMPTS, MibOutcome } from './mib-outcome.ts'

/** Of all files, gzipped: every MIB of a large vendor is about 15 MB. Each agent gets all of them. */
const MAX_LIBRARY_BYTES = 32 * 1024 * 1024
const MAX_LIBRARY_FILES = 3_000
/** Control characters and what separates folders; a name of dots alone is no name either. */
const UNFIT_NAME = /[\p{Cc}\p{Cf}/\\]|^\.+$/u

const zip = promisify(gzip)

/** MIB files that agents shall know. They are kept as they came; agents alone read what is in them. */
export interface Mibs {
  /** EyeNetError `too_large` for a file, `limit_exceeded` for all together, `invalid` for a name. One that is there is replaced. */
  add(files: NewMibs['files'], by: string): Promise<void>
  /** By name, with what agents made of them. */
  list(): Promise<readonly MibFile[]>
  /** False when there is none of that name. Agents keep what they have compiled. */
  remove(name: string): Promise<boolean>
}

export class MibLibrary implements Mibs {
  readonly #db: ControlDb
  readonly #now: () => EpochMs

  constructor(db: ControlDb, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  async add(files: NewMibs['files'], by: string): Promise<void> {
    const names = new Set(files.map((one) => one.name))
    if (names.size < files.length) throw new EyeNetError('invalid', 'two of the files have the same name')
    const rows: MibFileRow[] = []
    for (const file of files) rows.push(await rowOf(file, by, this.#now()))
    await this.#db.transaction().execute(async (trx) => {
      for (const row of rows) {
        const { name: _name, ...changed } = row
        await trx
          .insertInto('mib_files')
          .values(row)
          .onConflict((one) => one.column('name').doUpdateSet(changed))
          .execute()
      }
      await assertRoom(trx)
      await forgetDeliveries(trx, rows)
    })
  }

  async list(): Promise<readonly MibFile[]> {
    const [files, deliveries] = await Promise.all([
      this.#db.selectFrom('mib_files').select(['name', 'hash', 'bytes', 'by', 'at']).orderBy('name').execute(),
      this.#db
        .selectFrom('mib_deliveries')
        .innerJoin('agents', 'agents.id', 'mib_deliveries.agent')
        .select(['mib_deliveries.hash', 'mib_deliveries.attempts', 'mib_deliveries.outcome', 'agents.name'])
        .orderBy('agents.name')
        .execute(),
    ])
    const byHash = new Map<string, MibFile['agents']>()
    for (const { hash, attempts, outcome, name } of deliveries) {
      const told = toldOf(outcome, attempts)
      if (told === undefined) continue
      const agents = byHash.get(hash) ?? []
      agents.push({ agent: name, ...told })
      byHash.set(hash, agents)
    }
    return files.map(({ hash, ...file }) => ({ ...file, agents: byHash.get(hash) ?? [] }))
  }

  async remove(name: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const query = trx.deleteFrom('mib_files').where('name', '=', name)
      if ((await query.executeTakeFirst()).numDeletedRows === 0n) return false
      await forgetDeliveries(trx, [])
      return true
    })
  }
}

async function rowOf({ name, text }: NewMibs['files'][number], by: string, at: EpochMs): Promise<MibFileRow> {
  if (UNFIT_NAME.test(name)) {
    throw new EyeNetError('invalid', 'a name of a MIB file has a slash or a control character in it; give a plain name')
  }
  const packed = await zip(text)
  if (base64Length(packed.length) > MAX_MIB_TASK_BYTES) {
    const limit = Math.floor((MAX_MIB_TASK_BYTES * 3) / 4 / 1000)
    const message = `${name} is ${Math.ceil(packed.length / 1000)} kB gzipped; ${limit} kB is the most that an agent takes at once: split the file by its modules`
    throw new EyeNetError('too_large', message)
  }
  const hash = createHash('sha256').update(`${name}\n`).update(text).digest('base64')
  return { name, hash, bytes: Buffer.byteLength(text), gzip: packed, by, at }
}

export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

async function assertRoom(db: ControlDb): Promise<void> {
  const { files, bytes } = await db
    .selectFrom('mib_files')
    .select((eb) => [
      eb.fn.countAll<number>().as('files'),
      eb.fn.sum<number>(eb.fn<number>('length', ['gzip'])).as('bytes'),
    ])
    .executeTakeFirstOrThrow()
  if (files <= MAX_LIBRARY_FILES && bytes <= MAX_LIBRARY_BYTES) return
  const message = `MIB files may be ${MAX_LIBRARY_FILES} and ${MAX_LIBRARY_BYTES / 1024 / 1024} MiB gzipped in all; remove some first`
  throw new EyeNetError('limit_exceeded', message)
}

/** Of files that are gone, and what failed of those that somebody has just given again. */
async function forgetDeliveries(db: ControlDb, given: readonly MibFileRow[]): Promise<void> {
  await db
    .deleteFrom('mib_deliveries')
    .where('hash', 'not in', (eb) => eb.selectFrom('mib_files').select('hash'))
    .execute()
  for (const { hash } of given) {
    const rows = await db.selectFrom('mib_deliveries').selectAll().where('hash', '=', hash).execute()
    for (const { agent, outcome } of rows) {
      if (outcome !== null && MibOutcome.parse(JSON.parse(outcome)).kind === 'compiled') continue
      await db.deleteFrom('mib_deliveries').where('agent', '=', agent).where('hash', '=', hash).execute()
    }
  }
}

type Told = Omit<MibFile['agents'][number], 'agent'>
const NOTHING_DONE = { ok: false, modules: [], objects: 0 } as const

/** In the words of the API; undefined while it is still being tried. */
function toldOf(outcome: string | null, attempts: number): Told | undefined {
  if (outcome === null) {
    if (attempts < MAX_ATTEMPTS) return undefined
    const problem = `the agent was asked ${attempts} times and did not reply; it may be older than MIB files: update it`
    return { ...NOTHING_DONE, modules: [], problems: [problem] }
  }
  const known = MibOutcome.parse(JSON.parse(outcome))
  if (known.kind === 'refused') {
    return { ...NOTHING_DONE, modules: [], problems: [`the agent refused it: ${known.reason}`] }
  }
  const { kind: _kind, ...told } = known
  return told
}
