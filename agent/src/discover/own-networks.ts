import { networkInterfaces } from 'node:os'
import {
  type IpNetwork,
  type IpNumber,
  ipNetwork,
  ipNumber,
  isPrivateNetwork,
  networkText,
} from '@eyenet/shared/network'
import { DISCOVERY_LIMITS } from '@eyenet/shared/wire'

/** Where this machine stands; loopback is not among it. */
export type OwnNetworks = { readonly networks: readonly IpNetwork[]; readonly addresses: readonly IpNumber[] }

/** A larger network is rarely one that somebody wants to sweep as a whole. */
const SHORTEST_OFFERED = { 4: 20, 6: 48 } as const

/** Reads the addresses of this machine's interfaces. */
export function ownNetworks(read: typeof networkInterfaces = networkInterfaces): OwnNetworks {
  const outside = Object.values(read()).flatMap((all) => (all ?? []).filter(({ internal }) => !internal))
  const found = outside.map(({ address, cidr }) => ({ address: ipNumber(address), network: ipNetwork(cidr ?? '') }))
  return {
    addresses: found.map(({ address }) => address).filter((one) => one !== undefined),
    networks: found.map(({ network }) => network).filter((one) => one !== undefined),
  }
}

const LINK_LOCAL = ipNetwork('fe80::/10')

/** The networks that people are offered to permit: private ones of a size that can be swept. */
export function offeredNetworks({ networks }: OwnNetworks): readonly string[] {
  const offered = networks.filter(
    (one) =>
      isPrivateNetwork(one) &&
      one.prefix >= SHORTEST_OFFERED[one.family] &&
      !(one.family === 6 && one.value >> 118n === (LINK_LOCAL?.value ?? 0n) >> 118n),
  )
  return [...new Set(offered.map(networkText))].slice(0, DISCOVERY_LIMITS.offered)
}
