import type { SqliteDatabase } from '../sqlite/sqlite.ts'
import { checksumOf } from './row-checksum.ts'

export type MetaName = 'epoch' | 'mixed' | 'quota' | 'newest' | 'restamp'

export function readMeta(database: SqliteDatabase, name: MetaName): string | undefined {
  const value = database.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name)
  return typeof value === 'string' ? value : undefined
}

export function writeMeta(database: SqliteDatabase, name: MetaName, value: string): void {
  const write = database.prepare('INSERT OR REPLACE INTO meta (name, value, crc) VALUES (?, ?, ?)')
  write.run(name, value, checksumOf([name, value]))
}

export function removeMeta(database: SqliteDatabase, name: MetaName): void {
  database.prepare('DELETE FROM meta WHERE name = ?').run(name)
}
