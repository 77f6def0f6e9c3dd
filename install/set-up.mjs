import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { builtState, installedState, stampBuilt, stampInstalled } from './freshness.mjs'
import { ensureSqlite, sqlitePackage, tryRawSocket } from './native-packages.mjs'
import { runStep } from './run-step.mjs'

/** Installs the packages where that is due. Resolves to false, after a sentence, where it did not work. */
export async function ensureInstalled(root, out = process.stderr) {
  const state = installedState(root, { sqlite: sqlitePackage().name })
  if (state.kind === 'fresh') return ensureSqlite(root, out)
  out.write(`Installing packages, because ${state.why}.\n`)
  // The build and the tests need the development packages whatever NODE_ENV says. Install scripts are left to what follows:
  // by them npm removes an optional package that cannot be compiled here, also where it came compiled already.
  const command = ['npm', 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { kind } = await runStep('npm ci', command, { cwd: root, out })
  if (kind === 'failed') {
    out.write(
      'The packages could not be installed; the lines above say why. Once that is mended, run the command again.\n',
    )
    return false
  }
  stampInstalled(root)
  if (!(await ensureSqlite(root, out))) return false
  await tryRawSocket(root, out)
  return true
}

/** Builds where that is due, or always with `force`. Resolves to false, after a sentence, where it did not work. */
export async function ensureBuilt(root, { force = false, out = process.stderr } = {}) {
  const state = builtState(root)
  if (state.kind === 'fresh' && !force) return true
  out.write(state.kind === 'fresh' ? 'Building anew.\n' : `Building, because ${state.why}.\n`)
  const started = Date.now()
  for (const [title, command] of buildSteps(root)) {
    const { kind } = await runStep(title, command, { cwd: root, out })
    if (kind === 'failed') {
      out.write(`The build stopped at: ${title}. The lines above say where.\n`)
      return false
    }
  }
  stampBuilt(root, started)
  return true
}

function buildSteps(root) {
  const node = process.execPath
  const tool = (path) => join(root, 'node_modules', path)
  const steps = [
    ['compile shared, agent, server and page', [node, tool('typescript/bin/tsc'), '-b']],
    ['pack the device profiles', [node, join(root, 'install/pack-profiles.mjs')]],
    ['bundle the agent', [node, join(root, 'install/bundle-agent.mjs')]],
  ]
  if (existsSync(join(root, 'server/web/index.html'))) {
    const into = ['--outDir', join(root, 'server/dist-web'), '--emptyOutDir', '--logLevel', 'warn']
    steps.push(['bundle the page', [node, tool('vite/bin/vite.js'), 'build', join(root, 'server/web'), ...into]])
  }
  return steps
}
