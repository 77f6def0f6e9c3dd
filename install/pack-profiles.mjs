// Packs the shipped device profiles for the agent: agent/dist/profiles.json. Ends with 1, after the faults, where one is wrong.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packProfiles, readProfileFolder, resolveProfiles } from '../agent/dist/survey/profile/profile.js'

const { profiles, problems } = resolveProfiles(readProfileFolder())
for (const { source, line, column, message } of problems)
  process.stderr.write(`${source}:${line}:${column}: ${message}\n`)
if (problems.length > 0) process.exit(1)
writeFileSync(fileURLToPath(new URL('../agent/dist/profiles.json', import.meta.url)), packProfiles(profiles))
