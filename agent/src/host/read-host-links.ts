import { execFile } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { findProgram } from '../probe/probe.ts'
import { type HostNeighbor, parseArp, parseNeighbors6 } from './neighbor-tables.ts'
import { localGateway } from './network-facts.ts'
import { textOf } from './read-host.ts'

export type HostAddress = {
  readonly ip: string
  readonly prefixLength: number
  readonly port: string
  readonly mac: string
}

export type HostLinkReading = {
  readonly addresses: readonly HostAddress[]
  readonly neighbors: readonly HostNeighbor[]
  readonly gateway: { readonly ip: string; readonly port: string } | undefined
  /** Bonds, by the interfaces that run in them. */
  readonly bundles: readonly { readonly port: string; readonly members: readonly string[] }[]
}

const IP_TIMEOUT_MS = 2_000
const MAX_IP_OUTPUT = 1024 * 1024
const MAX_BONDS = 64

/** Reads where this machine stands in its networks, out of /proc, /sys and, for IPv6, the program `ip`. Sends nothing. */
export async function readHostLinks(interfaces: readonly string[]): Promise<HostLinkReading> {
  const [arp, neighbors6, gateway, bonds] = await Promise.all([
    textOf('/proc/net/arp'),
    printedNeighbors6(),
    localGateway(),
    Promise.all(interfaces.slice(0, MAX_BONDS).map(bondOf)),
  ])
  const [ip = ''] = (gateway?.address ?? '').split('%')
  return {
    addresses: Object.entries(networkInterfaces()).flatMap(([port, all]) =>
      (all ?? []).flatMap(({ address, cidr, mac, internal }) =>
        internal ? [] : [{ ip: address, prefixLength: Number(cidr?.split('/')[1] ?? Number.NaN), port, mac }],
      ),
    ),
    neighbors: [...parseArp(arp), ...parseNeighbors6(neighbors6)],
    gateway: gateway === null ? undefined : { ip, port: gateway.interfaceName },
    bundles: bonds.filter(({ members }) => members.length > 0),
  }
}

async function bondOf(port: string): Promise<{ port: string; members: string[] }> {
  const slaves = await textOf(`/sys/class/net/${port}/bonding/slaves`)
  return { port, members: slaves.split(/\s+/).filter((name) => name !== '') }
}

/** Empty where there is no such program, or it fails: then IPv6 neighbours are not known. */
async function printedNeighbors6(): Promise<string> {
  const program = findProgram('ip')
  if (program === null) return ''
  return new Promise((resolve) => {
    const options = { timeout: IP_TIMEOUT_MS, maxBuffer: MAX_IP_OUTPUT }
    execFile(program, ['-6', 'neighbour', 'show'], options, (failed, stdout) => resolve(failed === null ? stdout : ''))
  })
}
