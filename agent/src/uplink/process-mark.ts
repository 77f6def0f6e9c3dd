import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells two processes of one identity apart. */
export type ProcessMark = {
  /** Random for each start. */
  readonly instance: string
  /** Of this machine and data folder, the same at each start: it tells a copied folder from its original. */
  readonly machine: string
}

export function processMark(dataDir: string): ProcessMark {
  const place = `${contentOf('/etc/machine-id') ?? hostname()}\n${realpathSync(dataDir)}`
  const machine = createHash('sha256').update(place).digest('hex').slice(0, 32)
  return { instance: randomBytes(8).toString('hex'), machine }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
