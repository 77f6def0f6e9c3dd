import { execFile, execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AgentConfig } from '@eyenet/shared/config'
import { epochMs } from '@eyenet/shared/identity'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { addressAfter } from './address-range.ts'
import { TAG } from './ber-tag.ts'
import { START } from './demo-site.testkit.ts'
import { requestOf } from './manager.testkit.ts'
import { runSimulation, type SimulationOptions, targetsYaml } from './simulate.ts'

const run = promisify(execFile)
const hasSnmpTools = (() => {
  try {
    execFileSync('snmpbulkwalk', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** A simulation on free ports, with a clock that a test sets. */
async function simulation(options: SimulationOptions = {}) {
  let now = START
  const clock = { now: () => epochMs(now) }
  const served = await runSimulation({ port: 0, address: '127.0.91.1', ...options }, clock)
  onTestFinished(() => served.close())
  const target = (name: string) => served.targets.find((one) => one.name === name)!
  return { served, target, advance: (ms: number) => (now += ms) }
}

async function walked(target: { address: string; port: number }, ...args: string[]): Promise<string[]> {
  const common = ['-cpublic', '-t1', '-r0', '-On', '-OU']
  const [tool = 'snmpbulkwalk', ...rest] = args
  const { stdout } = await run(
    tool,
    [...rest.slice(0, -1), ...common, `${target.address}:${target.port}`, rest.at(-1) ?? '.1'],
    {
      maxBuffer: 1e8,
    },
  )
  return stdout.trim().split('\n.')
}

test.skipIf(!hasSnmpTools)(
  'net-snmp walks every device of the demonstration to its end, in both versions',
  async () => {
    const { served } = await simulation({ faults: 'none' })
    expect(served.targets.length).toBeGreaterThanOrEqual(14)
    for (const target of served.targets) {
      const bulk = await walked(target, 'snmpbulkwalk', '-v2c', '-Cr40', '.1')
      expect(bulk.length).toBeGreaterThan(90)
      expect(bulk.join('\n')).toContain(`"${target.name}.example.net"`)
      const old = await walked(target, 'snmpwalk', '-v1', '.1.3.6.1.2.1.2.2.1')
      expect(old.length).toBe(
        22 *
          bulk.filter((line) => line.includes('.1.3.6.1.2.1.2.2.1.1.') || line.startsWith('1.3.6.1.2.1.2.2.1.1.'))
            .length,
      )
    }
    expect(served.counts()).toMatchObject({ malformed: 0, unknownCommunity: 0, unanswered: 0 })
  },
)

test.skipIf(!hasSnmpTools)(
  'a device that the script takes down does not answer, and does again afterwards',
  async () => {
    const { served, target, advance } = await simulation()
    const uptime = () => walked(target('ap-2'), 'snmpget', '-v2c', '.1.3.6.1.2.1.1.3.0')
    await expect(uptime()).resolves.toHaveLength(1)
    advance(25_000)
    await expect(uptime()).rejects.toThrow(/Timeout/)
    expect(served.counts().unanswered).toBe(1)
    advance(600_000)
    await expect(uptime()).resolves.toEqual([expect.stringMatching(/= Timeticks: \(1700\)/)])
  },
)

test('garbage over UDP is counted and the device answers on', async () => {
  const { served, target } = await simulation({ faults: 'none' })
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const { address, port } = target('core-1')
  const answered = new Promise<Buffer>((resolve) => socket.once('message', resolve))
  for (const garbage of ['', 'x', '0'.repeat(3_000)]) socket.send(garbage, port, address)
  socket.send(requestOf({ tag: TAG.get, names: ['1.3.6.1.2.1.1.5.0'] }), port, address)
  expect((await answered).toString('latin1')).toContain('core-1.example.net')
  expect(served.counts()).toMatchObject({ requests: 1, varbinds: 1, malformed: 3 })
})

test('a load site has as many devices and interfaces as are asked for, each on its own address', async () => {
  const { served } = await simulation({ devices: 300, interfaces: 5 })
  expect(new Set(served.targets.map((target) => target.address)).size).toBe(300)
  expect(served.targets[299]).toMatchObject({ name: 'switch-300', address: '127.0.92.46' })
})

test('a made network answers with as many devices as are asked for, and without faults unless a script is given', async () => {
  const { served } = await simulation({ network: 'leaf-spine', devices: 30, lldp: 'some', hosts: 5, seed: 2 })
  expect(served.targets).toHaveLength(30)
  expect(served.targets.slice(0, 2).map(({ name, address }) => [name, address])).toEqual([
    ['spine-1', '127.0.91.1'],
    ['spine-2', '127.0.91.2'],
  ])
})

test('an address that is taken is named, with what to do', async () => {
  const { target } = await simulation({ faults: 'none' })
  const { port, address } = target('core-1')
  await expect(runSimulation({ port, address })).rejects.toThrow(`cannot serve UDP on ${address}:${port}`)
})

test('options and scripts that make no sense are refused with a sentence', async () => {
  await expect(runSimulation({ address: '192.0.2.1' })).rejects.toThrow('address: a loopback address, 127.x.x.x')
  await expect(runSimulation({ interfaces: 5 })).rejects.toThrow('interfaces: only together with `devices`')
  await expect(runSimulation({ lldp: 'none' })).rejects.toThrow('of a made network: name its kind')
  await expect(runSimulation({ network: 'tree', devices: 5, interfaces: 5 })).rejects.toThrow('not together with')
  await expect(runSimulation({ faults: '/nonexistent.yaml' })).rejects.toThrow(
    'cannot read the script of faults /nonexistent.yaml',
  )
  const folder = await mkdtemp(join(tmpdir(), 'simulate-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'faults.yaml')
  await writeFile(file, 'faults: [{ kind: cpu, device: core-9, at: 1s, for: 1m }]')
  await expect(runSimulation({ faults: file })).rejects.toThrow('there is no device "core-9"')
})

test('the targets are a configuration that the agent accepts', async () => {
  const { served } = await simulation({ faults: 'none', community: 'a: "strange" one' })
  const config = AgentConfig.parse(parse(targetsYaml(served.targets)).agent)
  expect(config.targets).toHaveLength(served.targets.length)
  expect(config.targets[0]).toMatchObject({
    name: 'core-1',
    address: '127.0.91.1',
    ping: false,
    snmp: { credential: 'simulated' },
  })
  expect(config.credentials).toEqual({ simulated: { version: '2c', community: 'a: "strange" one' } })
})

test('addresses pass over those of networks and broadcasts', () => {
  expect([0, 1, 253, 254].map((index) => addressAfter('127.0.10.1', index))).toEqual([
    '127.0.10.1',
    '127.0.10.2',
    '127.0.10.254',
    '127.0.11.1',
  ])
  expect(() => addressAfter('127.255.255.200', 100)).toThrow('not enough addresses')
})
