import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program, or null. `sbin` folders count even if PATH lacks them. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | null {
  for (const folder of [...path.split(delimiter), '/bin', '/usr/bin', '/sbin', '/usr/sbin']) {
    const file = join(folder, name)
    try {
      if (folder !== '') accessSync(file, constants.X_OK)
      if (folder !== '') return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}
