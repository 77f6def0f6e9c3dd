import { fileURLToPath } from 'node:url'

// This file lies as deep as the bundled agent does (agent/dist/bundled), so that both find the same files.

/** Profiles that ship with the agent. */
export const SHIPPED_PROFILES = fileURLToPath(new URL('../../profiles/', import.meta.url))
/** The same as the build packs them; beside sources there is no such file. */
export const PACKED_PROFILES = fileURLToPath(new URL('../profiles.json', import.meta.url))
/** Only a checkout has them. */
export const AGENT_SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))
