import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../../bin/eyenet-server.js', import.meta.url))
const isBuilt = existsSync(fileURLToPath(new URL('../../dist/cli/cli.js', import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'eyenet-cli-'))
const children: ChildProcess[] = []
const closing: (() => void)[] = []
afterAll(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const close of closing.splice(0)) close()
})

type Ended = { readonly status: number | null; readonly out: string; readonly err: string }

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'pipe' })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (status) => resolve({ status, out, err })))
  return { child, ended }
}

function run(args: readonly string[], input = ''): Promise<Ended> {
  const { child, ended } = start(args)
  child.stdin.end(input)
  return ended
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const data = () => mkdtempSync(join(folder, 'data-'))
const LOOPBACK = ['--listen', '127.0.0.1:0', '--mqtt-listen', '127.0.0.1:0']

/** A server that has said it is ready. */
async function ready(args: readonly string[]) {
  const { child, ended } = start(['run', '--ready-json', ...LOOPBACK, ...args])
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve)
    ended.then(({ err }) => reject(new Error(err)))
  })
  const logged = (what: string) =>
    new Promise<string>((resolve) => {
      createInterface(child.stderr).on('line', (text) => text.includes(what) && resolve(text))
    })
  return { child, ended, logged, said: JSON.parse(line) }
}

// The program is spawned as it is installed: `npx tsc -b shared server` comes first.
// All at once, each with processes of its own: on a small machine that takes its time.
describe.skipIf(!isBuilt).concurrent('eyenet-server', { timeout: 240_000 }, () => {
  test('config check says ok, or each mistake with its line, and the status tells them apart', async () => {
    const good = await run(['config', 'check', file('good.yaml', 'server:\n  listen: 127.0.0.1:8080\n')])
    expect(good).toMatchObject({ status: 0, err: '' })
    const bad = 'server:\n  lisen: 127.0.0.1:8080\n  mqtt:\n    maxConnections: many\n'
    const wrong = await run(['config', 'check', file('bad.yaml', bad)])
    expect(wrong.status).toBe(65)
    expect(wrong.out).toMatch(/bad\.yaml:2.*listen/)
    expect(wrong.out).toMatch(/bad\.yaml:4/)
    const json = await run(['config', 'check', '--json', join(folder, 'bad.yaml')])
    expect(json.status).toBe(65)
    const { ok, problems } = JSON.parse(json.out)
    expect({ ok, lines: problems.map((one: { line: number }) => one.line).sort() }).toEqual({
      ok: false,
      lines: [2, 4],
    })
  })

  test('a file that is no YAML, is not there or is a folder is named', async () => {
    const broken = await run(['config', 'check', file('broken.yaml', 'server: [\n')])
    expect(broken).toMatchObject({ status: 65 })
    expect(broken.out).toContain('broken.yaml')
    for (const path of [join(folder, 'none.yaml'), folder]) {
      const { status, err } = await run(['config', 'check', path])
      expect({ status, named: err.includes(path) }).toEqual({ status: 66, named: true })
    }
  })

  test('the example that it prints has no mistakes', async () => {
    const { out } = await run(['config', 'example'])
    expect(await run(['config', 'check', file('example.yaml', out)])).toMatchObject({ status: 0 })
  })

  test('user add reads the password from standard input and keeps it to itself', async () => {
    const at = data()
    const args = ['user', 'add', 'alice', '--role', 'admin', '--data', at]
    const added = await run(args, 'correct horse battery\n')
    expect(added).toMatchObject({ status: 0, out: 'added alice (admin)\n' })
    expect(statSync(join(at, 'control.db')).mode & 0o077).toBe(0)
    expect(await run(args, 'correct horse battery\n')).toMatchObject({ status: 73, out: '' })
    const short = await run(['user', 'add', 'bob', '--data', at], 'x')
    expect(short).toMatchObject({ status: 65 })
    expect(short.err).toContain('password')
    const nowhere = await run(['user', 'add', 'bob', '--data', join(at, 'none')], 'correct horse battery')
    expect(nowhere).toMatchObject({ status: 66 })
    expect([added, short, nowhere].map(({ out, err }) => out + err).join()).not.toContain('correct horse')
  })

  test('pki issue-client makes the login of a program at a broker, and none in the name of an agent', async () => {
    const [dir, out] = [data(), join(data(), 'login')]
    const made = await run(['pki', 'issue-client', 'eyenet-server', '--out', out, '--data', dir])
    expect(made).toMatchObject({ status: 0, err: '' })
    expect(statSync(join(out, 'client.key')).mode & 0o777).toBe(0o600)
    const [certificate, ca] = ['client.pem', 'ca.pem'].map((name) => new X509Certificate(readFileSync(join(out, name))))
    expect(certificate?.subject).toBe('CN=eyenet-server')
    expect(ca && certificate?.checkIssued(ca)).toBe(true)
    const agent = '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11'
    const refused = await run(['pki', 'issue-client', agent, '--out', out, '--data', dir])
    expect(refused).toMatchObject({ status: 65, out: '' })
    expect(refused.err).toContain('is no name of a login')
  })

  test('token add --quiet prints the token alone', async () => {
    const args = ['token', 'add', '--name', 'grafana', '--quiet', '--data', data()]
    const { status, out, err } = await run(args)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/^eyn_[\w-]+\n$/)
    expect(await run([...args, '--expires-in', 'soon'])).toMatchObject({ status: 65, out: '' })
  })

  test('MIB files are added, listed and removed by name, and a wrong one is named', async () => {
    const at = data()
    const path = file('ACME-MIB.txt', 'ACME-MIB DEFINITIONS ::= BEGIN\n-- caf\u00e9\nEND\n')
    expect(await run(['mib', 'add', path, '--data', at])).toMatchObject({ status: 0, out: 'added 1 file\n' })
    const [none, empty, listed] = await Promise.all([
      run(['mib', 'add', join(folder, 'none.mib'), '--data', at]),
      run(['mib', 'add', file('empty.mib', ''), '--data', at]),
      run(['mib', 'list', '--data', at]),
    ])
    expect([none.status, empty.status, empty.err.includes('empty.mib')]).toEqual([66, 65, true])
    expect(listed.out).toMatch(/ACME-MIB\.txt +\d+ +0 of 0/)
    expect(await run(['mib', 'remove', 'ACME-MIB.txt', '--data', at])).toMatchObject({ status: 0 })
    expect(await run(['mib', 'list', '--json', '--data', at])).toMatchObject({ status: 0, out: '[]\n' })
  }, 240_000)

  test('rules check counts rules, and names mistakes with their lines', async () => {
    const shipped = fileURLToPath(new URL('../../rules/eyenet.yaml', import.meta.url))
    expect(await run(['rules', 'check', shipped])).toMatchObject({ status: 0, out: /^\d+ rules, no mistakes/ })
    const wrong = file('rules.yaml', 'groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up ==\n')
    const { status, out } = await run(['rules', 'check', '--json', shipped, wrong])
    expect({ status, line: JSON.parse(out).problems[0].line }).toEqual({ status: 65, line: 5 })
    expect(await run(['rules', 'check', join(folder, 'none.yaml')])).toMatchObject({ status: 66 })
  })

  test('version and completion', async () => {
    const { out } = await run(['version', '--json'])
    expect(JSON.parse(out)).toEqual({ eyenet: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node })
    for (const shell of ['bash', 'zsh', 'fish']) {
      const completion = await run(['completion', shell])
      expect(completion).toMatchObject({ status: 0, err: '' })
      expect(completion.out).toContain('mqtt-listen')
    }
  })

  test('an occupied port and a folder that cannot be written end it with what to do', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    closing.push(() => void taken.close())
    const address = taken.address()
    const busy = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    const ends = await Promise.all([
      run(['run', '--data', data(), '--listen', busy, '--mqtt-listen', '127.0.0.1:0']),
      run(['run', '--data', data(), '--listen', '127.0.0.1:0', '--mqtt-listen', busy]),
      run(['run', '--data', join(file('plain-file', ''), 'data'), ...LOOPBACK]),
      run(['run', '--data', data(), '--listen', 'nonsense']),
      run(['run', '--data', data(), '--listen', '127.0.0.1:99999']),
    ])
    expect(ends.map(({ status }) => status)).toEqual([69, 69, 69, 65, 65])
    expect(ends.map(({ err }) => err)).toEqual([
      expect.stringContaining('--listen'),
      expect.stringContaining('--mqtt-listen'),
      expect.stringContaining('--data'),
      expect.stringContaining('HOST:PORT'),
      expect.stringContaining('65535'),
    ])
  })

  test('wrong usage has a status of its own, and asking for help has none', async () => {
    const ends = await Promise.all([
      run(['frobnicate']),
      run(['run', '--bogus']),
      run(['token', 'add']),
      run(['rules', 'check']),
      run(['run', '--help']),
    ])
    expect(ends.map(({ status }) => status)).toEqual([64, 64, 64, 64, 0])
  })

  test('it runs, writes the file for the local agent, and ends cleanly when it is told to', async () => {
    const at = data()
    const agentFile = join(at, 'local-agent.json')
    writeFileSync(agentFile, 'of yesterday', { mode: 0o644 })
    const { child, ended, said } = await ready(['--data', at, '--local-agent', agentFile])
    expect(said).toMatchObject({ event: 'ready', setupCode: expect.any(String) })
    expect((await fetch(new URL('/readyz', said.url))).status).toBe(200)
    expect(statSync(agentFile).mode & 0o077).toBe(0)
    for (const name of ['control.db', 'store', 'store/chunks.db']) expect(statSync(join(at, name)).mode & 0o077).toBe(0)
    expect(JSON.parse(readFileSync(agentFile, 'utf8'))).toMatchObject({ serverUrl: said.url })
    child.kill('SIGTERM')
    expect((await ended).status).toBe(0)
  })

  test('a file for the local agent that cannot be written ends it, rather than leave it half started', async () => {
    const nowhere = join(folder, 'none', 'agent.json')
    const { status, err } = await run(['run', ...LOOPBACK, '--data', data(), '--local-agent', nowhere])
    expect({ status, named: err.includes(nowhere) }).toEqual({ status: 69, named: true })
  })

  test('the store is checked and described while the server runs, and compacted when it does not', async () => {
    const at = data()
    const { child, ended } = await ready(['--data', at])
    const check = await run(['store', 'check', '--data', at, '--json'])
    expect({ status: check.status, ok: JSON.parse(check.out).ok }).toEqual({ status: 0, ok: true })
    const stats = await run(['store', 'stats', '--data', at])
    expect(stats.out).toContain('bytes per sample')
    const refused = await run(['store', 'compact', '--data', at])
    expect({ status: refused.status, why: refused.err.includes('stop that one first') }).toEqual({
      status: 69,
      why: true,
    })
    child.kill('SIGTERM')
    await ended
    expect((await run(['store', 'compact', '--data', at])).status).toBe(0)
    expect((await run(['store', 'check', '--data', data()])).status).toBe(66)
  })

  test('SIGHUP with a wrong file keeps the old one, and with a right one takes it over', async () => {
    const at = data()
    mkdirSync(at, { recursive: true })
    const config = file('live.yaml', 'server:\n  log: { level: info }\n')
    const { child, ended, logged, said } = await ready(['--data', at, '--config', config])
    writeFileSync(config, 'server:\n  log: { level: shouting }\n')
    const kept = logged('the old one is kept')
    child.kill('SIGHUP')
    expect(await kept).toContain('live.yaml:2')
    expect((await fetch(new URL('/readyz', said.url))).status).toBe(200)
    writeFileSync(config, 'server:\n  log: { level: info }\n  store: { retention: 90d }\n')
    const taken = logged('was read again')
    child.kill('SIGHUP')
    expect(JSON.parse(await taken).needRestart).toEqual(['server.store'])
    child.kill('SIGTERM')
    expect((await ended).status).toBe(0)
  })

  test('models says what is wrong with an id, a stage or a file, and prints the contract for who makes one', {
    timeout: 240_000,
  }, async () => {
    const at = ['--data', data()]
    expect(await run(['models', 'list', ...at])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/no model yet/),
    })
    expect(await run(['models', 'show', 'site-9', ...at])).toMatchObject({
      status: 66,
      err: expect.stringMatching(/site-9/),
    })
    expect((await run(['models', 'rollout', 'site-9', '--stage', 'everywhere', ...at])).status).toBe(64)
    expect((await run(['models', 'import', join(folder, 'none.onnx'), '--name', 'mine', ...at])).status).toBe(66)
    const junk = await run(['models', 'import', file('junk.onnx', 'MZ\u0000 not a model'), '--name', 'mine', ...at])
    expect(junk).toMatchObject({ status: 65, err: expect.stringMatching(/cannot be used/) })
    const told = await run(['models', 'contract', '--json'])
    expect(JSON.parse(told.out)).toMatchObject({
      contract: 'eyenet-judge/1',
      outputs: expect.arrayContaining(['unusual']),
    })
    const queued = await run(['models', 'train', '--json', ...at])
    expect(JSON.parse(queued.out)).toMatchObject({ state: 'queued', by: 'cli' })
  })
})
