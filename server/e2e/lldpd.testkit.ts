import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { addSpace, hearsAll, ip, PASSES_LLDP, type Speaker, startLldpd, startSnmpd } from './namespaces.testkit.ts'
import type { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

/** Networks for benchmarks (RFC 2544): nobody's. */
const LINE = (number: number) => ({ outside: `198.18.${number}.1`, inside: `198.18.${number}.2` })
const PROGRAMS = ['ip', 'lldpcli', 'lldpd', 'snmpd', 'unshare'] as const

/** Why no network of namespaces can be made here; empty where it can. */
export function whyNoNamespaces(): string {
  if (process.getuid?.() !== 0) return 'only root makes network namespaces'
  const missing = PROGRAMS.filter((program) => !isThere(program))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  const trial = `eyenet-trial-${process.pid}`
  try {
    ip('netns', 'add', trial)
    ip('link', 'add', 'eth0', 'netns', trial, 'type', 'veth', 'peer', 'name', 'eth1', 'netns', trial)
    return ''
  } catch {
    return 'network namespaces are not permitted'
  } finally {
    try {
      ip('netns', 'delete', trial)
    } catch {
      // It was never there.
    }
  }
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

export type LldpDevice = { readonly name: string; readonly address: string; readonly port: number }

/** Devices in network namespaces: lldpd and snmpd of Debian, real frames over virtual cables. All of it goes with the stage. */
export class LldpNetwork {
  readonly devices: LldpDevice[] = []
  readonly #stage: Stage
  readonly #mark = `en${process.pid}`
  readonly #folder: string
  readonly #cables: (readonly [name: string, name: string])[] = []

  constructor(stage: Stage) {
    this.#stage = stage
    this.#folder = stage.path('lldp')
    mkdirSync(this.#folder, { recursive: true })
    // lldpd gives up root and opens its socket there.
    for (const folder of [stage.folder, this.#folder]) chmodSync(folder, 0o755)
  }

  #space = (name: string) => `${this.#mark}-${name}`

  /** A device that is asked by SNMP over a line of its own, on which it does not speak LLDP. */
  addDevice(name: string): void {
    addSpace(this.#stage, this.#space(name))
    const number = this.devices.length + 1
    const outside = `${this.#mark}m${number}`
    const line = LINE(number)
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'mgmt0', 'netns', this.#space(name))
    ip('address', 'add', `${line.outside}/30`, 'dev', outside)
    ip('link', 'set', outside, 'up')
    ip('-n', this.#space(name), 'address', 'add', `${line.inside}/30`, 'dev', 'mgmt0')
    ip('-n', this.#space(name), 'link', 'set', 'mgmt0', 'up')
    this.devices.push({ name, address: line.inside, port: 161 })
  }

  /** A bridge that nobody asks, with ports p1, p2, ... */
  addHub(name: string): void {
    addSpace(this.#stage, this.#space(name))
    const space = this.#space(name)
    ip('-n', space, 'link', 'add', 'br0', 'type', 'bridge', 'group_fwd_mask', `${PASSES_LLDP}`)
    ip('-n', space, 'link', 'set', 'br0', 'up')
  }

  /** A cable; the port of a hub becomes part of its bridge. */
  cable(a: readonly [name: string, port: string], b: readonly [name: string, port: string]): void {
    const [near, far] = [this.#space(a[0]), this.#space(b[0])]
    this.#cables.push([a[0], b[0]])
    ip('link', 'add', a[1], 'netns', near, 'type', 'veth', 'peer', 'name', b[1], 'netns', far)
    for (const [name, port] of [a, b]) {
      const space = this.#space(name)
      if (!this.devices.some((device) => device.name === name)) ip('-n', space, 'link', 'set', port, 'master', 'br0')
      ip('-n', space, 'link', 'set', port, 'up')
    }
  }

  async start(): Promise<void> {
    for (const { name, address, port } of this.devices) {
      await startSnmpd(this.#stage, this.#speaker(name), `${address}:${port}`)
      startLldpd(this.#stage, this.#speaker(name))
    }
    await until('every device hears its neighbors', () =>
      this.devices.map(({ name }) => hearsAll(this.#speaker(name), this.#neighborsOf(name))).every(Boolean),
    )
  }

  #speaker = (name: string): Speaker => {
    return { space: this.#space(name), name, engine: this.#space(name), folder: this.#folder }
  }

  #neighborsOf(name: string): readonly string[] {
    const next = (one: string) => this.#cables.flatMap(([a, b]) => (a === one ? [b] : b === one ? [a] : []))
    const isDevice = (one: string) => this.devices.some((device) => device.name === one)
    const behind = next(name).flatMap((one) => (isDevice(one) ? [one] : next(one)))
    return behind.filter((one) => one !== name)
  }
}
