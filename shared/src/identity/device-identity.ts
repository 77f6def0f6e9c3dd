/** What is known of a device that can tell it from every other one. */
export type DeviceFacts = {
  readonly engineId?: string
  readonly serial?: string
  readonly chassisMac?: string
  readonly sysName?: string
  readonly sysObjectId?: string
  readonly site: string
  readonly address: string
}

/** How a device was recognised, strongest first. */
export const IDENTITY_RANKS = ['engine-id', 'serial', 'chassis-mac', 'name', 'address'] as const
export type IdentityRank = (typeof IDENTITY_RANKS)[number]

export type StrongestFact = { readonly rank: IdentityRank; readonly name: string }

/**
 * The strongest fact that names this device. `name` is the input of a version 5 UUID (RFC 9562): the same device seen
 * by two agents, or on two addresses, gives the same name as long as a fact above `address` is known.
 */
export function strongestFact(facts: DeviceFacts): StrongestFact {
  const engineId = hex(facts.engineId)
  // Cloned machines share an engine id: two devices taken for one is worse than one taken for two.
  const sysName = facts.sysName?.trim().toLowerCase() ?? ''
  if (engineId.length >= 10 && !/^(?:00|ff)+$/.test(engineId)) return named('engine-id', `${engineId}/${sysName}`)
  const vendor = facts.sysObjectId?.split('.').slice(0, 7).join('.') ?? ''
  const serial = facts.serial?.trim() ?? ''
  if (serial.length >= 4 && !/^(?:0+|x+|n\/?a|none|unknown|default|to be filled.*)$/i.test(serial)) {
    return named('serial', `${vendor}/${serial}`)
  }
  const mac = hex(facts.chassisMac)
  // Virtual machines may share the base address of their host.
  if (mac.length === 12 && !/^(?:0{12}|f{12})$/.test(mac)) return named('chassis-mac', `${mac}/${sysName}`)
  if (sysName !== '' && !/^(?:localhost|switch|router|default|unknown)(?:\..*)?$/.test(sysName)) {
    return named('name', `${facts.site}/${sysName}/${facts.sysObjectId ?? ''}`)
  }
  return named('address', `${facts.site}/${facts.address}`)
}

function named(rank: IdentityRank, value: string): StrongestFact {
  return { rank, name: `${rank}:${value}` }
}

function hex(value: string | undefined): string {
  return (value ?? '').toLowerCase().replace(/[^0-9a-f]/g, '')
}
