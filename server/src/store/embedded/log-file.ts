import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One file of the append log, as the log writes it. */
export type LogFile = {
  /** Writes all the bytes from `position` on, or rejects. */
  write(parts: readonly Uint8Array[], position: number): Promise<void>
  /** Resolves when what was written is on disk. */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export type CreateLogFile = (path: string) => Promise<LogFile>

/** An empty file, the name of which is on disk too. */
export const createLogFile: CreateLogFile = async (path) => {
  const handle = await open(path, 'w')
  await syncFolder(dirname(path)).catch(async (error) => {
    await handle.close()
    throw error
  })
  return {
    async write(parts, position) {
      const wanted = parts.reduce((sum, part) => sum + part.length, 0)
      const { bytesWritten } = await handle.writev([...parts], position)
      if (bytesWritten !== wanted) throw new Error(`only ${bytesWritten} of ${wanted} bytes fit on the disk`)
    },
    sync: () => handle.datasync(),
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
