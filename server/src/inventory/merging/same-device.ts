import type { DeviceId, SiteName } from '@eyenet/shared/identity'

/** What is known of a device that can show that it is one that is known by another id too. Texts are empty where nothing is told. */
export type DeviceTraits = {
  readonly id: DeviceId
  readonly site: SiteName
  readonly kind: 'snmp' | 'ping' | 'host'
  /** IDENTITY_RANKS: by what its id was chosen. */
  readonly rank: string
  readonly address: string
  readonly sysName: string
  readonly sysObjectId: string
  readonly engineId: string
  readonly serial: string
  /** Serial numbers of chassis and stack members. */
  readonly memberSerials: readonly string[]
  /** Of its interfaces, 12 lower-case hex digits each; those that many machines share are left out. */
  readonly macs: ReadonlySet<string>
  /** Its own addresses beside the one it is asked at. */
  readonly addresses: readonly string[]
}

/**
 * Whether two ids are one device. `same`: the facts leave no doubt, and it is merged without asking; `perhaps`: a person
 * should look; `different`: nothing speaks for it, or something against it.
 */
export type Sameness = {
  readonly kind: 'same' | 'perhaps' | 'different'
  readonly evidence: readonly string[]
  readonly against: readonly string[]
}

/** Shared interfaces that show one device where its name is the same too. */
const ENOUGH_MACS = 2

export function compareDevices(a: DeviceTraits, b: DeviceTraits): Sameness {
  const against = contradictions(a, b)
  const strong = proofs(a, b)
  const weak = hints(a, b)
  const evidence = [...strong, ...weak]
  if (evidence.length === 0) return { kind: 'different', evidence, against }
  // An agent's own machine has metrics of its own kind: a person decides whether they belong together.
  const isSure = strong.length > 0 && against.length === 0 && a.kind !== 'host' && b.kind !== 'host'
  if (isSure) return { kind: 'same', evidence, against }
  return { kind: strong.length > 0 || against.length === 0 ? 'perhaps' : 'different', evidence, against }
}

function proofs(a: DeviceTraits, b: DeviceTraits): string[] {
  const found: string[] = []
  const sameName = isSameName(a, b)
  const shared = sharedMacs(a, b)
  if (isSerial(a.serial) && a.serial === b.serial && vendorOf(a) === vendorOf(b)) {
    found.push(`both have the serial number ${a.serial}`)
  } else if (isMemberOf(a, b) || isMemberOf(b, a)) {
    found.push('the serial number of one is a member of the other, as in a stack')
  }
  if (isEngineId(a.engineId) && a.engineId === b.engineId && (sameName || shared.isMost)) {
    found.push(`both have the SNMP engine id ${a.engineId}`)
  }
  // Machines on one host may share a base address: without the name it proves nothing.
  if (shared.isMost && sameName && a.sysObjectId === b.sysObjectId) {
    found.push(`${shared.count} interfaces have the same addresses, and both are called ${a.sysName}`)
  }
  if (isBareAddress(a, b) || isBareAddress(b, a)) {
    found.push('one is known by nothing but an address that the other has')
  }
  return found
}

function hints(a: DeviceTraits, b: DeviceTraits): string[] {
  const found: string[] = []
  const shared = sharedMacs(a, b)
  if (isEngineId(a.engineId) && a.engineId === b.engineId && !isSameName(a, b)) {
    found.push('both have the same SNMP engine id under different names')
  }
  if (shared.isMost && !isSameName(a, b)) found.push(`interfaces of both have the same addresses (${shared.count})`)
  if (a.site === b.site && isSameName(a, b) && a.sysObjectId === b.sysObjectId && a.sysObjectId !== '') {
    found.push(`both are called ${a.sysName} and are of the same kind`)
  }
  return found
}

function contradictions(a: DeviceTraits, b: DeviceTraits): string[] {
  const found: string[] = []
  const serials = isSerial(a.serial) && isSerial(b.serial)
  if (serials && a.serial !== b.serial && !isMemberOf(a, b) && !isMemberOf(b, a)) {
    found.push(`their serial numbers differ (${a.serial}, ${b.serial})`)
  }
  const engines = isEngineId(a.engineId) && isEngineId(b.engineId)
  // An engine id is set anew with some configurations; a serial number stays.
  if (engines && a.engineId !== b.engineId && !(serials && a.serial === b.serial)) {
    found.push('their SNMP engine ids differ')
  }
  if (vendorOf(a) !== '' && vendorOf(b) !== '' && vendorOf(a) !== vendorOf(b)) found.push('their makers differ')
  return found
}

const isSerial = (serial: string): boolean =>
  serial.length >= 4 && !/^(?:0+|x+|1234.*|n\/?a|none|unknown|default|not specified|to be filled.*)$/i.test(serial)

const isEngineId = (engineId: string): boolean => engineId.length >= 10 && !/^(?:00|ff)+$/.test(engineId)

/** Enterprise number and what is above it. */
const vendorOf = ({ sysObjectId }: DeviceTraits): string => sysObjectId.split('.').slice(0, 7).join('.')

const isMemberOf = (one: DeviceTraits, whole: DeviceTraits): boolean =>
  isSerial(one.serial) && whole.memberSerials.includes(one.serial) && vendorOf(one) === vendorOf(whole)

function isSameName(a: DeviceTraits, b: DeviceTraits): boolean {
  return a.sysName !== '' && a.sysName.toLowerCase() === b.sysName.toLowerCase()
}

function sharedMacs(a: DeviceTraits, b: DeviceTraits): { readonly count: number; readonly isMost: boolean } {
  let count = 0
  for (const mac of a.macs) if (b.macs.has(mac)) count += 1
  const fewer = Math.min(a.macs.size, b.macs.size)
  return { count, isMost: count > 0 && (count >= ENOUGH_MACS || count === fewer) && count * 2 >= fewer }
}

/** Whoever is at the address is this device: it is known by nothing else. */
function isBareAddress(bare: DeviceTraits, other: DeviceTraits): boolean {
  const isBare = bare.rank === 'address' && bare.serial === '' && bare.engineId === '' && bare.sysName === ''
  if (!isBare || other.rank === 'address' || bare.site !== other.site) return false
  return other.address === bare.address || other.addresses.includes(bare.address)
}
