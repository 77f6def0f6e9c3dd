import { Resolver } from 'node:dns/promises'

const MAX_NAME = 255
const OPTIONS = { timeout: 2_000, tries: 1 } as const

export type ReverseName = (address: string) => Promise<string | undefined>

/** Asks the machine's resolver what an address is called (RFC 1035, 3.5): one packet, two seconds. */
export function reverseNames(): ReverseName {
  const resolver = new Resolver(OPTIONS)
  return async (address) => {
    const names = await resolver.reverse(address).catch(() => [])
    return hostnameOf(names[0])
  }
}

/** A name as DNS has them (RFC 1123); whoever answers for the zone may write anything. */
export function hostnameOf(name: string | undefined): string | undefined {
  const plain = name?.replace(/\.$/, '')
  return plain !== undefined && plain.length <= MAX_NAME && /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(plain)
    ? plain
    : undefined
}
