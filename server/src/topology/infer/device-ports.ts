import type { DeviceView, PortView } from './device-view.ts'
import { macNumber, parentName, shortPortName } from './port-names.ts'

/** ieee8023adLag: IANAifType. */
const AGGREGATE = 161
/** Interfaces that no cable goes into: softwareLoopback, propVirtual, tunnel, l2vlan, l3ipvlan, bridge ... */
const VIRTUAL = new Set([24, 53, 131, 135, 136, 150, 209])
const WIRELESS = 71

/** The interfaces of one device, found by whatever others call them. */
export class DevicePorts {
  readonly #ports = new Map<string, PortView>()
  /** By each spelling; undefined where several interfaces have it. */
  readonly #spellings = new Map<string, PortView | undefined>()
  readonly #byMac = new Map<number, PortView | undefined>()
  readonly #bundleOf = new Map<string, string>()
  readonly #members = new Map<string, readonly string[]>()

  readonly #hasAggregates: boolean

  constructor(view: DeviceView) {
    this.#hasAggregates = view.interfaces.some(({ ifType }) => ifType === AGGREGATE)
    for (const port of view.interfaces) this.#ports.set(port.port, port)
    for (const { port, members } of view.links.bundles ?? []) {
      const known = members.filter((member) => member !== port)
      if (known.length === 0) continue
      this.#members.set(port, known)
      for (const member of known) this.#bundleOf.set(member, port)
    }
    // Bundles before what runs in them, and what has a socket before what has none: the first one keeps a shared name.
    const weight = ({ port, ifType }: PortView): number => (this.isBundle(port) ? 0 : VIRTUAL.has(ifType) ? 2 : 1)
    const inOrder = [...view.interfaces].sort((a, b) => weight(a) - weight(b))
    for (const port of inOrder) {
      const mac = macNumber(port.mac)
      if (mac !== undefined) this.#claim(this.#byMac, mac, port)
      for (const spelling of spellingsOf(port)) this.#claim(this.#spellings, spelling, port)
    }
    this.#claimWeakNames(inOrder)
  }

  get(port: string): PortView | undefined {
    return this.#ports.get(port)
  }

  /** The interface that is called so: stable name, ifName, ifDescr, ifAlias, a short form, its address or its number. */
  named(text: string): PortView | undefined {
    if (text === '') return undefined
    const mac = macNumber(text)
    const found =
      this.#ports.get(text) ??
      this.#spellings.get(text.trim().toLowerCase()) ??
      this.#spellings.get(shortPortName(text)) ??
      (mac === undefined ? undefined : this.#byMac.get(mac))
    if (found !== undefined) return found
    const parent = parentName(text)
    return parent === undefined ? undefined : this.named(parent)
  }

  /** The one physical interface with this address; undefined where several share it. */
  withMac(mac: number): PortView | undefined {
    return this.#byMac.get(mac)
  }

  /** The interface that a unit such as `ge-0/0/1.0` is of; else the interface itself. */
  base(port: string): string {
    const parent = parentName(port)
    return parent !== undefined && this.#ports.has(parent) ? parent : port
  }

  /** The bundle that runs over this interface, else the interface itself. */
  outer(port: string): string {
    const base = this.base(port)
    return this.#bundleOf.get(base) ?? base
  }

  members(bundle: string): readonly string[] | undefined {
    return this.#members.get(bundle)
  }

  isBundle(port: string): boolean {
    return this.#members.has(port) || this.#ports.get(port)?.ifType === AGGREGATE
  }

  get hasBundles(): boolean {
    return this.#members.size > 0 || this.#hasAggregates
  }

  isVirtual(port: string): boolean {
    return VIRTUAL.has(this.#ports.get(port)?.ifType ?? 0)
  }

  isWireless(port: string): boolean {
    return this.#ports.get(port)?.ifType === WIRELESS
  }

  /** Aliases and bare numbers name an interface only where no other is called so. */
  #claimWeakNames(ports: readonly PortView[]): void {
    const weak = new Map<string, PortView | undefined>()
    for (const port of ports) {
      const alias = port.ifAlias.trim().toLowerCase()
      if (alias !== '') weak.set(alias, weak.has(alias) ? undefined : port)
    }
    for (const port of ports) if (port.ifIndex > 0) weak.set(String(port.ifIndex), port)
    for (const [name, port] of weak) if (!this.#spellings.has(name)) this.#spellings.set(name, port)
  }

  #claim<K>(names: Map<K, PortView | undefined>, name: K, port: PortView): void {
    if (!names.has(name)) {
      names.set(name, port)
      return
    }
    const before = names.get(name)
    if (before === undefined || before === port || this.#bundleOf.get(port.port) === before.port) return
    if (VIRTUAL.has(port.ifType) && !VIRTUAL.has(before.ifType)) return
    names.set(name, undefined)
  }
}

function spellingsOf({ port, ifName, ifDescr }: PortView): ReadonlySet<string> {
  const spellings = new Set<string>()
  for (const text of [port, ifName, ifDescr]) {
    if (text === '') continue
    spellings.add(text.trim().toLowerCase())
    spellings.add(shortPortName(text))
  }
  return spellings
}
