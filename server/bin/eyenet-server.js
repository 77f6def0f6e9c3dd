#!/usr/bin/env node
// An older Node would only say what it cannot parse or find. The exact versions: install/node-version.mjs.
if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(`eyenet-server needs Node 20, 22 or 24; this is Node ${process.versions.node}.\n`)
  process.exit(1)
}
await import('../dist/cli/cli.js')
