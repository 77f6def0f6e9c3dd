import { EyeNetError } from '@eyenet/shared/errors'
import { sql } from 'kysely'
import type { ControlDb } from '../db/db.ts'
import { freshKey, readKeys, writeKeys } from './key-file.ts'
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts'
import { keyIdOf, openText, sealText, vaultKeyId } from './sealed-text.ts'

export type RotationResult = {
  readonly keyId: string
  /** Texts that were sealed anew. */
  readonly resealed: number
  /** The old keys are still in the file, which this program may not write: take them out. */
  readonly oldKeysRemain: boolean
}

export type VaultStatus = {
  /** Ids of the keys in the file; the first one seals. */
  readonly keys: readonly string[]
  readonly texts: readonly {
    readonly table: string
    readonly column: string
    readonly total: number
    /** Not under the first key yet. */
    readonly underOldKeys: number
    /** Which no key of the file opens: enter those secrets again. */
    readonly lost: number
  }[]
}

export type RotationOptions = {
  /** A file that this program may not write, such as a systemd credential, holds the new key before the old one. */
  readonly mayWrite: boolean
  /** Waits until what a running server has sealed under the old key is in the database. */
  readonly settle: () => Promise<void>
}

/**
 * Seals everything under a new key. Both keys are in the file until nothing needs the old one, so it may be killed at any
 * moment: what is sealed always opens, and the next call goes on where this one was.
 */
export async function rotateVault(db: ControlDb, keyFile: string, options: RotationOptions): Promise<RotationResult> {
  const found = readKeys(keyFile)
  if (found === undefined) throw new EyeNetError('not_found', `there is no key file ${keyFile}; the server makes it`)
  const isUnderWay = found.length > 1
  if (!isUnderWay && !options.mayWrite) {
    throw new EyeNetError(
      'conflict',
      `${keyFile} is kept by another program and holds one key: put a new key of 32 bytes before it, restart the server, and rotate then`,
    )
  }
  const keys = isUnderWay ? found : [freshKey(), ...found]
  if (!isUnderWay) writeKeys(keyFile, keys)
  let resealed = await resealAll(db, keys)
  await options.settle()
  resealed += await resealAll(db, keys)
  const [first] = keys
  if (first === undefined) throw new Error('a rotation without a key')
  // Nobody writes while the old key is taken out.
  await db.transaction().execute(async (trx) => {
    resealed += await resealAll(trx, keys)
    if (options.mayWrite) writeKeys(keyFile, [first])
  })
  return { keyId: vaultKeyId(first), resealed, oldKeysRemain: !options.mayWrite }
}

export async function vaultStatus(db: ControlDb, keyFile: string): Promise<VaultStatus> {
  const keys = readKeys(keyFile)
  if (keys === undefined) throw new EyeNetError('not_found', `there is no key file ${keyFile}; the server makes it`)
  const ids = keys.map(vaultKeyId)
  const texts = []
  for (const column of SEALED_COLUMNS) {
    const rows = await sealedRows(db, column)
    const lost = rows.filter((row) => !opens(row, column, keys)).length
    const underOldKeys = rows.filter((row) => keyIdOf(row.sealed) !== ids[0]).length
    texts.push({ table: column.table, column: column.column, total: rows.length, underOldKeys, lost })
  }
  return { keys: ids, texts }
}

/** How many texts were sealed anew. A text that no key opens is lost already and stays as it is. */
async function resealAll(db: ControlDb, keys: readonly Uint8Array[]): Promise<number> {
  const [first] = keys
  if (first === undefined) return 0
  let resealed = 0
  for (const column of SEALED_COLUMNS) {
    for (const row of await sealedRows(db, column)) {
      if (keyIdOf(row.sealed) === vaultKeyId(first) || !opens(row, column, keys)) continue
      const about = column.about(row.id)
      const fresh = sealText(openText(row.sealed, about, keys), about, first)
      // Only where nobody has written it since.
      const { numAffectedRows = 0n } = await sql`UPDATE ${sql.table(column.table)}
        SET ${sql.ref(column.column)} = ${fresh}
        WHERE ${sql.ref(column.id)} = ${row.id} AND ${sql.ref(column.column)} = ${row.sealed}`.execute(db)
      resealed += Number(numAffectedRows)
    }
  }
  return resealed
}

type SealedRow = { readonly id: string; readonly sealed: Uint8Array }

/** Empty texts are none. */
async function sealedRows(db: ControlDb, { table, id, column }: SealedColumn): Promise<readonly SealedRow[]> {
  const { rows } = await sql<SealedRow>`SELECT ${sql.ref(id)} AS id, ${sql.ref(column)} AS sealed
    FROM ${sql.table(table)} WHERE length(${sql.ref(column)}) > 0`.execute(db)
  return rows
}

function opens(row: SealedRow, column: SealedColumn, keys: readonly Uint8Array[]): boolean {
  try {
    openText(row.sealed, column.about(row.id), keys)
    return true
  } catch {
    return false
  }
}
