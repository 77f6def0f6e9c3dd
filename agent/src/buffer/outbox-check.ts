import { EyeNetError } from '@eyenet/shared/errors'
import { LANES } from '@eyenet/shared/wire'
import type { SqliteDatabase } from '../sqlite/sqlite.ts'
import { readMeta } from './outbox-meta.ts'
import { checksumOf } from './row-checksum.ts'

/** What the checksum of each row of the small tables covers. */
type Value = string | number

const CHECKED = [
  { table: 'meta', id: 'name', fields: ['name', 'value'] },
  { table: 'lane', id: 'lane', fields: ['lane', 'next', 'reserved', 'dropped'] },
  { table: 'series', id: 'id', fields: ['id', 'labels'] },
] as const

/** Gives the file of an older agent its checksums; rows of messages from before go without. */
export function addChecksums(database: SqliteDatabase): void {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('message')`).pluck().all()
  if (columns.includes('crc')) return
  database.transaction(() => {
    database.exec('ALTER TABLE message ADD COLUMN crc INTEGER')
    for (const { table, id, fields } of CHECKED) {
      database.exec(`ALTER TABLE ${table} ADD COLUMN crc INTEGER`)
      const write = database.prepare(`UPDATE ${table} SET crc = ? WHERE ${id} = ?`)
      const rows = database.prepare<[], [Value, ...Value[]]>(`SELECT ${id}, ${fields.join(', ')} FROM ${table}`).raw()
      for (const [key, ...values] of rows.all()) write.run(checksumOf(values), key)
    }
  })()
}

/**
 * Compares the small tables with their checksums; bodies of messages are compared as they are read. With `whole`, SQLite
 * looks at the structure of the file too, which takes a second for each GB. Throws `invalid` on damage.
 */
export function verifyOutbox(database: SqliteDatabase, whole: boolean): void {
  if (whole) {
    const found = String(database.pragma('quick_check(1)', { simple: true }))
    // A page that the disk does not give now may be sound: error 11 alone is SQLITE_CORRUPT.
    if (/error code=(?!11\b)/.test(found)) throw new EyeNetError('unavailable', `the disk cannot be read: ${found}`)
    if (found !== 'ok') throw damaged(found)
  }
  const isNew = database.prepare('SELECT COUNT(*) FROM meta').pluck().get() === 0
  const lanes = Number(database.prepare('SELECT COUNT(*) FROM lane').pluck().get())
  const series = Number(database.prepare('SELECT COUNT(*) FROM series').pluck().get())
  const next = Number(database.prepare('SELECT COALESCE(MAX(id) + 1, 0) FROM series').pluck().get())
  if (isNew && lanes + series === 0) {
    beginLanes(database)
    return
  }
  if (lanes !== LANES.length) throw damaged('the table of lanes lacks rows')
  if (series !== next) throw damaged('the table of series lacks rows')
  if (
    readMeta(database, 'epoch') === undefined &&
    database.prepare('SELECT 1 FROM message LIMIT 1').get() !== undefined
  ) {
    throw damaged('it has messages and no epoch')
  }
  for (const { table, fields } of CHECKED) {
    const rows = database.prepare<[], [number | null, ...Value[]]>(`SELECT crc, ${fields.join(', ')} FROM ${table}`)
    for (const [crc, ...values] of rows.raw().iterate()) {
      if (crc !== null && crc !== checksumOf(values))
        throw damaged(`a row of the table ${table} is not what was written`)
    }
  }
}

function beginLanes(database: SqliteDatabase): void {
  const insert = database.prepare('INSERT INTO lane (lane, next, reserved, dropped, crc) VALUES (?, 1, 0, 0, ?)')
  database.transaction(() => {
    for (const lane of LANES.keys()) insert.run(lane, checksumOf([lane, 1, 0, 0]))
  })()
}

function damaged(what: string): EyeNetError {
  return new EyeNetError('invalid', `the outbox is damaged: ${what}`)
}
