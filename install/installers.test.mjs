import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NODE_NEEDED } from './node-version.mjs'
import { parts } from './parts.mjs'

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url))
const SHELL = ['install-server.sh', 'install-agent.sh', 'uninstall.sh', 'service-install.sh']
const SCRIPTS = [...SHELL, 'copy-product.mjs', 'node-version.mjs']

let folder
let source
let stage

/** A checkout that is built: the real installers and units, a tiny product with one package. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-installers-'))
  source = join(folder, 'source')
  stage = join(folder, 'stage')
  mkdirSync(join(source, 'install'), { recursive: true })
  for (const script of SCRIPTS) cpSync(join(CHECKOUT, 'install', script), join(source, 'install', script))
  cpSync(join(CHECKOUT, 'systemd'), join(source, 'systemd'), { recursive: true })
  put('install/build.mjs', '')
  put('LICENSE', 'licence')
  put('node_modules/pad/package.json', '{ "name": "pad" }')
  put('node_modules/pad/index.js', 'module.exports = 1')
  put('node_modules/onnxruntime-node/package.json', '{ "name": "onnxruntime-node" }')
  const { platform, arch } = process
  for (const part of [`${platform}/${arch}`, `${platform}/other`, `other/${arch}`]) {
    put(`node_modules/onnxruntime-node/bin/napi-v6/${part}/binding.node`, part)
  }
  put('node_modules/only-for-tests/package.json', '{ "name": "only-for-tests" }')
  put('shared/package.json', '{ "name": "@eyenet/shared" }')
  put('shared/dist/wire/wire.js', 'export const topic = 1')
  for (const side of ['agent', 'server']) {
    const dependencies = { '@eyenet/shared': '0.1.0', pad: '1', 'onnxruntime-node': '1' }
    const optionalDependencies = { 'not-built-here': '1' }
    put(`${side}/package.json`, JSON.stringify({ name: side, type: 'module', dependencies, optionalDependencies }))
    put(`${side}/bin/eyenet-${side}.js`, "import 'pad'\nimport '../dist/cli/cli.js'\n")
    put(`${side}/dist/cli/cli.js`, `console.log('${side}', process.argv[2])`)
    put(`${side}/dist/.tsbuildinfo`, '{}')
  }
  mkdirSync(join(source, 'node_modules/@eyenet'))
  symlinkSync('../../shared', join(source, 'node_modules/@eyenet/shared'))
  put('token', 'abc-123\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(path, text) {
  mkdirSync(dirname(join(source, path)), { recursive: true })
  writeFileSync(join(source, path), text)
}

function runScript(name, words, env = process.env) {
  const options = { encoding: 'utf8', env }
  const { status, stdout, stderr } = spawnSync('sh', [join(source, 'install', name), ...words], options)
  return { status, output: stdout + stderr }
}
const script = (name, ...words) => runScript(name, words)

const installAgent = (...words) =>
  script(
    'install-agent.sh',
    '--root',
    stage,
    '--server',
    'https://eyenet.example.net',
    '--token-file',
    join(source, 'token'),
    ...words,
  )
const staged = (path) => join(stage, path)
const read = (path) => readFileSync(staged(path), 'utf8')

test('the server is staged with what it needs to run and nothing else; a second run keeps changed settings', () => {
  expect(script('install-server.sh', '--root', stage)).toMatchObject({ status: 0 })
  expect(existsSync(staged('opt/eyenet/server/node_modules/pad/index.js'))).toBe(true)
  expect(existsSync(staged('opt/eyenet/server/node_modules/@eyenet/shared/dist/wire/wire.js'))).toBe(true)
  expect(existsSync(staged('opt/eyenet/server/node_modules/only-for-tests'))).toBe(false)
  expect(existsSync(staged('opt/eyenet/server/server/dist/.tsbuildinfo'))).toBe(false)
  writeFileSync(staged('etc/eyenet/server.yaml'), 'server: {}\n')
  const again = script('install-server.sh', '--root', stage)
  expect(again.status).toBe(0)
  expect(again.output).toContain('Kept /etc/eyenet/server.yaml as it is.')
  expect(read('etc/eyenet/server.yaml')).toBe('server: {}\n')
  expect(existsSync(staged('opt/eyenet/server.old'))).toBe(false)
})

test('of a package with native parts for many machines only the part of this one is staged', () => {
  expect(installAgent()).toMatchObject({ status: 0 })
  const parts = staged('opt/eyenet/agent/node_modules/onnxruntime-node/bin/napi-v6')
  expect(readdirSync(parts)).toEqual([process.platform])
  expect(readdirSync(join(parts, process.platform))).toEqual([process.arch])
})

test('the staged product runs', () => {
  script('install-server.sh', '--root', stage)
  const output = execFileSync(process.execPath, [staged('opt/eyenet/server/server/bin/eyenet-server.js'), 'version'], {
    encoding: 'utf8',
  })
  expect(output).toBe('server version\n')
  expect(read('opt/eyenet/bin/eyenet-server')).toContain('"/opt/eyenet/server/server/bin/eyenet-server.js" "$@"')
})

test('the agent gets its enrolment, unreadable to others; later runs need no token', () => {
  expect(installAgent()).toMatchObject({ status: 0 })
  expect(JSON.parse(read('etc/eyenet/enrolment.json'))).toEqual({
    serverUrl: 'https://eyenet.example.net',
    token: 'abc-123',
  })
  expect(statSync(staged('etc/eyenet/enrolment.json')).mode & 0o777).toBe(0o640)
  expect(script('install-agent.sh', '--root', stage).status).toBe(0)
  expect(JSON.parse(read('etc/eyenet/enrolment.json')).token).toBe('abc-123')
})

test.each([
  ['a new agent without a server', [], 'A new agent needs --server URL and --token-file FILE'],
  ['a server that is no URL', ['--server', 'eyenet"', '--token-file', '/dev/null'], 'is no URL such as'],
  ['an empty token', ['--server', 'http://192.0.2.1', '--token-file', '/dev/null'], 'holds is no enrolment token'],
  ['a token file that is not there', ['--server', 'http://192.0.2.1', '--token-file', '/none'], 'cannot be read'],
  ['an unknown option', ['--sever', 'x'], 'There is no option --sever; --help shows all options.'],
  ['an option without its value', ['--server'], '--server needs a value'],
])('%s gets a sentence and installs nothing', (_what, words, sentence) => {
  const { status, output } = script('install-agent.sh', '--root', stage, ...words)
  expect(status).not.toBe(0)
  expect(output).toContain(sentence)
  expect(existsSync(staged('opt'))).toBe(false)
})

test.each([
  ['v18.20.4', 'process.exit(1)'],
  ['v8.17.0', 'this is no JavaScript'],
])('a Node %s is refused with the versions that serve, and nothing is installed', (version, body) => {
  const old = join(folder, 'old')
  mkdirSync(old)
  const answer = `[ "$1" = --version ] && echo ${version} && exit 0`
  writeFileSync(join(old, 'node'), `#!/bin/sh\n${answer}\nexec ${process.execPath} -e '${body}'\n`, { mode: 0o755 })
  const env = { ...process.env, PATH: `${old}:${process.env.PATH}` }
  const { status, output } = runScript('install-server.sh', ['--root', stage], env)
  expect(status).toBe(1)
  expect(output).toBe(`EyeNet needs Node ${NODE_NEEDED}; ${join(old, 'node')} is ${version}.\n`)
  expect(existsSync(stage)).toBe(false)
})

test.each(['install-server.sh', 'install-agent.sh', 'uninstall.sh'])(
  '%s --dry-run shows its steps and changes nothing',
  (name) => {
    const enrol =
      name === 'install-agent.sh' ? ['--server', 'http://192.0.2.1', '--token-file', join(source, 'token')] : []
    const { status, output } = script(name, '--root', stage, '--dry-run', ...enrol)
    expect(status).toBe(0)
    expect(output).toContain('would run: ')
    expect(output).not.toContain('abc-123')
    expect(existsSync(stage)).toBe(false)
  },
)

test('uninstalling keeps settings and data, --purge takes them too; the other side stays until it goes', () => {
  script('install-server.sh', '--root', stage)
  installAgent()
  mkdirSync(staged('var/lib/eyenet-server'), { recursive: true })
  expect(script('uninstall.sh', '--root', stage, '--only', 'agent').status).toBe(0)
  expect(existsSync(staged('opt/eyenet/agent'))).toBe(false)
  expect(existsSync(staged('opt/eyenet/server'))).toBe(true)
  expect(existsSync(staged('etc/eyenet/agent.yaml'))).toBe(true)
  expect(script('uninstall.sh', '--root', stage).status).toBe(0)
  expect(existsSync(staged('opt/eyenet'))).toBe(false)
  expect(existsSync(staged('var/lib/eyenet-server'))).toBe(true)
  expect(script('uninstall.sh', '--root', stage, '--purge').status).toBe(0)
  expect(existsSync(staged('var/lib/eyenet-server'))).toBe(false)
  expect(existsSync(staged('etc/eyenet'))).toBe(false)
})

test.skipIf(parts.systemdAnalyze === undefined)('systemd finds no fault in the staged units', () => {
  script('install-server.sh', '--root', stage)
  installAgent()
  // What the units refer to outside of EyeNet; a whole system has these.
  for (const unit of ['sysinit', 'basic', 'shutdown', 'multi-user', 'network-online'])
    writeFileSync(staged(`etc/systemd/system/${unit}.target`), '[Unit]\nDescription=stand-in\n')
  mkdirSync(staged('bin'))
  writeFileSync(staged('bin/kill'), '', { mode: 0o755 })
  const units = ['eyenet-server.service', 'eyenet-agent.service']
  const words = ['verify', '--man=no', `--root=${stage}`, ...units]
  const { status, stderr } = spawnSync(parts.systemdAnalyze, words, { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test.skipIf(parts.systemdAnalyze === undefined).each(['server', 'agent'])(
  'the unit of the %s is exposed to at most 2.5',
  (side) => {
    const unit = join(CHECKOUT, `systemd/eyenet-${side}.service`)
    const words = ['security', '--offline=true', '--no-pager', '--threshold=25', unit]
    const { status, stdout } = spawnSync(parts.systemdAnalyze, words, { encoding: 'utf8' })
    expect(stdout).toContain('Overall exposure level')
    expect(status).toBe(0)
  },
)
