#!/usr/bin/env node
// npm run build: makes agent/dist, server/dist, shared/dist and server/dist-web where they are missing or older than
// their sources; with --force always.
import { fileURLToPath } from 'node:url'
import { nodeVersionProblem } from './node-version.mjs'
import { ensureBuilt, ensureInstalled } from './set-up.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const unknown = process.argv.slice(2).find((word) => word !== '--force')
const problem =
  nodeVersionProblem(process.versions.node) ??
  (unknown === undefined ? undefined : `There is no option ${unknown}; npm run build takes only --force.`)
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(64)
}
const force = process.argv.includes('--force')
const done = (await ensureInstalled(root)) && (await ensureBuilt(root, { force }))
process.exit(done ? 0 : 1)
