import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { startChild } from './child.testkit.ts'
import { whyNoNamespaces } from './lldpd.testkit.ts'
import type { Stage } from './stage.testkit.ts'

const ip = (...words: readonly string[]): void => {
  execFileSync('ip', words, { stdio: 'pipe' })
}

/** Why no routers of namespaces can be made here; empty where they can. */
export function whyNoRouters(): string {
  const why = whyNoNamespaces()
  if (why !== '') return why
  const trial = `eyenet-route-${process.pid}`
  try {
    execFileSync('sh', ['-c', 'command -v traceroute'], { stdio: 'pipe' })
    ip('netns', 'add', trial)
    ip('netns', 'exec', trial, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
    return ''
  } catch {
    return 'there is no traceroute, or a namespace cannot forward packets'
  } finally {
    try {
      ip('netns', 'delete', trial)
    } catch {
      // It was never there.
    }
  }
}

const SETTINGS = [
  'net.ipv4.ip_forward=1',
  'net.ipv6.conf.all.forwarding=1',
  // Linux answers a probe each second otherwise.
  'net.ipv4.icmp_ratelimit=0',
  'net.ipv6.icmp.ratelimit=0',
]
/** Networks for benchmarks (RFC 2544), and unique local ones (RFC 4193): nobody's. */
const v4 = (line: number, end: 1 | 2): string => `198.19.${line}.${end}`
const v6 = (line: number, end: 1 | 2): string => `fdee:e7e:${line}::${end}`

export type RoutedDevice = { readonly name: string; readonly v4: string; readonly v6: string }

/** Routers in a row behind this machine, each a namespace with an snmpd of Debian; the last is only an end. */
export class RoutedNetwork {
  readonly devices: RoutedDevice[] = []
  readonly #stage: Stage
  readonly #mark = `er${process.pid}`
  readonly #folder: string

  constructor(stage: Stage) {
    this.#stage = stage
    this.#folder = stage.path('routed')
    mkdirSync(this.#folder, { recursive: true })
    for (const folder of [stage.folder, this.#folder]) chmodSync(folder, 0o755)
  }

  async start(names: readonly string[]): Promise<void> {
    for (const [at, name] of names.entries()) this.#add(name, at + 1)
    for (const [at, name] of names.entries()) {
      const on = this.#space(name)
      // Outwards by the next, all else back to where this machine is.
      for (let line = at + 3; line <= names.length; line += 1) {
        ip('-n', on, 'route', 'add', `198.19.${line}.0/30`, 'via', v4(at + 2, 2))
        ip('-n', on, '-6', 'route', 'add', `fdee:e7e:${line}::/64`, 'via', v6(at + 2, 2))
      }
      ip('-n', on, 'route', 'add', 'default', 'via', v4(at + 1, 1))
      ip('-n', on, '-6', 'route', 'add', 'default', 'via', v6(at + 1, 1))
    }
    for (let line = 2; line <= names.length; line += 1) {
      ip('route', 'add', `198.19.${line}.0/30`, 'via', v4(1, 2))
      ip('-6', 'route', 'add', `fdee:e7e:${line}::/64`, 'via', v6(1, 2))
    }
    for (const device of this.devices) await this.#startSnmpd(device)
  }

  #space = (name: string) => `${this.#mark}-${name}`

  /** A namespace with a cable to the one before it: to this machine for the first. */
  #add(name: string, line: number): void {
    const on = this.#space(name)
    const before = this.devices.at(-1)
    const [near, far] = before === undefined ? [`${this.#mark}a`, []] : ['out0', ['-n', this.#space(before.name)]]
    ip('netns', 'add', on)
    this.#stage.onClose(async () => ip('netns', 'delete', on))
    for (const setting of SETTINGS) ip('netns', 'exec', on, 'sysctl', '-qw', setting)
    ip(...far, 'link', 'add', near, 'type', 'veth', 'peer', 'name', 'in0', 'netns', on)
    for (const [place, port, end] of [
      [far, near, 1],
      [['-n', on], 'in0', 2],
    ] as const) {
      ip(...place, 'address', 'add', `${v4(line, end)}/30`, 'dev', port)
      ip(...place, '-6', 'address', 'add', `${v6(line, end)}/64`, 'dev', port, 'nodad')
      ip(...place, 'link', 'set', port, 'up')
    }
    ip('-n', on, 'link', 'set', 'lo', 'up')
    this.devices.push({ name, v4: v4(line, 2), v6: v6(line, 2) })
  }

  async #startSnmpd({ name, v4: address }: RoutedDevice): Promise<void> {
    const lines = [`engineID ${this.#mark}-${name}`, 'rocommunity public', `sysName ${name}`, 'sysServices 4']
    const config = this.#stage.write(`routed/${name}.conf`, `${lines.join('\n')}\n`)
    const words = ['-f', '-Lo', '-C', '-c', config, '-I', '-smux', `udp:${address}:161`]
    const env = { SNMP_PERSISTENT_DIR: this.#folder, MIBS: '' }
    const snmpd = startChild('ip', ['netns', 'exec', this.#space(name), 'snmpd', ...words], { env })
    this.#stage.onClose(() => snmpd.kill())
    await snmpd.line((line) => line.includes('NET-SNMP version'))
  }
}
