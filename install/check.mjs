#!/usr/bin/env node
// npm run check: types, lint and the rules of the house. Each failure says what to do instead.
import { fileURLToPath } from 'node:url'
import { runChecks } from './run-checks.mjs'
import { ensureInstalled } from './set-up.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!(await ensureInstalled(root))) process.exit(1)
const failed = (await runChecks(root)).filter((check) => !check.passed)
process.stderr.write(failed.length === 0 ? 'Everything is in order.\n' : `${failed.length} of the checks failed.\n`)
process.exit(failed.length === 0 ? 0 : 1)
