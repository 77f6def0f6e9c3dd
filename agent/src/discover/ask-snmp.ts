import { strongestFact } from '@eyenet/shared/identity'
import type { RoleFacts } from '@eyenet/shared/roles'
import type { Discovered } from '@eyenet/shared/wire'
import { deviceIdOf, firstContact, snmpTargetOf } from '../device/device.ts'
import type { AskParts } from './ask-parts.ts'
import type { NamedCredential } from './effective-discovery.ts'
import { type CredentialTurn, credentialTurn } from './try-credentials.ts'

export type SnmpFound = NonNullable<Discovered['snmp']>

export type SnmpAnswer = {
  readonly found?: SnmpFound
  /** What else tells which role it has. */
  readonly about?: Pick<RoleFacts, 'vendor' | 'os' | 'sysServices'>
  /** Credentials wait for the next hour; `hasUntried` where some of them were never tried here. */
  readonly isHeldBack: boolean
  readonly hasUntried: boolean
}

const SYS_SERVICES = '1.3.6.1.2.1.1.7.0'
const SYSTEM = [SYS_SERVICES, '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.1.0']
const SPEAKS_OF_QUESTION: readonly string[] = ['tooBig', 'noSuchName', 'genErr']
/** A packet that is lost is no reason to send a credential a second time. */
const KNOCK = { timeoutMs: 2_000, retries: 0 } as const
const CONTACT = { timeoutMs: 2_000, retries: 2 } as const

/**
 * Asks one address by SNMP with the credentials whose turn it is, one packet each, until it answers. Addresses of one
 * device (by the MAC behind them, by what they answered before) have their turns one after the other, and their tries
 * count together.
 */
export function askSnmp(address: string, mac: string | undefined, parts: AskParts): Promise<SnmpAnswer> {
  const { file, clock, turns } = parts
  if (mac !== undefined) file.saveOwner(address, { kind: 'mac', name: mac.toLowerCase(), at: clock.now() })
  return turns.run([address, ...file.owners(address)], () => askInTurn(address, parts))
}

async function askInTurn(address: string, parts: AskParts): Promise<SnmpAnswer> {
  const { file, clock, mayGoOn } = parts
  const nothing = { isHeldBack: false, hasUntried: false }
  for (;;) {
    // Anew each time, since what was tried is written down: each turn has one credential less.
    const { now, isHeldBack, hasUntried } = turnOf(address, parts)
    const [named] = now
    if (named === undefined) return { isHeldBack, hasUntried }
    if (!mayGoOn(address)) return nothing
    file.saveAttempt(address, { credential: named.id, at: clock.now() })
    const answer = await knocked(address, named, parts)
    if (answer === undefined) continue
    file.forgetAttempt(address, named.id)
    file.saveKnown(address, { credential: named.id })
    const { found, about } = await whoIs(address, named, parts)
    if (found !== undefined) file.saveOwner(address, { kind: 'device', name: found.device, at: clock.now() })
    return { ...(found && { found }), about: { ...about, ...answer }, ...nothing }
  }
}

function turnOf(address: string, { file, clock, settings }: AskParts): CredentialTurn {
  const own = file.known(address)?.credential
  const credential = own ?? file.credentialElsewhere(address)
  const worked = credential === undefined ? undefined : { credential, isHere: own !== undefined }
  const past = { worked, attempts: file.attempts(address), elsewhere: file.attemptsElsewhere(address) }
  return credentialTurn(settings().credentials, past, clock.now())
}

/** What it says at once, where it answers to this credential. */
async function knocked(
  address: string,
  named: NamedCredential,
  { snmp }: AskParts,
): Promise<Pick<RoleFacts, 'sysServices'> | undefined> {
  const device = snmp.device(snmpTargetOf(address, { ...KNOCK, port: named.port, credential: named.credential }))
  try {
    const outcome = await device.get(SYSTEM)
    // An error that speaks of the question was given by one who knows the credential.
    if (outcome.kind === 'error') return SPEAKS_OF_QUESTION.includes(outcome.status) ? {} : undefined
    if (outcome.kind !== 'ok') return undefined
    const services = outcome.value[0]?.value
    return services?.kind === 'integer' ? { sysServices: services.value } : {}
  } finally {
    device.close()
  }
}

async function whoIs(
  address: string,
  { id, credential, port }: NamedCredential,
  { snmp, site }: AskParts,
): Promise<Pick<SnmpAnswer, 'found' | 'about'>> {
  const device = snmp.device(snmpTargetOf(address, { ...CONTACT, port, credential }))
  try {
    const contact = await firstContact(device)
    // It fell silent: the next sweep begins with this credential.
    if (contact.kind !== 'ok') return {}
    const { identity } = contact.value
    const fact = strongestFact({ ...identity, site, address })
    const { sysName = '', sysDescr = '', sysObjectId = '', model, serial, vendor, os } = identity
    return {
      about: { vendor: vendor?.slice(0, 255), os },
      found: {
        ...{ credential: id, port, device: deviceIdOf(fact), identityRank: fact.rank },
        ...{ sysName: sysName.slice(0, 255), sysDescr: sysDescr.slice(0, 1_000) },
        sysObjectId: sysObjectId.slice(0, 255),
        ...(model && { model: model.slice(0, 255) }),
        ...(serial && { serial: serial.slice(0, 255) }),
      },
    }
  } finally {
    device.close()
  }
}
