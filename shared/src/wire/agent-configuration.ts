import { z } from 'zod'
import { AgentSettings, overlaidSettings } from './agent-settings.ts'

/** Three scopes of this, encrypted and signed, stay below 2 MB in one message. */
export const MAX_PROFILE_CHARACTERS = 262_144
export const MAX_SENT_PROFILES = 50

/** A device profile as its YAML text: the agent parses it, and refuses a revision in which one is wrong. */
export const ProfileDocument = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, 64 at most')
    .describe('As the file would be called, without .yaml; a shipped profile of that name is replaced.'),
  text: z.string().min(1).max(MAX_PROFILE_CHARACTERS).describe('YAML, as in agent/profiles.'),
})
export type ProfileDocument = z.infer<typeof ProfileDocument>

/** What one scope (all agents, a group, one agent) says of its agents. */
export const AgentConfiguration = z
  .strictObject({
    settings: AgentSettings.default({}),
    profiles: z.array(ProfileDocument).max(MAX_SENT_PROFILES).default([]),
  })
  .refine((one) => new Set(one.profiles.map(({ name }) => name)).size === one.profiles.length, {
    message: 'two profiles have the same name',
    path: ['profiles'],
  })
  .refine((one) => one.profiles.reduce((sum, { text }) => sum + text.length, 0) <= MAX_PROFILE_CHARACTERS, {
    message: `all profiles together have ${MAX_PROFILE_CHARACTERS} characters at most`,
    path: ['profiles'],
  })
export type AgentConfiguration = z.infer<typeof AgentConfiguration>

export const NO_CONFIGURATION: AgentConfiguration = { settings: {}, profiles: [] }

/** One configuration out of several, from the widest scope to the narrowest: a profile is replaced by its name. */
export function mergedConfiguration(layers: readonly AgentConfiguration[]): AgentConfiguration {
  const profiles = new Map<string, ProfileDocument>()
  let settings: AgentSettings = {}
  for (const layer of layers) {
    settings = overlaidSettings(settings, layer.settings)
    for (const profile of layer.profiles) profiles.set(profile.name, profile)
  }
  return { settings, profiles: [...profiles.values()] }
}
