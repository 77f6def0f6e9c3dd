import type { InboxState } from '@eyenet/shared/api'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Discovered, Peer } from '@eyenet/shared/wire'
import { joinedEvidence, NO_EVIDENCE, withFinding } from './evidence.ts'
import {
  addressesOf,
  addressKey,
  canonicalAddress,
  deviceKey,
  type InboxEntry,
  macKey,
  macsOf,
  stationMac,
} from './inbox-entry.ts'

/** A MAC at more addresses is that of a router that answers for others (proxy ARP): it tells nothing more. */
const MAX_ADDRESSES_OF_A_MAC = 16
/** Of one entry; the oldest go. */
const MAX_KEYS = 64
/** An agent that has not seen it for so long leaves it to one that does. */
const FORSAKEN_MS = 7 * 24 * 3_600_000
/** Which word stands where two entries turn out to be one. */
const STANDING: readonly InboxState[] = ['accepted', 'ignored', 'known', 'new']
/** Facts of the hardware itself: two different ones of the same kind are two devices. */
const HARDWARE_RANKS: ReadonlySet<string> = new Set(['engine-id', 'serial', 'chassis-mac'])

export type FindingKeys = {
  readonly device: string | undefined
  readonly mac: string | undefined
  readonly address: string | undefined
}

/** What a finding is recognised by. */
export function keysOf({ address, mac, snmp }: Discovered): FindingKeys {
  return {
    device: snmp?.device,
    mac: mac === undefined ? undefined : stationMac(mac),
    address: address === undefined ? undefined : canonicalAddress(address),
  }
}

/** The keys as they stand in the database. */
export function keyTexts({ device, mac, address }: FindingKeys): readonly string[] {
  return [
    ...(device === undefined ? [] : [deviceKey(device)]),
    ...(mac === undefined ? [] : [macKey(mac)]),
    ...(address === undefined ? [] : [addressKey(address)]),
  ]
}

/** Who tells, when, and how new entries are named. */
export type MergeContext = { readonly peer: Peer; readonly at: EpochMs; readonly newId: () => string }

/**
 * Takes findings of one agent into what is known at its site. Pure but for `newId`: what has changed is read afterwards.
 * Taking the same findings again changes nothing more.
 */
export class FindingsMerge {
  readonly #context: MergeContext
  /** Those that were given, and new ones; at most one more for each finding. */
  readonly #entries = new Map<string, InboxEntry>()
  readonly #owners = new Map<string, string>()
  readonly #changed = new Set<string>()
  readonly #gone = new Set<string>()
  #refused = 0

  /** `known`: every entry of the site that has one of the findings' keys, with all its keys. */
  constructor(known: readonly InboxEntry[], context: MergeContext) {
    this.#context = context
    for (const entry of known) this.#put(entry)
  }

  take(finding: Discovered): void {
    const keys = this.#usable(keysOf(finding))
    const texts = keyTexts(keys)
    if (keys.address === undefined && keys.mac === undefined) {
      this.#refused += 1
      return
    }
    const found = new Set(texts.flatMap((text) => this.#owners.get(text) ?? []))
    const same = [...found]
      .flatMap((id) => this.#entries.get(id) ?? [])
      .filter((entry) => isSame(entry, finding, keys))
      .sort(byStanding)
    const [first, ...others] = same
    const whole = others.reduce((sum, other) => this.#joined(sum, other), first ?? this.#fresh())
    for (const text of texts) this.#takeFrom(text, whole.id)
    this.#put(this.#told(whole, finding, keys))
    this.#changed.add(whole.id)
  }

  changed(): readonly InboxEntry[] {
    return [...this.#changed].flatMap((id) => this.#entries.get(id) ?? [])
  }

  /** Ids of entries that were taken into others, or have nothing left that they are recognised by. */
  gone(): readonly string[] {
    return [...this.#gone]
  }

  /** Findings with neither an address nor a MAC. */
  refused(): number {
    return this.#refused
  }

  /** Without a MAC that answers for too many addresses to be that of one thing. */
  #usable(keys: FindingKeys): FindingKeys {
    const { mac, address } = keys
    if (mac === undefined || address === undefined) return keys
    const holder = this.#entries.get(this.#owners.get(macKey(mac)) ?? '')
    if (holder === undefined || holder.keys.has(addressKey(address))) return keys
    return addressesOf(holder).length < MAX_ADDRESSES_OF_A_MAC ? keys : { ...keys, mac: undefined }
  }

  #fresh(): InboxEntry {
    const { peer, at, newId } = this.#context
    return {
      ...{ id: newId(), site: peer.site, agent: peer.agent, state: 'new', device: undefined },
      ...{ firstSeenAt: at, lastSeenAt: at, decided: undefined, evidence: NO_EVIDENCE, keys: new Map() },
    }
  }

  #told(entry: InboxEntry, finding: Discovered, keys: FindingKeys): InboxEntry {
    const { peer, at } = this.#context
    const evidence = withFinding(entry.evidence, { finding, address: keys.address, agent: peer.agent }, at)
    const told = new Map(entry.keys)
    for (const text of keyTexts(keys)) told.set(text, epochMs(Math.max(at, told.get(text) ?? 0)))
    const own = entry.evidence.seenBy.find((one) => one.agent === entry.agent)
    const isForsaken = own === undefined || at - own.at > FORSAKEN_MS
    const canAsk = finding.snmp !== undefined && entry.evidence.snmp === undefined
    return {
      ...entry,
      agent: entry.state !== 'accepted' && (isForsaken || canAsk) ? peer.agent : entry.agent,
      lastSeenAt: epochMs(Math.max(at, entry.lastSeenAt)),
      evidence,
      keys: newestKeys(told),
    }
  }

  #joined(into: InboxEntry, other: InboxEntry): InboxEntry {
    this.#drop(other)
    return {
      ...into,
      device: into.device ?? other.device,
      firstSeenAt: epochMs(Math.min(into.firstSeenAt, other.firstSeenAt)),
      lastSeenAt: epochMs(Math.max(into.lastSeenAt, other.lastSeenAt)),
      evidence: joinedEvidence(into.evidence, other.evidence),
      keys: newestKeys(new Map([...other.keys, ...into.keys])),
    }
  }

  /** An address that another thing has now is not its former holder's any more. */
  #takeFrom(text: string, id: string): void {
    const holder = this.#entries.get(this.#owners.get(text) ?? '')
    if (holder === undefined || holder.id === id) return
    const left = new Map(holder.keys)
    left.delete(text)
    const hasPlace = [...left.keys()].some((key) => !key.startsWith('device '))
    if (!hasPlace && (holder.state === 'new' || holder.state === 'known')) {
      this.#drop(holder)
      return
    }
    this.#owners.delete(text)
    this.#entries.set(holder.id, { ...holder, keys: left })
    this.#changed.add(holder.id)
  }

  #put(entry: InboxEntry): void {
    const before = this.#entries.get(entry.id)
    for (const key of before?.keys.keys() ?? []) if (!entry.keys.has(key)) this.#owners.delete(key)
    this.#entries.set(entry.id, entry)
    for (const key of entry.keys.keys()) this.#owners.set(key, entry.id)
  }

  #drop(entry: InboxEntry): void {
    for (const key of entry.keys.keys()) if (this.#owners.get(key) === entry.id) this.#owners.delete(key)
    this.#entries.delete(entry.id)
    this.#changed.delete(entry.id)
    this.#gone.add(entry.id)
  }
}

/** Whether what was found is this entry, one of whose keys it has. */
function isSame(entry: InboxEntry, { snmp }: Discovered, { device, mac, address }: FindingKeys): boolean {
  if (device !== undefined && entry.keys.has(deviceKey(device))) return true
  const known = entry.evidence.snmp
  const isOther =
    known !== undefined &&
    snmp !== undefined &&
    known.device !== snmp.device &&
    known.identityRank === snmp.identityRank &&
    HARDWARE_RANKS.has(snmp.identityRank)
  if (isOther) return false
  const isAt = address !== undefined && entry.keys.has(addressKey(address))
  if (mac === undefined) return isAt
  if (entry.keys.has(macKey(mac))) return true
  // The same address with another MAC is another thing: addresses are handed on.
  return isAt && macsOf(entry).length === 0
}

function byStanding(a: InboxEntry, b: InboxEntry): number {
  return (
    STANDING.indexOf(a.state) - STANDING.indexOf(b.state) || a.firstSeenAt - b.firstSeenAt || (a.id < b.id ? -1 : 1)
  )
}

function newestKeys(keys: ReadonlyMap<string, EpochMs>): ReadonlyMap<string, EpochMs> {
  if (keys.size <= MAX_KEYS) return keys
  return new Map([...keys].sort(([, a], [, b]) => b - a).slice(0, MAX_KEYS))
}
