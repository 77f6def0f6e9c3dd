/**
 * Reads one SNMP device completely, once: who it is, its interfaces, processors, memory, storage, neighbours, addresses,
 * VLANs, parts, peers and supplies through the standard MIBs and the tables that whole vendors share; what profiles and
 * rules over MIB facts add comes from the sources that it is given. It polls nothing and keeps nothing.
 */
import { defined } from './defined.ts'
import { identify } from './identity/identity.ts'
import type { IdentityFill } from './identity/identity-by-facts.ts'
import type { SurveyReader } from './reader.ts'
import { readAddresses } from './standard/addresses.ts'
import { readBridge } from './standard/bridge.ts'
import { mainPart, readInventory } from './standard/entity.ts'
import { readInterfaces } from './standard/interfaces.ts'
import { readArp, readForwarding } from './standard/link-tables.ts'
import { readNeighbors } from './standard/neighbors.ts'
import { askForTables } from './standard/optional-tables.ts'
import { withDetails } from './standard/part-details.ts'
import { readPings } from './standard/pings.ts'
import { readPoePorts } from './standard/power-ethernet.ts'
import { readPrinters } from './standard/printers.ts'
import { readResources } from './standard/resources.ts'
import { readBgpPeers, readOspfNeighbors } from './standard/routing.ts'
import { readSupplies } from './standard/supplies.ts'
import { readSystemText } from './standard/system.ts'
import { readVendorInventory } from './standard/vendor-inventory.ts'
import { readVlans } from './standard/vlans.ts'
import type { SurveyAddition, SurveyIdentity, SurveyPart, SurveyResult } from './survey-result.ts'
import type { SurveySource } from './survey-source.ts'

export { faultOfProfiles, type Knowledge, openKnowledge } from './knowledge.ts'
export { type LinkSurvey, type LinkWish, MAX_SILENT_CONTEXTS, readLinks } from './link-survey.ts'
export { printedResult } from './printed-result.ts'
export { draftProfile, lintProfiles, type ProfileText, readProfileFolder } from './profile/profile.ts'
export { readRole } from './read-role.ts'
export { createReader, type SurveyReader } from './reader.ts'
export { type PoolRecipe, type Recipe, readingIn, readingOf } from './recipe.ts'
export { isPlausible, mibFactSource, NO_READINGS, sensorsByFacts } from './sensors/sensors.ts'
export type * from './survey-result.ts'
export type { SurveySoFar, SurveySource } from './survey-source.ts'

export type SurveyOptions = {
  /** Device profiles: what they say wins over the standard MIBs. */
  readonly profiles?: SurveySource
  /** Rules over MIB facts: what no profile has read already. */
  readonly facts?: SurveySource
  /** Processors and memory by the names of MIB objects, asked where nothing else has any. */
  readonly resources?: SurveySource
  /** Model, version and serial number by the names of MIB objects, where nothing else has them. */
  readonly identity?: IdentityFill
  /** `arp` and `forwarding`, which may be long, are read only where they are asked for. */
  readonly tables?: readonly ('arp' | 'forwarding')[]
  /** The name that a MIB gives to a product by its sysObjectID. */
  readonly productOf?: (sysObjectId: string) => Promise<string | undefined>
}

/** Who a device is, by the standard MIBs: enough to know it again. The reader keeps what it read for a survey. */
export async function surveyIdentity(reader: SurveyReader): Promise<SurveyIdentity> {
  const system = await readSystemText(reader)
  return identify(reader, { system, inventory: await readInventory(reader) })
}

/** Reads a device. A device that falls silent half way gives what was read until then, and `problems` says so. */
export async function surveyDevice(reader: SurveyReader, options: SurveyOptions = {}): Promise<SurveyResult> {
  const system = await readSystemText(reader)
  await askForTables(reader)
  const interfaces = await readInterfaces(reader)
  const inventory = await readInventory(reader)
  const device = await identify(reader, { system, inventory })
  const product = defined({ model: await options.productOf?.(system.sysObjectId ?? '') })
  const soFar = { device, interfaces, inventory }
  const profiles = (await options.profiles?.(reader, soFar)) ?? {}
  const known = { ...soFar, device: { ...device, ...profiles.device }, ignores: profiles.ignores ?? [] }
  const facts = (await options.facts?.(reader, known)) ?? {}
  const filled = (await options.identity?.(reader, known.device)) ?? {}
  const resources = await readResources(reader, profiles, {
    sysObjectId: device.sysObjectId ?? '',
    inventory,
    guess: async () => (await options.resources?.(reader, known)) ?? {},
  })
  const parts = await readParts(reader, inventory)
  const { printers, sensors } = await readPrinters(reader)
  const serial = defined({ serial: mainPart(parts)?.serial })
  return {
    schema: 'eyenet-snmp-result/1',
    device: { ...serial, ...product, ...filled, ...facts.device, ...known.device },
    interfaces,
    ...resources,
    ...readings(profiles, { ...facts, sensors: [...sensors, ...(facts.sensors ?? [])] }),
    neighbors: await readNeighbors(reader, interfaces),
    addresses: await readAddresses(reader),
    vlans: await readVlans(reader, interfaces),
    inventory: parts,
    bgpPeers: await readBgpPeers(reader),
    ospfNeighbors: await readOspfNeighbors(reader),
    supplies: await readSupplies(reader),
    poePorts: await readPoePorts(reader),
    ...(await readMore(reader, options)),
    ...(printers.length > 0 && { printers }),
    problems: reader.problems,
  }
}

/** ENTITY-MIB's parts, or those of the vendor's own table where it has none, or none with a serial number. */
async function readParts(reader: SurveyReader, inventory: readonly SurveyPart[]): Promise<readonly SurveyPart[]> {
  const detailed = await withDetails(reader, inventory)
  if (detailed.some(({ serial }) => serial !== undefined)) return detailed
  const own = await readVendorInventory(reader)
  return own.length > detailed.length ? own : detailed
}

/** What few devices have, or few callers want: left out where there is none. */
async function readMore(
  reader: SurveyReader,
  { tables = [] }: SurveyOptions,
): Promise<Pick<SurveyResult, 'bridge' | 'pings' | 'arp' | 'forwarding'>> {
  const pings = await readPings(reader)
  return defined({
    bridge: await readBridge(reader),
    pings: pings.length > 0 ? pings : undefined,
    arp: tables.includes('arp') ? await readArp(reader) : undefined,
    forwarding: tables.includes('forwarding') ? await readForwarding(reader) : undefined,
  })
}

/** A reading that a profile has, by its OID, is not taken from the rules again. */
function readings(
  profiles: SurveyAddition,
  facts: SurveyAddition,
): Pick<SurveyResult, 'sensors' | 'wireless' | 'suggestions'> {
  const { sensors = [], wireless = [], suggestions = [] } = profiles
  const taken = new Set([...sensors, ...wireless, ...suggestions].map(({ oid }) => oid))
  const isNew = ({ oid }: { readonly oid?: string }): boolean => oid === undefined || !taken.has(oid)
  const guesses = profiles.replaces?.includes('sensors') ? {} : facts
  return {
    sensors: [...sensors, ...(guesses.sensors ?? []).filter(isNew)],
    wireless: [...wireless, ...(guesses.wireless ?? []).filter(isNew)],
    suggestions: [...suggestions, ...(guesses.suggestions ?? []).filter(isNew)],
  }
}
