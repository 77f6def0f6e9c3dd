import type { Addressed } from './network-builder.ts'

/** A network whose first address is the gateway's. */
export type Subnet = { readonly gateway: Addressed; readonly room: number; next(): Addressed | undefined }

/** Hands out networks: 10.0.0.0/8 for devices, 172.16.0.0/12 for stations, and small ones between routers. */
export class AddressPlan {
  private blocks = 0
  private users = 0
  private pairs = 0
  private loopbacks = 0

  /** How many blocks have networks. */
  get blocksMade(): number {
    return this.blocks
  }

  /** A /24 for the devices of a block. */
  devices(): Subnet {
    const number = this.blocks++
    return subnet(0x0a00_0000 + (1 + number) * 256, 24)
  }

  /** A /22 for stations. */
  stations(): Subnet {
    return subnet(0xac10_0000 + this.users++ * 1_024, 22)
  }

  /** Both ends of a link between routers, a /30 or /31. */
  pair(prefixLength: 30 | 31): readonly [Addressed, Addressed] {
    const base = 0x0afe_0000 + this.pairs++ * 4 + (prefixLength === 30 ? 1 : 0)
    return [
      { ip: ipOf(base), prefixLength },
      { ip: ipOf(base + 1), prefixLength },
    ]
  }

  loopback(): string {
    return ipOf(0x0afd_0001 + this.loopbacks++)
  }
}

function subnet(base: number, prefixLength: number): Subnet {
  const room = 2 ** (32 - prefixLength) - 3
  let used = 0
  return {
    gateway: { ip: ipOf(base + 1), prefixLength },
    room,
    next: () => (used >= room ? undefined : { ip: ipOf(base + 2 + used++), prefixLength }),
  }
}

const ipOf = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
