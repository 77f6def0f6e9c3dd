import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One file of the append log, as the log writes it. */
export type LogFile = {
  /** Writes all the bytes from `position` on, or rejects. They are on disk when it resolves. */
  write(parts: readonly Uint8Array[], position: number): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export type CreateLogFile = (path: string) => Promise<LogFile>

const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC
/** A write that returns when its bytes are on disk saves a second way to the disk; 0 where the system has none. */
const WRITE_THROUGH = constants.O_DSYNC ?? 0

/** An empty file, the name of which is on disk too. */
export const createLogFile: CreateLogFile = async (path) => {
  const handle = await open(path, WRITE_NEW | WRITE_THROUGH, 0o666)
  await syncFolder(dirname(path)).catch(async (error) => {
    await handle.close()
    throw error
  })
  return {
    async write(parts, position) {
      const wanted = parts.reduce((sum, part) => sum + part.length, 0)
      const { bytesWritten } = await handle.writev([...parts], position)
      if (bytesWritten !== wanted) throw new Error(`only ${bytesWritten} of ${wanted} bytes fit on the disk`)
      if (WRITE_THROUGH === 0) await handle.datasync()
    },
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
