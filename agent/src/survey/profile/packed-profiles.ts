import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AGENT_SOURCES, PACKED_PROFILES, SHIPPED_PROFILES } from '../profile-files.ts'
import { Match, type Profile, ProfileFile } from './profile-schema.ts'
import type { ProfileHead } from './profile-set.ts'

/**
 * Profiles as the build keeps them: what each matches, and the rest as text that is read when a device matches. Hundreds of
 * YAML files would cost the agent a fifth of its memory.
 */
const Packed = z.array(
  z.strictObject({
    id: z.string(),
    role: z.enum(['family', 'add']),
    match: Match,
    body: z.string(),
  }),
)

/** Profiles with what their bases say, as one text. */
export function packProfiles(profiles: readonly Profile[]): string {
  const packed = profiles
    .filter(({ role }) => role !== 'base')
    .map(({ id, role, match = {}, extends: _bases, ...sections }) => ({
      id,
      role,
      match,
      body: JSON.stringify(sections),
    }))
  return `[\n${packed.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`
}

/** What `packProfiles` made, without reading what no device has asked for. */
export function unpackProfiles(text: string): readonly ProfileHead[] {
  return Packed.parse(JSON.parse(text)).map(({ id, role, match, body }) => ({
    ...{ id, role, match },
    whole: () => ({ ...ProfileFile.parse(JSON.parse(body)), match, role, id }),
  }))
}

/** The shipped profiles as packed by the build; undefined where they are not, or where a profile changed since. */
export function readPackedProfiles(): readonly ProfileHead[] | undefined {
  if (!existsSync(PACKED_PROFILES) || hasChanged()) return undefined
  return unpackProfiles(readFileSync(PACKED_PROFILES, 'utf8'))
}

/** Only a checkout has sources, and only there does anybody edit the shipped files. */
function hasChanged(): boolean {
  if (!existsSync(AGENT_SOURCES)) return false
  const packedAt = statSync(PACKED_PROFILES).mtimeMs
  const files = readdirSync(SHIPPED_PROFILES)
  return [SHIPPED_PROFILES, ...files.map((name) => join(SHIPPED_PROFILES, name))].some(
    (path) => statSync(path).mtimeMs > packedAt,
  )
}
