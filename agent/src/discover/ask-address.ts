import type { AskParts } from './ask-parts.ts'
import { askSnmp, type SnmpAnswer } from './ask-snmp.ts'
import { PACKETS_WHEN_OPEN } from './knock-tcp.ts'

export type AddressAnswer =
  | { readonly kind: 'silent' }
  /** It is there, and watched already. */
  | { readonly kind: 'watched' }
  | {
      readonly kind: 'found'
      readonly rttSeconds?: number
      readonly mac?: string
      readonly ports: readonly number[]
      readonly hostname?: string
      readonly snmp: SnmpAnswer
    }

const PING_MS = 1_000
/** One echo may be lost, or wait for ARP. */
const PINGS = 2
const KNOCKS_AT_ONCE = 4

/**
 * Asks one address: ping, then SNMP, then TCP ports. `told`: others say that it is there, so that it is asked further
 * also when it answers no ping; so is one that the kernel knows by ARP.
 */
export async function askAddress(
  address: string,
  told: { readonly mac?: string | undefined } | undefined,
  parts: AskParts,
): Promise<AddressAnswer> {
  const { mayGoOn, isWatched, settings } = parts
  const ping = await pinged(address, parts)
  const mac = await parts.macOf(address)
  const isThere = typeof ping === 'number' || mac !== undefined
  if (isWatched(address)) return isThere ? { kind: 'watched' } : { kind: 'silent' }
  const mayKnock = isThere || told !== undefined || ping === 'unavailable' || settings().silentHosts
  if (!mayKnock || !mayGoOn(address)) return { kind: 'silent' }
  const snmp = await askSnmp(address, mac ?? told?.mac, parts)
  const tcp = await knockPorts(address, parts)
  if (!isThere && snmp.found === undefined && !tcp.isThere) return { kind: 'silent' }
  const hostname = mayGoOn(address) && settings().names ? await named(address, parts) : undefined
  return {
    kind: 'found',
    ...(typeof ping === 'number' && { rttSeconds: ping }),
    ...(mac !== undefined && { mac }),
    ...(hostname !== undefined && { hostname }),
    ports: tcp.open,
    snmp,
  }
}

/** Seconds, `silent`, or `unavailable` where this machine cannot ping. */
async function pinged(
  address: string,
  { pinger, pace, mayGoOn }: AskParts,
): Promise<number | 'silent' | 'unavailable'> {
  for (let sent = 0; sent < PINGS && mayGoOn(address); sent++) {
    await pace.take()
    if (!mayGoOn(address)) break
    const outcome = await pinger.ping(address, { timeoutMs: PING_MS, count: 1 })
    if (outcome.kind === 'reply') return outcome.rttSeconds
    if (outcome.kind === 'unavailable') return 'unavailable'
  }
  return 'silent'
}

async function knockPorts(
  address: string,
  { pace, knock, settings, mayGoOn }: AskParts,
): Promise<{ isThere: boolean; open: readonly number[] }> {
  const ports = [...settings().ports]
  const open: number[] = []
  let isThere = false
  const worker = async (): Promise<void> => {
    for (let port = ports.shift(); port !== undefined && mayGoOn(address); port = ports.shift()) {
      await pace.take()
      const outcome = await knock(address, port)
      isThere ||= outcome !== 'silent'
      if (outcome !== 'open') continue
      pace.charge(PACKETS_WHEN_OPEN)
      open.push(port)
    }
  }
  await Promise.all(Array.from({ length: KNOCKS_AT_ONCE }, worker))
  return { isThere, open: open.sort((a, b) => a - b) }
}

async function named(address: string, { pace, nameOf }: AskParts): Promise<string | undefined> {
  await pace.take()
  return nameOf(address)
}
