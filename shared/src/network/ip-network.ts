import { ADDRESS_BITS, type IpNumber, ipNumber, ipText } from './ip-address.ts'

/** All addresses of one prefix (RFC 4632): `value` is the first of them. */
export type IpNetwork = IpNumber & { readonly prefix: number }

/** Reads `address/prefix`; an address alone is a network of one. Bits behind the prefix are cut. */
export function ipNetwork(text: string): IpNetwork | undefined {
  const parts = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)
  const address = ipNumber(parts?.[1] ?? '')
  if (address === undefined) return undefined
  const bits = ADDRESS_BITS[address.family]
  const prefix = parts?.[2] === undefined ? bits : Number(parts[2])
  if (prefix > bits) return undefined
  const host = BigInt(bits - prefix)
  return { family: address.family, value: (address.value >> host) << host, prefix }
}

/** The canonical text: 192.0.2.0/24. */
export function networkText(network: IpNetwork): string {
  return `${ipText(network)}/${network.prefix}`
}

export function lastOf({ family, value, prefix }: IpNetwork): bigint {
  return value + (1n << BigInt(ADDRESS_BITS[family] - prefix)) - 1n
}

export function isWithin(address: IpNumber, network: IpNetwork): boolean {
  return address.family === network.family && address.value >= network.value && address.value <= lastOf(network)
}

/** Whether all of the inner one lies in the outer one. */
export function isPartOf(inner: IpNetwork, outer: IpNetwork): boolean {
  return inner.prefix >= outer.prefix && isWithin(inner, outer)
}

/** RFC 1918, RFC 6598, RFC 3927 and RFC 4193, RFC 4291: nobody else's on the internet. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
]
  .map(ipNetwork)
  .filter((one) => one !== undefined)

export function isPrivateNetwork(network: IpNetwork): boolean {
  return PRIVATE.some((one) => isPartOf(network, one))
}
