import type { HeardNeighbor } from '@eyenet/shared/wire'
import type { KnownDevice } from './known-device.ts'
import { isStation, macNumber } from './port-names.ts'

/** How well an end of a link was recognised, 0 to 1. */
export type Recognised = {
  readonly device: KnownDevice
  readonly certainty: number
  /** Several fitted alike, and what others hear decided. */
  readonly wasTied: boolean
}

/** Names that many devices have before somebody names them. */
const GENERIC =
  /^(?:localhost|switch|router|default|unknown|ubuntu|debian|raspberrypi|openwrt|none|null|host|ap|bridge)$/
/** Weights of the facts: a strong one outweighs every weaker one together. */
const WEIGHT = { mac: 8, serial: 8, fullName: 4, address: 3, shortName: 2 }
/** A name or an address that more devices have than that says nothing. */
const MAX_NAMESAKES = 32

type Index = Map<number | string, KnownDevice[]>

/** Who has which address, name and serial number. Changes cost as much as the device that changed. */
export class Directory {
  readonly #byMac: Index = new Map()
  readonly #byName: Index = new Map()
  readonly #byShortName: Index = new Map()
  readonly #byAddress: Index = new Map()
  readonly #byText: Index = new Map()

  add(device: KnownDevice): void {
    this.#each(device, (map, key) => {
      const all = map.get(key)
      if (all === undefined) map.set(key, [device])
      else all.push(device)
    })
  }

  delete(device: KnownDevice): void {
    this.#each(device, (map, key) => {
      const left = (map.get(key) ?? []).filter((one) => one !== device)
      if (left.length === 0) map.delete(key)
      else map.set(key, left)
    })
  }

  /** The one device with this address of a station; undefined where nobody or several have it. */
  ownerOf(mac: number): KnownDevice | undefined {
    const all = this.#byMac.get(mac)
    return all?.length === 1 ? all[0] : undefined
  }

  /** Whether a device of the inventory has the address, if need be together with others. */
  hasOwner(mac: number): boolean {
    return this.#byMac.has(mac)
  }

  /** The device with this IP address: of the same site first. Undefined where it cannot be told. */
  withAddress(ip: string, near: KnownDevice): KnownDevice | undefined {
    const all = this.#byAddress.get(ip.toLowerCase()) ?? []
    const here = all.filter(({ view }) => view.site === near.view.site)
    return here.length === 1 ? here[0] : here.length === 0 && all.length === 1 ? all[0] : undefined
  }

  /**
   * Who is heard. Addresses of stations and serial numbers weigh more than names, names more than IP addresses; where
   * two devices fit alike, what fits the port decides, then who hears the one that hears; where nothing decides, nobody is
   * named, and 'tied' says that what others hear may decide yet.
   */
  recognise(heard: HeardNeighbor, by: KnownDevice): Recognised | 'tied' | undefined {
    const points = new Map<KnownDevice, number>()
    const vote = (all: readonly KnownDevice[] | undefined, weight: number): void => {
      if (all === undefined || all.length > MAX_NAMESAKES) return
      for (const one of all) if (one !== by) points.set(one, (points.get(one) ?? 0) + weight)
    }
    const { chassisMac, names, texts, ips } = factsOf(heard)
    if (chassisMac !== undefined) vote(this.#byMac.get(chassisMac), WEIGHT.mac)
    for (const text of texts) vote(this.#byText.get(text), WEIGHT.serial)
    for (const name of names) {
      const full = this.#byName.get(name)
      if (full !== undefined) vote(full, WEIGHT.fullName)
      else vote(this.#byShortName.get(shortName(name)), WEIGHT.shortName)
    }
    for (const ip of ips) {
      const found = this.withAddress(ip, by)
      if (found !== undefined) vote([found], WEIGHT.address)
    }
    return this.#decide(points, { heard, by, chassisMac })
  }

  #decide(
    points: ReadonlyMap<KnownDevice, number>,
    { heard, by, chassisMac }: { heard: HeardNeighbor; by: KnownDevice; chassisMac: number | undefined },
  ): Recognised | 'tied' | undefined {
    const best = Math.max(0, ...points.values())
    let top = [...points].filter(([, count]) => count === best).map(([device]) => device)
    const wasTied = top.length > 1
    if (wasTied) {
      const here = top.filter(({ view }) => view.site === by.view.site)
      if (here.length > 0) top = here
      const withPort = top.filter((one) => portOf(one, heard) !== undefined)
      if (withPort.length > 0) top = withPort
      const hearing = top.filter(({ view }) => this.#hears(view.links.neighbors, by))
      if (hearing.length > 0) top = hearing
    }
    const [device] = top
    if (device === undefined || top.length > 1) return wasTied ? 'tied' : undefined
    if (best >= WEIGHT.mac) return { device, certainty: wasTied ? 0.8 : 1, wasTied }
    // It shows an address of its own that is not among those of the device that is called so.
    const isOther = chassisMac !== undefined && device.macs.length > 0
    if (isOther && best <= WEIGHT.shortName && GENERIC.test(shortName(heard.remoteSysName)))
      return wasTied ? 'tied' : undefined
    const certainty = best >= WEIGHT.fullName ? 0.95 : best >= WEIGHT.address ? 0.9 : 0.85
    return { device, certainty: certainty * (wasTied ? 0.8 : 1) * (isOther ? 0.85 : 1), wasTied }
  }

  #hears(neighbors: readonly HeardNeighbor[] | undefined, other: KnownDevice): boolean {
    const name = shortName(plainName(other.view.sysName))
    return (neighbors ?? []).some(({ remoteChassisId, remoteSysName }) => {
      const mac = macNumber(remoteChassisId ?? '')
      if (mac !== undefined && this.#byMac.get(mac)?.includes(other) === true) return true
      return name !== '' && shortName(plainName(remoteSysName)) === name
    })
  }

  #each(device: KnownDevice, visit: (map: Index, key: number | string) => void): void {
    const { view, macs } = device
    const put = (map: Index, keys: Iterable<number | string>): void => {
      for (const key of new Set(keys)) visit(map, key)
    }
    put(this.#byMac, macs)
    const names = [view.sysName, view.name].map(plainName).filter((name) => name !== '')
    put(this.#byName, names)
    put(this.#byShortName, names.map(shortName))
    const ips = [view.address, ...(view.links.addresses ?? []).map(({ ip }) => ip)].map((ip) => ip.toLowerCase())
    put(this.#byAddress, ips.filter(isOwnAddress))
    const texts = [...(view.links.identifiers ?? []), view.serial ?? ''].map(plainName)
    put(
      this.#byText,
      texts.filter((text) => text.length >= MIN_TEXT && macNumber(text) === undefined),
    )
  }
}

/** A serial number or chassis id shorter than that says nothing. */
const MIN_TEXT = 4

/** The interface of the device that the neighbour says it is heard from. */
export function portOf(device: KnownDevice, heard: HeardNeighbor): string | undefined {
  const { remotePort, remotePortDescr = '' } = heard
  const found = device.ports.named(remotePort) ?? device.ports.named(remotePortDescr)
  return found === undefined ? undefined : device.ports.base(found.port)
}

/** What a neighbour shows: its chassis' address, its names, other identifiers, its IP addresses. */
function factsOf(heard: HeardNeighbor): {
  chassisMac: number | undefined
  names: readonly string[]
  texts: readonly string[]
  ips: readonly string[]
} {
  const chassis = plainName(heard.remoteChassisId ?? '')
  const name = plainName(heard.remoteSysName)
  // CDP of NX-OS and of stacks: NAME(SERIAL); phones and access points are called SEP or the bare address.
  const parts = /^([^()]{1,200})\(([^()]{1,64})\)$/.exec(name)
  const called = parts?.[1]?.trim() ?? name
  const mac = [chassis, called, called.replace(/^sep/, '')].map(macNumber).find((one) => one !== undefined)
  const ips = [heard.remoteAddress ?? '', chassis].map((ip) => ip.toLowerCase()).filter(isOwnAddress)
  return {
    chassisMac: mac !== undefined && isStation(mac) ? mac : undefined,
    names: [...new Set([called, chassis])].filter((one) => one !== '' && macNumber(one) === undefined),
    texts: [...new Set([chassis, parts?.[2] ?? ''])].filter((one) => one.length >= MIN_TEXT),
    ips,
  }
}

export const plainName = (name: string): string => name.trim().toLowerCase().replace(/\.$/, '')
/** The first label of a name; an IP address stays whole. */
export const shortName = (name: string): string => (/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? name))

/** An address that names one device: no loopback, link-local or empty one. */
function isOwnAddress(ip: string): boolean {
  return /^[0-9a-f:.]+$/.test(ip) && /[.:]/.test(ip) && !/^(?:127\.|0\.|169\.254\.|::1?$|fe80:)/.test(ip)
}

export const byId = (a: KnownDevice, b: KnownDevice): number => compareText(a.view.device, b.view.device)
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
