import type { DeviceId } from '@eyenet/shared/identity'
import type { Additions, NewLinks } from '../buffer/buffer.ts'
import type { Heard } from './crawl.ts'
import { hostnameOf } from './reverse-name.ts'

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/

/** The addresses that a device tells of: its neighbours, those behind its ARP and ND entries, its routing peers and gateways. */
export function heardInLinks({ device, neighbors = [], arp = [], routing, gateways = [] }: NewLinks): Heard[] {
  const via = (port: string | undefined): Heard['via'] => ({ device, ...(port !== undefined && { port }) })
  const peers = [...(routing?.bgp ?? []).map(({ peer }) => peer), ...(routing?.ospf ?? []).map((one) => one.neighbor)]
  return [
    ...neighbors.flatMap(
      ({ remoteAddress: address, remoteChassisId = '', remoteSysName, port, capabilities }): Heard[] => {
        if (address === undefined) return []
        const [mac, hostname] = [remoteChassisId.toLowerCase(), hostnameOf(remoteSysName)]
        const who = { ...(MAC.test(mac) && { mac }), ...(hostname !== undefined && { hostname }) }
        const role = capabilities === undefined ? {} : { capabilities }
        return [{ address, how: 'neighbor', via: via(port), ...who, ...role }]
      },
    ),
    ...peers.map((address): Heard => ({ address, how: 'route', via: via(undefined) })),
    ...gateways.map(({ ip, port }): Heard => ({ address: ip, how: 'route', via: via(port) })),
    ...arp.map(({ ip, mac, port }): Heard => ({ address: ip, mac, how: 'arp', via: via(port) })),
  ]
}

/** Who hears what devices tell of their links. */
export type LinksListener = {
  heard(list: readonly Heard[]): void
  /** All addresses of a watched device, as it tells them. */
  owned(addresses: readonly string[], device: DeviceId): void
}

/** The outbox, listened to: what devices tell of their links, and who passed by, goes on as it is. */
export function heardOutbox<Box extends { append(additions: Additions): void }>(
  outbox: Box,
  listener: LinksListener,
): Box {
  return {
    ...outbox,
    append(additions: Additions) {
      outbox.append(additions)
      for (const one of additions.facts ?? []) {
        if (!('kind' in one)) continue
        // Whose frames passed by may be asked too.
        if (one.kind === 'discovered') listener.heard(one.items)
        if (one.kind !== 'links') continue
        if (one.addresses !== undefined)
          listener.owned(
            one.addresses.map(({ ip }) => ip),
            one.device,
          )
        listener.heard(heardInLinks(one))
      }
    },
  }
}
