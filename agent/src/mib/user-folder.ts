import { join } from 'node:path'

/** Where the user's own MIB modules lie in the data folder of an agent. */
export function mibsIn(dataDir: string): string {
  return join(dataDir, 'mibs')
}
