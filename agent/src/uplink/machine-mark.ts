import { createHash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'

/** A mark of this machine and data folder, the same at each start: it tells a copied folder from its original. */
export function machineMark(dataDir: string): string {
  const machine = contentOf('/etc/machine-id') ?? hostname()
  return createHash('sha256')
    .update(`${machine}\n${realpathSync(dataDir)}`)
    .digest('hex')
    .slice(0, 32)
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
