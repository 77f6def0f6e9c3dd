import type { DeviceRole } from './device-roles.ts'

/** What is known of a device, from which its role is told. What is not known is left out. */
export type RoleFacts = {
  readonly sysObjectId?: string | undefined
  readonly sysDescr?: string | undefined
  /** sysServices of SNMPv2-MIB: one bit per layer. */
  readonly sysServices?: number | undefined
  readonly vendor?: string | undefined
  /** Short name of the operating system or firmware family, as in its facts. */
  readonly os?: string | undefined
  readonly model?: string | undefined
  /** Printer-MIB shows supplies of toner, ink or paper. */
  readonly hasPrinter?: boolean | undefined
  /** UPS-MIB has readings. */
  readonly hasUps?: boolean | undefined
  /** What it says of itself, or others hear of it, by LLDP: bridge, router, telephone ... */
  readonly capabilities?: readonly string[] | undefined
  /** Ethernet ports of a bridge. */
  readonly bridgePorts?: number | undefined
  /** TCP ports that accept connections. */
  readonly openPorts?: readonly number[] | undefined
  /** Who made its network adapter. */
  readonly macVendor?: string | undefined
}

/** `sure`: the family is known. `likely`: a word or a table says so. `guess`: what such devices mostly are. */
export type RoleCertainty = 'sure' | 'likely' | 'guess'
/** `evidence` is a clause for people, at most 200 characters. */
export type RoleGuess = {
  readonly role: DeviceRole
  readonly evidence: string
  readonly certainty: RoleCertainty
}
