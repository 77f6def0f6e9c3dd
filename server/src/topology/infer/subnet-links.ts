import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import { type IpNetwork, ipNetwork, networkText } from '@eyenet/shared/network'
import type { DeviceView } from './device-view.ts'
import { compareText } from './directory.ts'
import { type DraftLink, type Drafts, endOf, inOrder } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import type { Memo } from './memo.ts'

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
  /** The network in its canonical spelling. */
  readonly text: string
  /** The same private networks are used again and again: at another site it is another one. */
  readonly siteText: string
}

/** Networks are worked out once for a view. */
const toldOf = new WeakMap<DeviceView, readonly Address[]>()

/** Layer 3: devices that share a network. Two in a small one are a link, more hang on the network itself. */
export function subnetLinks(devices: readonly KnownDevice[], memo: Memo<Drafts>): Drafts {
  const told = devices.flatMap(toldAddresses)
  const all = [...told, ...guessedAddresses(devices, told)]
  const found: Drafts[] = []
  memo.turn()
  for (const [key, pair] of groupBy(all.filter(isPair), pairKey)) {
    const owners = new Set(pair.map(({ device }) => device))
    if (owners.size === 2) found.push(memo.get(key, pair, () => ({ links: [pairLink(pair)], nodes: [] })))
    else if (owners.size > 2) for (const [, here] of groupBy(pair, siteKey)) found.push(drawNetwork(here))
  }
  const larger = all.filter((one) => !isPair(one))
  for (const [key, here] of groupBy(larger, siteKey)) found.push(memo.get(key, here, () => drawNetwork(here)))
  return { links: found.flatMap(({ links }) => links), nodes: found.flatMap(({ nodes }) => nodes) }
}

const isPair = ({ network }: Address): boolean => network.prefix >= PAIR_BITS[network.family]
const pairKey = ({ text }: Address): string => text
const siteKey = ({ siteText }: Address): string => siteText

function groupBy(all: readonly Address[], keyOf: (one: Address) => string): ReadonlyMap<string, readonly Address[]> {
  const groups = new Map<string, Address[]>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return new Map([...groups].sort(([a], [b]) => compareText(a, b)))
}

function toldAddresses(device: KnownDevice): readonly Address[] {
  const known = toldOf.get(device.view)
  if (known !== undefined) return known
  const told = (device.view.links.addresses ?? []).flatMap(({ ip, prefixLength, port }): readonly Address[] => {
    const network = prefixLength === undefined || isLocal(ip) ? undefined : ipNetwork(`${ip}/${prefixLength}`)
    if (network === undefined || network.prefix === 0 || network.prefix === ALONE_BITS[network.family]) return []
    const text = networkText(network)
    const siteText = `${device.view.site}:${text}`
    return [{ device, ip, network, text, siteText, isGuessed: false, ...(port !== undefined && { port }) }]
  })
  toldOf.set(device.view, told)
  return told
}

const isLocal = (ip: string): boolean => /^(?:127\.|169\.254\.|fe80:|::1$)/i.test(ip)

/** Devices that tell no addresses are in the smallest network of their site that has the address they are asked at. */
function guessedAddresses(devices: readonly KnownDevice[], told: readonly Address[]): readonly Address[] {
  const networks = new Set<string>()
  const bySite = new Map<string, Set<number>>()
  for (const { device, network, siteText } of told) {
    if (networks.has(siteText)) continue
    networks.add(siteText)
    bySite.set(device.view.site, (bySite.get(device.view.site) ?? new Set()).add(network.prefix))
  }
  // The longest prefix is the smallest network.
  const prefixes = new Map([...bySite].map(([site, all]) => [site, [...all].sort((a, b) => b - a)]))
  return devices.flatMap((device): readonly Address[] => {
    const { links, site } = device.view
    if ((links.addresses ?? []).length > 0) return []
    for (const prefix of prefixes.get(site) ?? []) {
      const guess = guessedAddress(device, prefix)
      if (guess !== undefined && networks.has(guess.siteText)) return [guess]
    }
    return []
  })
}

/** By prefix, worked out once for a view; undefined where it is asked by name. */
const guessesOf = new WeakMap<DeviceView, Map<number, Address | undefined>>()

function guessedAddress(device: KnownDevice, prefix: number): Address | undefined {
  const guesses = guessesOf.get(device.view) ?? new Map<number, Address | undefined>()
  if (guesses.has(prefix)) return guesses.get(prefix)
  const { address: ip, site } = device.view
  const network = ipNetwork(`${ip}/${prefix}`)
  const text = network === undefined ? '' : networkText(network)
  const guess = network && { device, ip, network, text, siteText: `${site}:${text}`, isGuessed: true }
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
    ...{ id: `segment:${siteKey(first)}`, kind: 'segment', name: first.text, site, role: 'unknown', place: '' },
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
