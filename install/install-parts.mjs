import { existsSync } from 'node:fs'
import { findParts, missingPackages } from './parts.mjs'
import { runStep } from './run-step.mjs'

/**
 * Makes sure of the real programs the tests use: as root on Debian it installs them, otherwise it names the line that
 * does. Tests that need a missing one report themselves as skipped.
 */
export async function ensureParts(root, out = process.stderr) {
  const missing = missingPackages(findParts(process.env.PATH))
  if (missing.length === 0) return
  const line = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (!mayInstall()) {
    out.write(`Some tests need programs that are not here and will be skipped. To run them too: sudo ${line}\n`)
    return
  }
  out.write(`Installing the programs the tests need: ${missing.join(' ')}\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runStep('apt-get update', ['apt-get', 'update', '-qq'], { cwd: root, env, out })
  const words = line.split(' ')
  const command = [...words.slice(0, 2), '-y', '-qq', ...words.slice(2)]
  const { kind } = await runStep('apt-get install', command, { cwd: root, env, out })
  if (kind === 'failed') out.write('The tests that need these programs will be skipped.\n')
}

function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version')
}
