import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { whyNoNamespaces } from './lldpd.testkit.ts'
import { addSpace, hearsAll, ip, PASSES_LLDP, type Speaker, startLldpd, startSnmpd } from './namespaces.testkit.ts'
import type { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

/** Why no network of bridges with machines in it can be made here; empty where it can. */
export function whyNoMachines(): string {
  const why = whyNoNamespaces()
  if (why !== '') return why
  try {
    const trial = 'mount --bind /dev/null /etc/machine-id && hostname trial'
    execFileSync('unshare', ['--uts', '--mount', 'sh', '-c', trial], { stdio: 'pipe' })
    return ''
  } catch {
    return 'there is no /etc/machine-id, or mounts are not permitted'
  }
}

export type BridgedDevice = {
  readonly name: string
  readonly address: string
  readonly kind: 'switch' | 'host'
  /** Whether it answers SNMP; a host that does not is only pinged. */
  readonly speaks: boolean
}

/** A cable that can be pulled: both of its ends lose their carrier then, and nobody's port is switched off. */
export type Cable = { readonly pull: () => void; readonly plug: () => void }
type End = readonly [name: string, port: string]

/**
 * Switches and hosts of one network: bridges with lldpd and snmpd of Debian, in namespaces, asked over the same cables
 * over which they pass frames on. All of it goes with the stage.
 */
export class BridgedNetwork {
  readonly devices: BridgedDevice[] = []
  readonly #stage: Stage
  readonly #network: string
  readonly #mark: string
  readonly #folder: string
  readonly #ends: (readonly [End, End])[] = []
  #cables = 0

  /** The network's first three numbers, as 198.18.200: several may be there at once. */
  constructor(stage: Stage, network: string) {
    this.#stage = stage
    this.#network = network
    this.#mark = `eb${process.pid}-${network.split('.').at(-1)}`
    this.#folder = stage.path(this.#mark)
    mkdirSync(this.#folder, { recursive: true })
    // lldpd gives up root and opens its socket there.
    for (const folder of [stage.folder, this.#folder]) chmodSync(folder, 0o755)
    addSpace(stage, this.space('patch'))
  }

  space = (name: string): string => `${this.#mark}-${name}`

  add(
    name: string,
    { kind, speaks = true }: { readonly kind: 'switch' | 'host'; readonly speaks?: boolean },
  ): BridgedDevice {
    const space = this.space(name)
    addSpace(this.#stage, space)
    const address = `${this.#network}.${this.devices.length + 2}`
    if (kind === 'switch') {
      ip('-n', space, 'link', 'add', 'br0', 'type', 'bridge')
      ip('-n', space, 'address', 'add', `${address}/24`, 'dev', 'br0')
      ip('-n', space, 'link', 'set', 'br0', 'up')
    }
    const device = { name, address, kind, speaks }
    this.devices.push(device)
    return device
  }

  cable(a: End, b: End): Cable {
    const patched = this.#patch()
    this.#plugIn(a, patched.a)
    this.#plugIn(b, patched.b)
    this.#ends.push([a, b])
    return this.#cable(patched)
  }

  /** What starts a program there as if on a machine of its own: it is known by another name and another machine-id. */
  asMachine(name: string): readonly string[] {
    const id = this.#stage.write(
      `${this.#mark}/${name}.machine-id`,
      `${createHash('md5').update(this.space(name)).digest('hex')}\n`,
    )
    const script = `mount --bind ${id} /etc/machine-id && hostname ${name} && exec "$@"`
    return ['ip', 'netns', 'exec', this.space(name), 'unshare', '--uts', '--mount', 'sh', '-c', script, 'sh']
  }

  async start(): Promise<void> {
    for (const { name, address, speaks } of this.devices) {
      const speaker = this.#speaker(name)
      if (speaks) await startSnmpd(this.#stage, speaker, `${address}:161`)
      startLldpd(this.#stage, speaker)
    }
    await until('every device hears its neighbors', () =>
      this.devices.map(({ name }) => hearsAll(this.#speaker(name), this.#next(name))).every(Boolean),
    )
  }

  #next = (name: string): readonly string[] =>
    this.#ends.flatMap(([a, b]) => (a[0] === name ? [b[0]] : b[0] === name ? [a[0]] : []))

  #speaker = (name: string): Speaker => {
    return { space: this.space(name), name, engine: this.space(name), folder: this.#folder }
  }

  /** What a cable is here: two ports that pass on everything, LLDP too. */
  #patch(): { readonly a: string; readonly b: string } {
    const name = `c${this.#cables++}`
    ip('-n', this.space('patch'), 'link', 'add', name, 'type', 'bridge', 'group_fwd_mask', `${PASSES_LLDP}`)
    ip('-n', this.space('patch'), 'link', 'set', name, 'up')
    return { a: `${name}a`, b: `${name}b` }
  }

  #plugIn([name, port]: End, patched: string): void {
    const space = this.space(name)
    ip('link', 'add', port, 'netns', space, 'type', 'veth', 'peer', 'name', patched, 'netns', this.space('patch'))
    const device = this.devices.find((one) => one.name === name)
    if (device?.kind === 'switch') ip('-n', space, 'link', 'set', port, 'master', 'br0')
    else ip('-n', space, 'address', 'add', `${device?.address}/24`, 'dev', port)
    ip('-n', space, 'link', 'set', port, 'up')
  }

  #cable({ a, b }: { readonly a: string; readonly b: string }): Cable {
    const set = (state: 'up' | 'down'): void => {
      for (const port of [a, b]) ip('-n', this.space('patch'), 'link', 'set', port, state)
    }
    for (const port of [a, b]) ip('-n', this.space('patch'), 'link', 'set', port, 'master', a.slice(0, -1))
    set('up')
    return { pull: () => set('down'), plug: () => set('up') }
  }
}
