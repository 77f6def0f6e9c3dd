import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { SnmpAuthProtocol, SnmpPrivProtocol, UserCredential } from './credential.ts'

/** Keys of one user at one engine. A DES key is 16 octets: the key and what becomes its initialisation vector. */
export type UsmKeys = { readonly auth: Buffer | null; readonly priv: Buffer | null }

type Algorithm = { readonly KEY_LENGTH: number }
type Localize = (...args: [algorithm: Algorithm, authProtocol: number, password: string, engineId: Buffer]) => Buffer

/** The part of net-snmp that we use; it comes without types. */
type NetSnmp = {
  AuthProtocols: Record<string, number>
  PrivProtocols: Record<string, number>
  Encryption: { algorithms: Record<number, Algorithm & { readonly localizationAlgorithm: Localize }> }
  Authentication: {
    passwordToKey(authProtocol: number, password: string, engineId: Buffer): Buffer
    authToKeyCache: Record<string, unknown>
  }
}

const PRIV_NAME: Readonly<Record<SnmpPrivProtocol, string>> = {
  des: 'des',
  aes: 'aes',
  aes256: 'aes256b',
  'aes256-cisco': 'aes256r',
}

let loaded: NetSnmp | undefined
/** Loaded at the first contact with a v3 device: it costs memory that an agent without one keeps. */
function netSnmp(): NetSnmp {
  loaded ??= createRequire(import.meta.url)('net-snmp') as NetSnmp
  return loaded
}

/** Keys remembered over all devices: more than one agent polls. A device that keeps changing its engine id fills no memory. */
const MAX_REMEMBERED = 4_096
const remembered = new Map<string, UsmKeys>()

/**
 * Turns the passwords of a user into the keys for one engine (RFC 3414, A.2, by net-snmp): a megabyte is hashed for each,
 * some milliseconds, so the keys are kept. The credential must have what its level needs.
 */
export function localizedKeys(credential: UserCredential, engineId: Buffer): UsmKeys {
  const { level, authProtocol, authKey, privProtocol, privKey } = credential
  if (level === 'noAuthNoPriv' || !authProtocol || !authKey) return { auth: null, priv: null }
  const hasPrivacy = level === 'authPriv' && privProtocol && privKey
  const secrets = [authProtocol, authKey, hasPrivacy ? [privProtocol, privKey] : null]
  const name = createHash('sha256').update(JSON.stringify(secrets)).update(engineId).digest('base64')
  const known = remembered.get(name)
  if (known) return known
  const auth = localizedAuthKey(authProtocol, authKey, engineId)
  const priv = hasPrivacy ? localizedPrivKey({ authProtocol, privProtocol, privKey }, engineId) : null
  forgetPasswords()
  const keys = { auth, priv }
  if (remembered.size >= MAX_REMEMBERED) {
    const [oldest] = remembered.keys()
    if (oldest !== undefined) remembered.delete(oldest)
  }
  remembered.set(name, keys)
  return keys
}

function localizedAuthKey(protocol: SnmpAuthProtocol, password: string, engineId: Buffer): Buffer {
  const { Authentication, AuthProtocols } = netSnmp()
  return Authentication.passwordToKey(AuthProtocols[protocol] ?? 0, password, engineId)
}

type Privacy = { authProtocol: SnmpAuthProtocol; privProtocol: SnmpPrivProtocol; privKey: string }

function localizedPrivKey({ authProtocol, privProtocol, privKey }: Privacy, engineId: Buffer): Buffer {
  if (privProtocol === 'des') return localizedAuthKey(authProtocol, privKey, engineId).subarray(0, 16)
  const { AuthProtocols, PrivProtocols, Encryption } = netSnmp()
  const algorithm = Encryption.algorithms[PrivProtocols[PRIV_NAME[privProtocol]] ?? 0]
  if (!algorithm) throw new Error(`net-snmp has no ${privProtocol}`)
  return algorithm.localizationAlgorithm(algorithm, AuthProtocols[authProtocol] ?? 0, privKey, engineId)
}

/** net-snmp remembers every password and key that it ever saw, without a bound. */
function forgetPasswords(): void {
  const { Authentication } = netSnmp()
  for (const name of Object.keys(Authentication.authToKeyCache)) delete Authentication.authToKeyCache[name]
}
