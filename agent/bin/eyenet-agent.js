#!/usr/bin/env node
import { statSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

// An older Node would only say what it cannot parse or find. The exact versions: install/node-version.mjs.
if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(`eyenet-agent needs Node 20, 22 or 24; this is Node ${process.versions.node}.\n`)
  process.exit(1)
}
// An agent lives on small machines and a poll is short: the heap grows by little at a time in place of twofold, only code
// that stays busy is optimised, and streams are Node's own in place of a second copy that comes with the MQTT client.
// docs/benchmarks.md has the figures.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--heap-growing-percent=30')
// Node 20's V8 counts bytecode before it optimises, a newer one calls (src/heap-growth.ts).
const countsCalls = Number.parseInt(process.versions.node, 10) >= 22
setFlagsFromString(countsCalls ? '--invocation-count-for-turbofan=45000' : '--interrupt-budget=1000000')
process.env.READABLE_STREAM ??= 'disable'
await import(isBundled() ? '../dist/bundled/cli.js' : '../dist/cli/cli.js')

/** Whether the bundle of the build is there, and no older than what the compiler made last. */
function isBundled() {
  const timeOf = (file) => statSync(new URL(file, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const compiledAt = Math.max(timeOf('../dist/.tsbuildinfo'), timeOf('../../shared/dist/.tsbuildinfo'))
  return timeOf('../dist/bundled/cli.js') > compiledAt
}
