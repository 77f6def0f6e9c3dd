import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import type { SiteName } from '@eyenet/shared/identity'
import { type IpNetwork, ipNetwork, networkText } from '@eyenet/shared/network'
import type { DeviceView } from './device-view.ts'
import { compareText } from './directory.ts'
import { type DraftLink, type Drafts, endOf, inOrder } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'

const TOLD = 0.95
/** Only its address is known; the network is one that others tell. */
const GUESSED = 0.7
/** Networks of at most two stations: /30, /31, /127 and /126. */
const PAIR_BITS = { 4: 30, 6: 126 }
const ALONE_BITS = { 4: 32, 6: 128 }

type Address = {
  readonly device: KnownDevice
  readonly ip: string
  readonly port?: string
  readonly isGuessed: boolean
  readonly network: IpNetwork
  readonly site: SiteName
  /** The network in its canonical spelling. */
  readonly text: string
  /** The same private networks are used again and again: at another site it is another one. */
  readonly siteText: string
  /** What the addresses of one network have in common: small ones may reach from site to site. */
  readonly group: string
  /** Among the addresses of its device. */
  readonly place: number
}

/**
 * Layer 3: devices that share a network. Two in a small one are a link, more hang on the network itself. Only networks
 * of which a device tells something else are drawn again.
 */
export class SubnetLinks {
  readonly #told = new Map<KnownDevice, readonly Address[]>()
  readonly #guessed = new Map<KnownDevice, Address>()
  /** Devices that tell no addresses. */
  readonly #silent = new Set<KnownDevice>()
  readonly #networks = new Networks()
  readonly #groups = new Map<string, Set<Address>>()
  readonly #drawn = new Map<string, Drafts>()
  #all: Drafts = { links: [], nodes: [] }

  /** `changed`: devices that came, went, or tell something else; `has`: whether one is there now. */
  update(changed: ReadonlySet<KnownDevice>, has: (device: KnownDevice) => boolean): Drafts {
    const dirty = new Set<string>()
    for (const device of changed) {
      for (const one of this.#told.get(device) ?? []) this.#take(one, dirty)
      const told = has(device) ? toldAddresses(device) : []
      if (has(device)) this.#told.set(device, told)
      else this.#told.delete(device)
      for (const one of told) this.#put(one, dirty)
      if (has(device) && (device.view.links.addresses ?? []).length === 0) this.#silent.add(device)
      else this.#silent.delete(device)
    }
    const open = this.#networks.takeIsOther()
      ? new Set([...changed, ...this.#silent, ...this.#guessed.keys()])
      : changed
    for (const device of open) this.#guess(device, dirty)
    if (dirty.size > 0) this.#draw(dirty)
    return this.#all
  }

  #put(one: Address, dirty: Set<string>): void {
    const all = this.#groups.get(one.group)
    if (all === undefined) this.#groups.set(one.group, new Set([one]))
    else all.add(one)
    if (!one.isGuessed) this.#networks.count(one, 1)
    dirty.add(one.group)
  }

  #take(one: Address, dirty: Set<string>): void {
    this.#groups.get(one.group)?.delete(one)
    if (!one.isGuessed) this.#networks.count(one, -1)
    dirty.add(one.group)
  }

  /** Devices that tell no addresses are in the smallest network of their site that has the address they are asked at. */
  #guess(device: KnownDevice, dirty: Set<string>): void {
    const before = this.#guessed.get(device)
    if (before !== undefined) this.#take(before, dirty)
    const now = this.#silent.has(device) ? this.#networks.of(device) : undefined
    if (now === undefined) this.#guessed.delete(device)
    else {
      this.#guessed.set(device, now)
      this.#put(now, dirty)
    }
  }

  #draw(dirty: ReadonlySet<string>): void {
    for (const key of dirty) {
      const group = [...(this.#groups.get(key) ?? [])].sort(compareAddresses)
      if (group.length === 0) {
        this.#groups.delete(key)
        this.#drawn.delete(key)
      } else this.#drawn.set(key, drawGroup(group))
    }
    const found = [...this.#drawn.values()]
    this.#all = { links: found.flatMap(({ links }) => links), nodes: found.flatMap(({ nodes }) => nodes) }
  }
}

/** Networks that devices tell of, at each site, and how long their prefixes are. */
class Networks {
  readonly #counts = new Map<string, number>()
  readonly #prefixes = new Map<SiteName, Map<number, number>>()
  #isOther = false

  /** Whether there are other networks than when this was asked last. */
  takeIsOther(): boolean {
    const isOther = this.#isOther
    this.#isOther = false
    return isOther
  }

  count({ site, network, siteText }: Address, by: 1 | -1): void {
    const count = (this.#counts.get(siteText) ?? 0) + by
    if (count > 0) this.#counts.set(siteText, count)
    else this.#counts.delete(siteText)
    // One that goes and comes at once was there all the time; looking again costs little.
    if (count === 0 || (by > 0 && count === 1)) this.#isOther = true
    const prefixes = this.#prefixes.get(site) ?? new Map<number, number>()
    const left = (prefixes.get(network.prefix) ?? 0) + by
    if (left > 0) this.#prefixes.set(site, prefixes.set(network.prefix, left))
    else prefixes.delete(network.prefix)
  }

  /** The smallest network of the device's site that has the address it is asked at. */
  of(device: KnownDevice): Address | undefined {
    // The longest prefix is the smallest network.
    const prefixes = [...(this.#prefixes.get(device.view.site)?.keys() ?? [])].sort((a, b) => b - a)
    for (const prefix of prefixes) {
      const guess = guessedAddress(device, prefix)
      if (guess !== undefined && this.#counts.has(guess.siteText)) return guess
    }
    return undefined
  }
}

const isPair = ({ prefix, family }: IpNetwork): boolean => prefix >= PAIR_BITS[family]

/** Who is told before who is guessed; in one order whoever came first. */
const compareAddresses = (a: Address, b: Address): number =>
  Number(a.isGuessed) - Number(b.isGuessed) ||
  compareText(a.device.view.device, b.device.view.device) ||
  a.place - b.place

function drawGroup(group: readonly Address[]): Drafts {
  const [first] = group
  if (first === undefined || !isPair(first.network)) return drawNetwork(group)
  const owners = new Set(group.map(({ device }) => device))
  if (owners.size < 2) return { links: [], nodes: [] }
  if (owners.size === 2) return { links: [pairLink(group)], nodes: [] }
  const sites = [...new Set(group.map(({ siteText }) => siteText))]
  const drawn = sites.map((site) => drawNetwork(group.filter(({ siteText }) => siteText === site)))
  return { links: drawn.flatMap(({ links }) => links), nodes: drawn.flatMap(({ nodes }) => nodes) }
}

function toldAddresses(device: KnownDevice): readonly Address[] {
  return (device.view.links.addresses ?? []).flatMap(({ ip, prefixLength, port }, place): readonly Address[] => {
    const network = prefixLength === undefined || isLocal(ip) ? undefined : ipNetwork(`${ip}/${prefixLength}`)
    if (network === undefined || network.prefix === 0 || network.prefix === ALONE_BITS[network.family]) return []
    const at = port === undefined ? {} : { port }
    return [{ ...addressOf(device, ip, network), isGuessed: false, place, ...at }]
  })
}

function addressOf(device: KnownDevice, ip: string, network: IpNetwork) {
  const text = networkText(network)
  const { site } = device.view
  const siteText = `${site}:${text}`
  return { device, ip, network, site, text, siteText, group: isPair(network) ? text : siteText }
}

const isLocal = (ip: string): boolean => /^(?:127\.|169\.254\.|fe80:|::1$)/i.test(ip)

/** By prefix, worked out once for a view; undefined where it is asked by name. */
const guessesOf = new WeakMap<DeviceView, Map<number, Address | undefined>>()

function guessedAddress(device: KnownDevice, prefix: number): Address | undefined {
  const guesses = guessesOf.get(device.view) ?? new Map<number, Address | undefined>()
  if (guesses.has(prefix)) return guesses.get(prefix)
  const { address: ip } = device.view
  const network = ipNetwork(`${ip}/${prefix}`)
  const guess = network && { ...addressOf(device, ip, network), isGuessed: true, place: 0 }
  guesses.set(prefix, guess)
  guessesOf.set(device.view, guesses)
  return guess
}

function evidenceOf({ device, ip, port, text: name, isGuessed }: Address): LinkEvidence {
  const { view } = device
  const text = isGuessed ? `${view.name} is asked at ${ip}, which is in ${name}` : `${view.name} has ${ip} in ${name}`
  return { kind: 'subnet', device: view.device, ...(port !== undefined && { port }), text, at: view.linksAt }
}

function pairLink(pair: readonly Address[]): DraftLink {
  const [a] = pair
  const b = pair.find(({ device }) => device !== a?.device)
  if (a === undefined || b === undefined) throw new Error('a pair has two devices')
  const confidence = a.isGuessed || b.isGuessed ? GUESSED : TOLD
  return inOrder({
    ...{ layer: 'l3', kind: 'subnet', a: endOf(a.device, a.port), b: endOf(b.device, b.port), members: [], confidence },
    ...{ evidence: [evidenceOf(a), evidenceOf(b)], since: older(a.device, b.device) },
  })
}

const older = ({ view: a }: KnownDevice, { view: b }: KnownDevice) => (a.linksAt < b.linksAt ? a.linksAt : b.linksAt)

/** A network with one device alone in it says nothing of links. */
function drawNetwork(here: readonly Address[]): Drafts {
  const [first] = here
  if (first === undefined || here.every(({ device }) => device === first.device)) return { links: [], nodes: [] }
  const { site } = first.device.view
  const node: TopologyNode = {
    ...{ id: `segment:${first.siteText}`, kind: 'segment', name: first.text, site, role: 'unknown', place: '' },
  }
  return { links: here.map((one) => linkTo(one, node.id)), nodes: [node] }
}

const linksOf = new WeakMap<Address, DraftLink>()

function linkTo(one: Address, node: string): DraftLink {
  const known = linksOf.get(one)
  if (known !== undefined) return known
  const link = inOrder({
    ...{ layer: 'l3', kind: 'subnet', a: endOf(one.device, one.port), b: { node }, members: [] },
    confidence: one.isGuessed ? GUESSED : TOLD,
    ...{ evidence: [evidenceOf(one)], since: one.device.view.linksAt },
  })
  linksOf.set(one, link)
  return link
}
