import { mkdirSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'

/** For the server's user alone. EyeNetError `unavailable`. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `the data folder ${folder} cannot be made: ${messageOf(cause)}; choose another with --data`
    throw new EyeNetError('unavailable', message, { cause })
  }
}
