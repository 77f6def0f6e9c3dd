import { messageOf } from '@eyenet/shared/errors'
import type { DeviceId } from '@eyenet/shared/identity'
import { type HeardNeighbor, MAX_LINKS } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions } from '../buffer/buffer.ts'
import { type ArpStation, arpPart, inOrder, KeptStations, type LinkParts, LinkTeller } from '../links/links.ts'
import type { Clock } from '../schedule/schedule.ts'
import { type HostLinkReading, readHostLinks } from './read-host-links.ts'

export type HostLinksParts = {
  readonly everyMs: () => number
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: { append(additions: Additions): void }
  /** Who was heard at the machine's own interfaces; nobody listens unless told. */
  readonly heard?: (() => readonly HeardNeighbor[]) | undefined
  /** Reads this machine; /proc and /sys unless told. */
  readonly read?: (interfaces: readonly string[]) => Promise<HostLinkReading>
}

export type HostPort = { readonly name: string; readonly operState: string }

const INNER = /^(?:docker|br-[0-9a-f]{12}|veth|virbr|cni|flannel|cali|lxc|lxd|podman|vnet|tap)/
/** Not of a network of containers or virtual machines inside this machine: thousands of machines have the same. */
export const isOuter = (port: string): boolean => !INNER.test(port)

/** The kernel forgets a neighbour that is not spoken to; how the ports stand is told by the kernel itself. */
const NO_PORT_IS_DOWN = (): boolean => false

/** Where the agent's own machine stands: its addresses, its neighbours, its gateway. */
export class HostLinks {
  readonly #parts: HostLinksParts
  readonly #teller = new LinkTeller()
  readonly #arp = new KeptStations<ArpStation>(MAX_LINKS.arp)
  #readAtMs = Number.NEGATIVE_INFINITY
  #stood = ''

  constructor(parts: HostLinksParts) {
    this.#parts = parts
  }

  /** After each look at the machine: reads on where that is due, or where an interface came, went, or changed its state. */
  async polled(device: DeviceId, ports: readonly HostPort[]): Promise<void> {
    const { clock, everyMs, heard, logger, outbox } = this.#parts
    const nowMs = clock.monotonicMs()
    const outer = ports.filter(({ name }) => isOuter(name))
    const neighbors = inOrder(heard?.() ?? []).slice(0, MAX_LINKS.neighbors)
    const stands = JSON.stringify([outer, neighbors])
    if (nowMs - this.#readAtMs < everyMs() && stands === this.#stood) return
    this.#readAtMs = nowMs
    this.#stood = stands
    try {
      const reading = await (this.#parts.read ?? readHostLinks)(outer.map(({ name }) => name))
      const parts = { ...this.#partsOf(reading, nowMs), neighbors }
      const reports = this.#teller.reports(parts, [], { device, at: clock.now(), nowMs })
      if (reports.length > 0) outbox.append({ facts: reports })
    } catch (thrown) {
      // What the machine uses and moves is told all the same.
      logger.warn({ problem: messageOf(thrown) }, 'where this machine stands in its networks could not be read')
    }
  }

  #partsOf({ addresses, neighbors, gateway, bundles }: HostLinkReading, nowMs: number): LinkParts {
    const own = addresses.filter(({ port }) => isOuter(port))
    const stations = neighbors
      .filter(({ port }) => isOuter(port))
      .map(({ ip, mac, port }) => ({ key: `${ip} ${port}`, place: mac, port, ip, mac }))
    this.#arp.take(stations, { nowMs, isDown: NO_PORT_IS_DOWN })
    const arp = this.#arp.due(nowMs)
    return {
      identifiers: [...new Set(own.map(({ mac }) => mac))].sort().slice(0, MAX_LINKS.identifiers),
      addresses: inOrder(
        own.slice(0, MAX_LINKS.addresses).map(({ ip, prefixLength, port }) => ({
          ...{ ip, port },
          ...(Number.isInteger(prefixLength) && { prefixLength }),
        })),
      ),
      gateways: gateway === undefined ? [] : [gateway],
      bundles: inOrder(bundles.map(({ port, members }) => ({ port, members: [...members].sort() }))),
      ...(arp && { arp: arpPart(arp) }),
    }
  }
}
