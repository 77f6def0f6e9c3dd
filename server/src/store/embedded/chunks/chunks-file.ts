import { join } from 'node:path'

/** The SQLite file of chunks in a store's folder. */
export const chunksFileOf = (folder: string): string => join(folder, 'chunks.db')
