/**
 * Device profiles: one YAML file for each family says what MIB facts cannot. Parses and checks them, finds those of a device by its
 * sysObjectID, and reads what they name. They hold no code, and knowing several hundred costs a device nothing.
 */
export { draftProfile } from './draft-profile.ts'
export { lintProfiles } from './lint-profiles.ts'
export { packProfiles, readPackedProfiles } from './packed-profiles.ts'
export { parseProfile } from './parse-profile.ts'
export { readProfileFolder } from './profile-folder.ts'
export type { Profile } from './profile-schema.ts'
export {
  headOf,
  type ProfileHead,
  type ProfileSet,
  type ProfileText,
  profileId,
  profileSet,
  resolveProfiles,
} from './profile-set.ts'
export { applyProfile, profileSource } from './profile-source.ts'
