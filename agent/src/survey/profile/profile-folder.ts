import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHIPPED_PROFILES } from '../profile-files.ts'
import type { ProfileText } from './profile-set.ts'

/** A folder with more files than this is not one of profiles. */
const MAX_FILES = 5_000

/** The YAML files of a folder, in the order of their names; an empty list where there is no such folder. */
export function readProfileFolder(folder: string = SHIPPED_PROFILES): readonly ProfileText[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  return files
    .slice(0, MAX_FILES)
    .map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
}
