import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A sentence where nothing can be written below `folder`, else undefined. Makes the folder. */
export function folderProblem(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK | constants.X_OK)
    const probe = join(folder, '.writable')
    writeFileSync(probe, '')
    rmSync(probe)
    return undefined
  } catch (error) {
    const why = FOLDER_WHY[error.code] ?? error.message
    return `EyeNet cannot write to ${folder}: ${why}. Choose another folder with --data DIR.`
  }
}

const FOLDER_WHY = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of that path is a file',
  EEXIST: 'it is a file, not a folder',
}

/** A sentence where the port cannot be listened on, else undefined. `use` says what for, `option` how to change it. */
export function portProblem({ port, host, use, option }) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve(portSentence(error, { port, use, option })))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}

function portSentence(error, { port, use, option }) {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port}, meant for ${use}, is taken by another program. End that one, or choose another port with ${option} N.`
  }
  if (error.code === 'EACCES') {
    return `Port ${port}, meant for ${use}, may be used only by root. Choose one above 1023 with ${option} N.`
  }
  return `Port ${port}, meant for ${use}, cannot be used: ${error.message}. Choose another with ${option} N.`
}
