import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@eyenet/shared/errors'
import { SHIPPED_PROFILES } from '../profile-files.ts'
import type { ProfileText } from './profile-set.ts'

/** A folder with more files than this is not one of profiles. */
const MAX_FILES = 5_000
/** The largest shipped profile has some 60 kB. */
const MAX_PROFILE_BYTES = 1024 * 1024

/**
 * The YAML files of a folder, in the order of their names; an empty list where there is no such folder. What cannot be read as
 * a profile is passed over and told to `onProblem`.
 */
export function readProfileFolder(
  folder: string = SHIPPED_PROFILES,
  onProblem: (problem: string) => void = () => {},
): readonly ProfileText[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  if (files.length > MAX_FILES) onProblem(`${folder}: more than ${MAX_FILES} files; the rest is not read`)
  return files.slice(0, MAX_FILES).flatMap((name) => {
    const file = join(folder, name)
    try {
      const problem = unfitness(file)
      if (problem === undefined) return [{ file, text: readFileSync(file, 'utf8') }]
      onProblem(`${file}: ${problem}`)
    } catch (thrown) {
      onProblem(`${file}: it cannot be read: ${messageOf(thrown)}`)
    }
    return []
  })
}

/** Why something in the folder is not read; undefined for a file of a profile's size. */
function unfitness(file: string): string | undefined {
  const found = statSync(file)
  if (!found.isFile()) return 'it is not a file'
  return found.size > MAX_PROFILE_BYTES ? `it is larger than ${MAX_PROFILE_BYTES / 1024} KiB` : undefined
}
