import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { runChild, startChild } from './child.testkit.ts'
import { freeUdpPort, type Snmpd, startSnmpd } from './snmpd.testkit.ts'
import { AGENT, freePort, SERVER, Stage } from './stage.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())
let snmpd: Snmpd | undefined
beforeAll(async () => {
  if (parts.snmpd) snmpd = await startSnmpd(stage, { lines: ['rocommunity public', 'sysName sw1.example.net'] })
})

const agent = (...words: string[]) => runChild(process.execPath, [AGENT, ...words])
const server = (...words: string[]) => runChild(process.execPath, [SERVER, ...words])

const MISTAKES = [
  ['not YAML', 'agent:\n  targets: [lab\n', /:\d+:\d+: /],
  [
    'an unknown key, with the nearest one',
    'agent:\n  intervalSecond: 5\n',
    /:2:3: agent\.intervalSecond: .*intervalSeconds/,
  ],
  ['a wrong type', 'agent:\n  intervalSeconds: often\n', /:2:20: agent\.intervalSeconds: expected .*number.*often/],
  ['a number out of range', 'agent:\n  intervalSeconds: 0\n', /:2:20: agent\.intervalSeconds: .*1/],
  ['a wrong choice', 'agent:\n  log:\n    level: loud\n', /:3:12: agent\.log\.level: .*debug.*loud/],
  ['a missing value', 'agent:\n  targets:\n    - name: core\n', /:3:\d+: agent\.targets\.0.*address/],
  [
    'a credential nobody wrote',
    'agent:\n  targets:\n    - address: 192.0.2.1\n      snmp: { credential: lab }\n',
    /:4:\d+: agent\.targets\.0\.snmp\.credential: .*none/,
  ],
  ['a key twice', 'agent:\n  log: {}\n  log: {}\n', /:3:\d+: .*(twice|unique|duplicate)/i],
  [
    'a secret file that is not there',
    'agent:\n  credentials:\n    lab: { version: 2c, community: "${file:/nowhere/x}" }\n',
    /:3:\d+: agent\.credentials\.lab\.community: .*\/nowhere\/x/,
  ],
] as const

test.concurrent.for(MISTAKES)('config check names %s, with its line and column', async ([what, text, expected]) => {
  const file = stage.write(`${what.replaceAll(' ', '-')}.yaml`, text)
  const checked = await agent('config', 'check', file)
  expect(checked.stdout).toMatch(expected)
  expect(checked.stdout.startsWith(`${file}:`)).toBe(true)
  expect(checked.status).toBe(65)
})

test('config check of a right file, of none, and as JSON', async () => {
  const right = stage.write('right.yaml', 'agent:\n  log: { level: warn }\n')
  const wrong = stage.write('wrong.yaml', 'agent:\n  targts: []\nserver:\n  lisen: 1\n')
  const [fine, gone, json] = await Promise.all([
    agent('config', 'check', right),
    agent('config', 'check', stage.path('none.yaml')),
    agent('config', 'check', wrong, '--json'),
  ])
  expect([fine.status, fine.stdout]).toEqual([0, `${right}: no mistakes\n`])
  expect([gone.status, gone.stdout]).toEqual([66, ''])
  expect(gone.stderr).toContain(`cannot read ${stage.path('none.yaml')}`)
  expect(json.status).toBe(65)
  const { ok, problems } = JSON.parse(json.stdout)
  expect(ok).toBe(false)
  expect(problems.map(({ line, path }: { line: number; path: string }) => [line, path])).toEqual([
    [2, 'agent.targts'],
    [4, 'server.lisen'],
  ])
})

test('both programs take the shipped example', async () => {
  const example = new URL('../../config.example.yaml', import.meta.url).pathname
  const [one, other] = await Promise.all([agent('config', 'check', example), server('config', 'check', example)])
  expect([one.status, other.status]).toEqual([0, 0])
})

test.skipIf(!parts.snmpd)('probe --json says who a device is and what it has', async () => {
  const community = stage.write('community', 'public\n')
  const where = [snmpd?.address ?? '', '--port', String(snmpd?.port), '--no-ping']
  const probed = await agent('probe', ...where, '--community-file', community, '--json')
  expect(probed).toMatchObject({ status: 0, stderr: '' })
  const result = JSON.parse(probed.stdout)
  expect(result).toMatchObject({ schema: 'eyenet-snmp-result/1', answered: true })
  expect(result.device.sysName).toBe('sw1.example.net')
  expect(result.interfaces.map((one: { name: string }) => one.name)).toContain('lo')
})

test('probe of a device that does not answer ends with 69 and says what to look at, not the community', async () => {
  const community = stage.write('secret-community', 'tell-nobody\n')
  const port = String(await freeUdpPort('127.0.22.1'))
  const words = ['--port', port, '--no-ping', '--timeout', '0.2', '--community-file', community]
  const probed = await agent('probe', '127.0.22.1', ...words)
  expect(probed.status).toBe(69)
  expect(probed.stdout).toMatch(/snmp +failed +.*check/)
  expect(probed.stdout + probed.stderr).not.toContain('tell-nobody')
})

test('probe with a community file or credential that is not there ends with 66', async () => {
  const file = await agent('probe', '127.0.22.1', '--community-file', stage.path('none'))
  expect([file.status, file.stderr]).toEqual([66, expect.stringContaining(stage.path('none'))])
  const config = stage.write('names.yaml', 'agent:\n  credentials:\n    lab: { version: 2c, community: x }\n')
  const credential = await agent('probe', '127.0.22.1', '--credential', 'lap', '--config', config)
  expect([credential.status, credential.stderr]).toEqual([66, expect.stringContaining('it has: lab')])
})

test('buffer status of a folder without an outbox ends with 66', async () => {
  const asked = await agent('buffer', 'status', '--data', stage.path('nothing'))
  expect([asked.status, asked.stdout]).toEqual([66, ''])
  expect(asked.stderr).toContain(stage.path('nothing/outbox.db'))
})

test('simulate serves devices that probe can read, writes their configuration and ends at Ctrl-C', async () => {
  const port = String(await freeUdpPort('127.0.23.1'))
  const targets = stage.path('targets.yaml')
  const site = ['--address', '127.0.23.1', '--port', port, '--devices', '3', '--interfaces', '4']
  const simulator = startChild(process.execPath, [
    AGENT,
    'simulate',
    ...site,
    '--targets-file',
    targets,
    '--ready-json',
  ])
  stage.onClose(() => simulator.kill())
  const ready = JSON.parse(await simulator.line((one) => one.startsWith('{')))
  expect(ready).toEqual({ event: 'ready', devices: 3, targetsFile: targets })
  const [checked, probed] = await Promise.all([
    agent('config', 'check', targets),
    agent('probe', '127.0.23.3', '--port', port, '--no-ping', '--json', '--community-file', stage.write('p', 'public')),
  ])
  expect(checked.status).toBe(0)
  expect(readFileSync(targets, 'utf8')).toContain('127.0.23.3')
  expect(JSON.parse(probed.stdout)).toMatchObject({ answered: true })
  expect(JSON.parse(probed.stdout).interfaces.length).toBe(4)
  simulator.signal('SIGINT')
  expect(await simulator.ended).toBe(0)
})

test('version, as text and as JSON', async () => {
  const [text, json] = await Promise.all([agent('version'), agent('version', '--json')])
  expect(text.stdout).toMatch(/^eyenet-agent \d+\.\d+\.\d+ \(Node\.js \d+\.\d+\.\d+\)\n$/)
  expect(JSON.parse(json.stdout)).toEqual({ eyenet: expect.any(String), node: process.versions.node })
})

test('completion prints a script that bash takes and that knows the commands', async () => {
  const printed = await agent('completion', 'bash')
  expect(printed.status).toBe(0)
  const loaded = await runChild('bash', ['-n'], { input: printed.stdout })
  expect(loaded).toMatchObject({ status: 0, stderr: '' })
  for (const word of ['probe', 'simulate', '--ready-json']) expect(printed.stdout).toContain(word)
  const unknown = await agent('completion', 'tcsh')
  expect(unknown.status).not.toBe(0)
  expect(unknown.stderr).toContain('bash')
})

test('an unknown command or option names the nearest one', async () => {
  const [command, option] = await Promise.all([agent('prob'), agent('run', '--ready-jsn')])
  expect(command.stderr).toContain('Did you mean probe?')
  expect(option.stderr).toContain('Did you mean --ready-json?')
  expect([command.status, option.status].includes(0)).toBe(false)
})

test('run without an identity says how to enrol', async () => {
  const run = await agent('run', '--data', stage.path('fresh'))
  expect(run.status).toBe(69)
  expect(run.stderr).toContain('this machine is not enrolled: run `eyenet-agent enrol URL --token-file FILE')
})

test('run with a folder that cannot be made says so, agent and server', async () => {
  const file = stage.write('a-file', '')
  const [one, other] = await Promise.all([
    agent('run', '--data', `${file}/data`),
    server('run', '--data', `${file}/data`, '--listen', '127.0.0.1:0', '--mqtt-listen', '127.0.0.1:0'),
  ])
  for (const { status, stderr } of [one, other]) {
    expect(status).toBe(69)
    expect(stderr).toContain(`the data folder ${file}/data cannot be made`)
    expect(stderr).toContain('--data')
  }
})

test('run with a wrong configuration lists the mistakes and ends with 65', async () => {
  const wrong = stage.write('run.yaml', 'agent:\n  intervalSecond: 5\nserver:\n  lisen: x\n')
  const [one, other] = await Promise.all([
    agent('run', '--config', wrong, '--data', stage.path('fresh')),
    server('run', '--config', wrong, '--data', stage.path('fresh-server')),
  ])
  for (const { status, stderr } of [one, other]) {
    expect(status).toBe(65)
    expect(stderr).toMatch(/run\.yaml:2:3: .*intervalSeconds/)
    expect(stderr).toMatch(/run\.yaml:4:3: .*listen/)
  }
})

test('a server whose port is taken names the port and the option that changes it', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const address = holder.address()
  const taken = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const free = `127.0.0.1:${await freePort()}`
  const [page, mqtt] = await Promise.all([
    server('run', '--data', stage.path('one'), '--listen', taken, '--mqtt-listen', free),
    server('run', '--data', stage.path('two'), '--listen', '127.0.0.1:0', '--mqtt-listen', taken),
  ])
  holder.close()
  expect([page.status, mqtt.status]).toEqual([69, 69])
  expect(page.stderr).toContain(taken)
  expect(page.stderr).toContain('--listen')
  expect(mqtt.stderr).toContain(taken)
  expect(mqtt.stderr).toContain('--mqtt-listen')
})
