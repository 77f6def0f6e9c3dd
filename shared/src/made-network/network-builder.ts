import type { DeviceRole } from '../roles/roles.ts'
import { hashText } from './chance.ts'
import type { MadeCable, MadeDevice, MadeEnd, MadeHost, MadeNetwork, MadePlan, MadePort } from './made-device.ts'
import { type PortKind, STYLES, type StyleName, type VendorStyle } from './vendor-style.ts'

/** Room for the addresses of one device behind its base address. */
const MACS_PER_DEVICE = 512
/** Ports with nothing in them, so that a cable has somewhere to go. */
const SPARE_PORTS = 2
const STATION_OUIS = ['3c5282', 'f4a475', '8c1645', 'a44cc8', '3c22fb', 'dc2b2a'] as const

export type NewDevice = {
  readonly name: string
  readonly style: StyleName
  readonly role: DeviceRole
  readonly site: string
  readonly place: string
  readonly does: 'bridge' | 'bridge-and-route' | 'route' | 'nothing' | 'unmanaged'
  readonly priority?: number
}

/** An address and the network that it is in. */
export type Addressed = { readonly ip: string; readonly prefixLength: number }
type PortChange = Partial<Omit<MadePort, 'name'>>
type Draft = {
  readonly style: VendorStyle
  readonly number: number
  device: MadeDevice
  readonly used: Map<PortKind, number>
}
export type PortWish = { readonly device: string; readonly port: PortKind | { readonly name: string } }

const SERVICES = { bridge: 2, 'bridge-and-route': 6, route: 4, nothing: 72, unmanaged: 2 } as const

/** Collects devices, cables and stations of a network that is being made. */
export class NetworkBuilder {
  readonly plan: MadePlan
  readonly agents: string[] = []
  private readonly drafts = new Map<string, Draft>()
  private readonly cables: MadeCable[] = []
  private readonly hosts: MadeHost[] = []
  private readonly vlans = new Map<number, string>()
  private readonly sites = new Set<string>()

  constructor(plan: MadePlan) {
    this.plan = plan
  }

  /** Managed devices so far. */
  get managed(): number {
    return [...this.drafts.values()].filter(({ device }) => device.managed).length
  }

  add(given: NewDevice): string {
    const { name, does, role, site, place } = given
    const style: VendorStyle = STYLES[given.style]
    const number = this.drafts.size + 1
    const managed = does !== 'unmanaged'
    this.sites.add(site)
    const device: MadeDevice = {
      ...{ name, sysName: managed ? `${name}.example.net` : '', role, site, place, managed, address: '' },
      chassisMac: macOf(style.oui, number, 0),
      ...{ vendor: style.vendor, model: style.model, software: style.software, sysDescr: style.sysDescr },
      serial: managed ? `${style.serialPrefix}${hashText(this.plan.seed, name).toString(36).toUpperCase()}` : '',
      sysObjectId: style.sysObjectId,
      sysServices: SERVICES[does],
      bridges: does === 'bridge' || does === 'bridge-and-route' || does === 'unmanaged',
      routes: does === 'bridge-and-route' || does === 'route',
      lldp: false,
      lldpPortId: style.lldpPortId,
      ...(given.priority === undefined ? {} : { priority: given.priority }),
      ports: [],
    }
    this.drafts.set(name, { style, number, device, used: new Map() })
    return name
  }

  vlan(id: number, name: string): number {
    this.vlans.set(id, name)
    return id
  }

  /** Whether another port of the kind is free. */
  hasFree(device: string, kind: PortKind): boolean {
    const { style, used } = this.draft(device)
    return (used.get(kind) ?? 0) < (kind === 'port' ? style.ports : style.uplinks)
  }

  /** The next free port of the kind; where the uplinks run out, a plain one. */
  take(device: string, kind: PortKind = 'port'): MadeEnd {
    const draft = this.draft(device)
    const { style, used } = draft
    const wanted = this.hasFree(device, kind) ? kind : 'port'
    const n = (used.get(wanted) ?? 0) + 1
    used.set(wanted, n)
    const [ifName, ifDescr, ifIndex] = style.port(wanted, n)
    const speedBps = wanted === 'port' ? style.portBps : style.uplinkBps
    return this.addPort(draft, { ifName, ifDescr, ifIndex, ifType: 6, speedBps })
  }

  /** A radio of an access point. */
  radio(device: string, n: number): MadeEnd {
    const draft = this.draft(device)
    const name = `wlan${n}`
    const found = draft.device.ports.some((port) => port.name === name)
    if (found) return { device, port: name }
    return this.addPort(draft, { ifName: name, ifDescr: name, ifIndex: 20 + n, ifType: 71, speedBps: 866_000_000 })
  }

  /** The port of a hypervisor's bridge to which its n-th machine is attached. */
  bridgePort(device: string, n: number): MadeEnd {
    const name = `vnet${n - 1}`
    const port = { ifName: name, ifDescr: name, ifIndex: 30 + n, ifType: 6, speedBps: 10_000_000_000 } as const
    return this.addPort(this.draft(device), port)
  }

  /** The device shows the base address of another one as its own. */
  shareChassis(device: string, as: string): void {
    const draft = this.draft(device)
    draft.device = { ...draft.device, chassisMac: this.draft(as).device.chassisMac }
  }

  /** The interface of a VLAN with an address; the first one is the device's own address. */
  virtual(device: string, vlan: number, given: Addressed & { readonly over?: string }): void {
    const draft = this.draft(device)
    const [ifName, ifDescr, ifIndex] = draft.style.virtual(vlan)
    const { over } = given
    const base = over === undefined ? draft.device.chassisMac : this.portOf(device, over).mac
    const end = this.addPort(draft, { ifName, ifDescr, ifIndex, ifType: 136, speedBps: 0, mac: base })
    this.change(end, {
      virtualOf: vlan,
      ip: given.ip,
      prefixLength: given.prefixLength,
      ...(over !== undefined && { over }),
    })
    this.reachAt(device, given.ip)
  }

  loopback(device: string, ip: string): void {
    const draft = this.draft(device)
    const end = this.addPort(draft, { ifName: 'lo0', ifDescr: 'lo0', ifIndex: 5_000, ifType: 24, speedBps: 0, mac: '' })
    this.change(end, { ip, prefixLength: 32 })
    this.reachAt(device, ip)
  }

  /** Gives a port an address of its own. */
  address(end: MadeEnd, given: Addressed): void {
    this.change(end, given)
    this.reachAt(end.device, given.ip)
  }

  cable(a: MadeEnd, b: MadeEnd, about: Pick<MadeCable, 'kind' | 'routing'> & { readonly vlan?: number }): void {
    const { vlan, ...rest } = about
    const speedBps = Math.min(this.portOf(a.device, a.port).speedBps, this.portOf(b.device, b.port).speedBps)
    for (const [end, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.change(end, { speedBps, ifAlias: `to ${other.device} ${other.port}`, ...(vlan !== undefined && { vlan }) })
    }
    this.cables.push({ id: `cable-${this.cables.length + 1}`, a, b, ...rest })
  }

  /** Several cables that run as one; the ends are the bundles' interfaces. */
  bundle(a: PortWish & { readonly port: PortKind }, b: PortWish & { readonly port: PortKind }, count: number): void {
    const bundles = [this.addBundle(a.device), this.addBundle(b.device)] as const
    for (let at = 0; at < count; at++) {
      const ends = [this.take(a.device, a.port), this.take(b.device, b.port)] as const
      this.cable(ends[0], ends[1], { kind: 'ethernet' })
      ends.forEach((end, side) => {
        const bundle = bundles[side === 0 ? 0 : 1]
        this.change(end, { bundle: bundle.port })
        const { mac, speedBps } = this.portOf(end.device, end.port)
        const known = this.portOf(bundle.device, bundle.port)
        this.change(bundle, { mac: known.mac || mac, speedBps: known.speedBps + speedBps })
      })
    }
  }

  /** A station at a port, which becomes an access port unless it is a radio. */
  host(end: MadeEnd, vlan: number, ip: string): void {
    const number = this.hosts.length + 1
    const oui = STATION_OUIS[hashText(this.plan.seed, `station ${number}`) % STATION_OUIS.length] ?? STATION_OUIS[0]
    const mac = macOf(oui, 0, (hashText(this.plan.seed, `mac ${number}`) % 1_000) + number * 1_009)
    this.hosts.push({ name: `station-${number}`, mac, ip, vlan, ...end })
    this.change(end, { vlan })
  }

  get hostsLeft(): number {
    return (this.plan.hosts ?? 2 * this.plan.devices) - this.hosts.length
  }

  finish(speaks: (device: MadeDevice) => boolean): MadeNetwork {
    for (const { device } of this.drafts.values()) {
      for (let spare = 0; device.bridges && spare < SPARE_PORTS && this.hasFree(device.name, 'port'); spare++) {
        this.take(device.name)
      }
    }
    return {
      plan: this.plan,
      devices: [...this.drafts.values()].map(({ device }) => ({ ...device, lldp: speaks(device) })),
      cables: this.cables,
      hosts: this.hosts,
      sites: [...this.sites],
      agents: this.agents.length > 0 ? this.agents : [...this.drafts.keys()].slice(0, 1),
      vlans: [...this.vlans].map(([id, name]) => ({ id, name })),
      off: new Set(),
      cut: new Set(),
    }
  }

  private addBundle(device: string): MadeEnd {
    const draft = this.draft(device)
    const n = draft.device.ports.filter(({ ifType }) => ifType === 161).length + 1
    const [ifName, ifDescr, ifIndex] = draft.style.bundle(n)
    return this.addPort(draft, { ifName, ifDescr, ifIndex, ifType: 161, speedBps: 0, mac: '' })
  }

  private addPort(
    draft: Draft,
    given: Pick<MadePort, 'ifName' | 'ifDescr' | 'ifIndex' | 'ifType' | 'speedBps'> & { readonly mac?: string },
  ): MadeEnd {
    const { device, style, number } = draft
    const mac = given.mac ?? macOf(style.oui, number, device.ports.length + 1)
    const port: MadePort = { name: given.ifName, ifAlias: '', adminUp: true, ...given, mac }
    draft.device = { ...device, ports: [...device.ports, port] }
    return { device: device.name, port: port.name }
  }

  private change(end: MadeEnd, change: PortChange): void {
    const draft = this.draft(end.device)
    const ports = draft.device.ports.map((port) => (port.name === end.port ? { ...port, ...change } : port))
    draft.device = { ...draft.device, ports }
  }

  private reachAt(device: string, address: string): void {
    const draft = this.draft(device)
    if (draft.device.address === '') draft.device = { ...draft.device, address }
  }

  portOf(device: string, port: string): MadePort {
    const found = this.draft(device).device.ports.find(({ name }) => name === port)
    if (found === undefined) throw new Error(`${device} has no port ${port}`)
    return found
  }

  private draft(name: string): Draft {
    const draft = this.drafts.get(name)
    if (draft === undefined) throw new Error(`there is no device ${name}`)
    return draft
  }
}

/** The n-th address behind the base address of a device: base + n. */
function macOf(oui: string, device: number, n: number): string {
  const low = (device * MACS_PER_DEVICE + n) % 0x100_0000
  return (oui + low.toString(16).padStart(6, '0')).replace(/(..)(?=.)/g, '$1:')
}
