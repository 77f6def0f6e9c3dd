import { type IpNetwork, ipNumber, networkText } from '@eyenet/shared/network'
import { plainText, textTable } from '@eyenet/shared/terminal'
import type { Discovered, DiscoveryProgress } from '@eyenet/shared/wire'
import type { EffectiveDiscovery } from '../discover/discover.ts'

/** Rows that fit a look; JSON has them all. */
const MOST_ROWS = 500
const MOST_NETWORKS = 8
const LONGEST_NAME = 32
const LONGEST_SAYS = 48
/** Pings to one that stays silent. */
const PACKETS_WHEN_SILENT = 2
/** Of a device that answers: ping, who it is by SNMP (some ten questions), a name. */
const PACKETS_WHEN_FOUND = 14
/** A port that is open takes three. */
const PACKETS_A_PORT = 1.5

/** What a sweep would ask, and how long that takes. */
export function planText(plan: {
  readonly networks: readonly IpNetwork[]
  readonly total: number
  readonly settings: EffectiveDiscovery
}): string {
  const { networks, total, settings } = plan
  const { packetsPerSecond: pace, credentials, ports } = settings
  const names = [...new Set(networks.map(networkText))]
  const where = `${names.slice(0, MOST_NETWORKS).join(', ')}${names.length > MOST_NETWORKS ? ', ...' : ''}`
  const perSilent = PACKETS_WHEN_SILENT + (settings.silentHosts ? ports.length + Math.min(3, credentials.length) : 0)
  const perFound = PACKETS_WHEN_FOUND + PACKETS_A_PORT * ports.length + Math.min(3, credentials.length)
  const ids = credentials.map(({ id }) => id).join(', ') || 'none: SNMP is not asked'
  return [
    `${total.toLocaleString('en')} addresses in ${where}, ${pace} packets a second at most.`,
    `Credentials  ${plainText(ids)}${credentials.length > 3 ? ' (three a device and hour)' : ''}`,
    `TCP ports    ${ports.join(', ') || 'none'}`,
    `Takes        ${spanOf((total * perSilent) / pace)} where nobody answers, ${spanOf(perFound / pace)} more for each that does.`,
  ].join('\n')
}

/** One line while a sweep goes on. */
export function progressText({ done, total, answered }: DiscoveryProgress, elapsedMs: number): string {
  const share = total === 0 ? 1 : done / total
  const left = share < 0.02 ? '' : `, ${spanOf(((elapsedMs / 1_000) * (1 - share)) / share)} left`
  return `${String(Math.floor(share * 100)).padStart(3)} %  ${done} of ${total} addresses asked, ${answered} answered${left}`
}

/** What was found, for people. Everything in it that devices wrote is cleaned. */
export function textOfDiscovery(
  found: readonly Discovered[],
  run: { readonly progress: DiscoveryProgress | undefined; readonly seconds: number; readonly packets: number },
): string {
  const { progress, seconds, packets } = run
  const pace = Math.round(packets / Math.max(1, seconds))
  const sent = `${packets.toLocaleString('en')} packets in ${spanOf(seconds)}, ${pace} a second`
  const end = progress?.state === 'done' ? '' : ` ${progress?.problem ?? 'It did not come to its end.'}`
  const asked = `${progress?.done ?? 0} of ${progress?.total ?? 0} addresses asked`
  const summary = `${found.length} found; ${asked} by ${sent}.${end}`
  if (found.length === 0) return summary
  const held = progress?.heldBack ?? 0
  const rows = [...found].sort(byAddress).slice(0, MOST_ROWS).map(rowOf)
  return [
    textTable([['address', 'name', 'vendor', 'role', 'ping', 'open ports', 'SNMP', 'MAC', 'says'], ...rows]),
    ...(found.length > MOST_ROWS ? [`and ${found.length - MOST_ROWS} more; --json has all`] : []),
    ...(held > 0 ? [`${held} would see a fourth credential within the hour: ask again later for the others.`] : []),
    '',
    summary,
  ].join('\n')
}

function rowOf({
  address = '',
  hostname,
  vendor,
  rttSeconds,
  ports = [],
  mac,
  snmp,
  role,
}: Discovered): readonly string[] {
  const name = snmp?.sysName || hostname || ''
  return [
    ...[address, cut(name, LONGEST_NAME), cut(vendor ?? '', LONGEST_NAME), role ?? ''],
    rttSeconds === undefined ? '' : `${(rttSeconds * 1_000).toFixed(1)} ms`,
    ...[ports.join(' '), snmp?.credential ?? '', mac ?? ''],
    cut(snmp?.model ?? snmp?.sysDescr ?? '', LONGEST_SAYS),
  ]
}

function cut(text: string, most: number): string {
  const plain = plainText(text)
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain
}

function byAddress(a: Discovered, b: Discovered): number {
  const [left, right] = [ipNumber(a.address ?? ''), ipNumber(b.address ?? '')]
  if (left === undefined || right === undefined || left.family !== right.family) {
    return (left?.family ?? 0) - (right?.family ?? 0)
  }
  return left.value < right.value ? -1 : left.value > right.value ? 1 : 0
}

function spanOf(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`
}
