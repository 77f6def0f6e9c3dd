import { type IpNetwork, type IpNumber, ipNetwork, isPartOf, lastOf, NetworkSet } from '@eyenet/shared/network'
import { DISCOVERY_LIMITS } from '@eyenet/shared/wire'
import type { EffectiveDiscovery } from './effective-discovery.ts'
import type { OwnNetworks } from './own-networks.ts'

export type SweepPlan =
  | { readonly kind: 'plan'; readonly addresses: NetworkSet; readonly total: number }
  | { readonly kind: 'none'; readonly problem: string }

const networks = (...texts: string[]): IpNetwork[] => texts.map(ipNetwork).filter((one) => one !== undefined)

const LOOPBACK = networks('127.0.0.0/8', '::1')
/** This network, multicast, reserved and broadcast (RFC 6890), and link-local IPv6, which needs a zone. */
const NEVER = NetworkSet.of(networks('0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::', 'ff00::/8', 'fe80::/10'))
/** A network with more has an address of its own and one for broadcasts (RFC 3021 spares /31). */
const LONGEST_WITH_EDGES = 30

/**
 * What may be asked: what is permitted without this machine's own addresses, network and broadcast addresses, and what is
 * no host's. Loopback only where a network of it is named: 0.0.0.0/0 does not mean it.
 */
export function askable({ permitted, networks: named }: EffectiveDiscovery, own: OwnNetworks): NetworkSet {
  const isLoopback = (network: IpNetwork): boolean => LOOPBACK.some((one) => isPartOf(network, one))
  const unnamed = NetworkSet.of(LOOPBACK).minus(NetworkSet.of(named.filter(isLoopback)))
  const edges = [...named, ...own.networks].flatMap(edgesOf)
  return permitted.minus(NEVER).minus(unnamed).minus(NetworkSet.of(edges)).minus(addressSet(own.addresses))
}

/** The addresses of one sweep: IPv4 only, since an IPv6 network has too many to ask each. */
export function sweepPlan(mayAsk: NetworkSet, wanted: readonly IpNetwork[] | undefined): SweepPlan {
  const cut = wanted === undefined ? mayAsk : mayAsk.and(NetworkSet.of(wanted))
  const total = cut.count(4)
  if (total === 0n) {
    const hasSix = wanted === undefined ? cut.count(6) > 0n : wanted.every(({ family }) => family === 6)
    const problem = hasSix
      ? 'IPv6 networks are not swept: only neighbours in them that devices tell of are asked. Permit an IPv4 network.'
      : wanted === undefined
        ? 'No network is permitted here. Permit one in the page or under agent.discovery.networks.'
        : 'None of these addresses is permitted here. Permit their network first, in the page and, where it names any, in the file of the agent.'
    return { kind: 'none', problem }
  }
  if (total > BigInt(DISCOVERY_LIMITS.addresses)) {
    const most = DISCOVERY_LIMITS.addresses.toLocaleString('en')
    const problem = `That is ${total.toLocaleString('en')} addresses, and one sweep asks ${most} at most (a /16): name smaller networks.`
    return { kind: 'none', problem }
  }
  return { kind: 'plan', addresses: cut, total: Number(total) }
}

function edgesOf(network: IpNetwork): IpNetwork[] {
  if (network.family === 6 || network.prefix > LONGEST_WITH_EDGES) return []
  return [network.value, lastOf(network)].map((value) => ({ family: 4, value, prefix: 32 }))
}

function addressSet(addresses: readonly IpNumber[]): NetworkSet {
  return NetworkSet.of(addresses.map((one) => ({ ...one, prefix: one.family === 4 ? 32 : 128 })))
}
