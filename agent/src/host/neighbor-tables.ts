/** Readers of what Linux tells of its neighbours; pure: text in, entries out. Lines that do not fit are left out. */
import { isIP } from 'node:net'

export type HostNeighbor = { readonly ip: string; readonly mac: string; readonly port: string }

/** ATF_COM of if_arp.h: the address is known. */
const COMPLETE = 0x2
const MAC = /^(?!00(?::00){5}$)[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/

/** IPv4 neighbours, out of /proc/net/arp. */
export function parseArp(text: string): HostNeighbor[] {
  return text.split('\n').flatMap((line) => {
    const [ip = '', , flags = '', address = '', , port = ''] = line.trim().split(/\s+/)
    const mac = address.toLowerCase()
    const isKnown = (Number.parseInt(flags, 16) & COMPLETE) !== 0
    return isKnown && isIP(ip) === 4 && MAC.test(mac) && port !== '' ? [{ ip, mac, port }] : []
  })
}

/** IPv6 neighbours, out of what `ip -6 neighbour show` prints. */
export function parseNeighbors6(text: string): HostNeighbor[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(\S+) dev (\S+) (?:.* )?lladdr (\S+)(?: (.*))?$/.exec(line.trim())
    const [, ip = '', port = '', address = '', rest = ''] = found ?? []
    const mac = address.toLowerCase()
    return isIP(ip) === 6 && MAC.test(mac) && !rest.includes('FAILED') ? [{ ip, mac, port }] : []
  })
}
