// Bundles the compiled agent with the packages it uses: agent/dist/bundled/cli.js. What is never used is left out, which halves
// the time of a start and the memory of an agent that does nothing (docs/decisions/0012-bundled-agent.md). Names stay, so that stack
// traces can be read; packages with native parts stay outside.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const AGENT = fileURLToPath(new URL('../agent/dist/', import.meta.url))
const NATIVE = ['better-sqlite3', 'better-sqlite3-napi', 'raw-socket', 'net-snmp', 'onnxruntime-node']

rmSync(`${AGENT}bundled`, { recursive: true, force: true })
const bundle = await rolldown({ input: `${AGENT}cli/cli.js`, platform: 'node', external: NATIVE })
await bundle.write({
  dir: `${AGENT}bundled`,
  format: 'esm',
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  entryFileNames: 'cli.js',
  chunkFileNames: '[name]-[hash].js',
})
