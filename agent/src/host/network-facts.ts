import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { endianness } from 'node:os'

/** The next hop of the default route and the interface behind which it is. */
export type Gateway = { readonly address: string; readonly interfaceName: string }

/** Where Linux tells its routes and resolvers. */
export type NetworkFiles = { readonly routes4: string; readonly routes6: string; readonly resolvers: string }

const LINUX: NetworkFiles = {
  routes4: '/proc/net/route',
  routes6: '/proc/net/ipv6_route',
  resolvers: '/etc/resolv.conf',
}

/** glibc uses no more (resolv.conf(5)). */
const MAX_RESOLVERS = 3
const UP = 0x1
const VIA_GATEWAY = 0x2
const REJECT = 0x200

/** The default gateway, IPv4 before IPv6; null where this machine has none or does not say. */
export async function localGateway(files: NetworkFiles = LINUX): Promise<Gateway | null> {
  return parseRoutes4(await textOf(files.routes4)) ?? parseRoutes6(await textOf(files.routes6))
}

/** The addresses that this machine asks for names, in its order. */
export async function localResolvers(files: NetworkFiles = LINUX): Promise<readonly string[]> {
  return parseResolvers(await textOf(files.resolvers))
}

/** The default gateway with the least metric in the form of /proc/net/route. */
export function parseRoutes4(text: string, byteOrder: 'LE' | 'BE' = endianness()): Gateway | null {
  const candidates = text.split('\n').flatMap((line) => {
    const [interfaceName = '', destination, gateway = '', flags = '', , , metric, mask] = line.trim().split(/\s+/)
    const isDefault = destination === '00000000' && mask === '00000000' && isUsable(Number.parseInt(flags, 16))
    if (!isDefault || !/^[0-9A-Fa-f]{8}$/.test(gateway)) return []
    const octets = gateway.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
    const address = (byteOrder === 'LE' ? octets.reverse() : octets).join('.')
    return [{ address, interfaceName, metric: Number(metric) }]
  })
  return best(candidates)
}

/** The default gateway with the least metric in the form of /proc/net/ipv6_route; link-local ones with their zone. */
export function parseRoutes6(text: string): Gateway | null {
  const candidates = text.split('\n').flatMap((line) => {
    const [destination = '', length, , , gateway = '', metric = '', , , flags = '', interfaceName = ''] = line
      .trim()
      .split(/\s+/)
    const isDefault = /^0{32}$/.test(destination) && length === '00' && isUsable(Number.parseInt(flags, 16))
    if (!isDefault || !/^[0-9a-fA-F]{32}$/.test(gateway) || /^0{32}$/.test(gateway)) return []
    const plain = new URL(`http://[${gateway.match(/.{4}/g)?.join(':')}]`).hostname.slice(1, -1)
    const address = /^fe[89ab]/.test(plain) ? `${plain}%${interfaceName}` : plain
    return [{ address, interfaceName, metric: Number.parseInt(metric, 16) }]
  })
  return best(candidates)
}

/** The name servers of a resolv.conf. */
export function parseResolvers(text: string): readonly string[] {
  const named = text.split('\n').flatMap((line) => {
    const address = /^\s*nameserver\s+([^\s#;]+)/.exec(line)?.[1] ?? ''
    return isIP(address) === 0 ? [] : [address]
  })
  return [...new Set(named)].slice(0, MAX_RESOLVERS)
}

function isUsable(flags: number): boolean {
  return (flags & UP) !== 0 && (flags & VIA_GATEWAY) !== 0 && (flags & REJECT) === 0
}

function best(candidates: readonly (Gateway & { metric: number })[]): Gateway | null {
  const [first] = [...candidates].sort((a, b) => a.metric - b.metric)
  return first ? { address: first.address, interfaceName: first.interfaceName } : null
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
