import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { assignmentsIn } from './assignments-in.ts'

/** The registries of IEEE as they lie on disk: first hex digits, and the name of the holder. */
export function readAssignments(): Iterable<readonly [prefix: string, maker: string]> {
  return assignmentsIn(readFileSync(createRequire(import.meta.url).resolve('oui-data')))
}
