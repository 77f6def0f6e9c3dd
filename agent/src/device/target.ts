import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { messageOf } from '@eyenet/shared/errors'
import type { SnmpAccess, SnmpCredential as WireCredential } from '@eyenet/shared/wire'
import type { SnmpCredential, SnmpTarget } from '../snmp/snmp.ts'

const PRIVACY = { des: 'des', aes128: 'aes', aes256: 'aes256', aes256r: 'aes256-cisco' } as const

/** How to ask a device, out of what the configuration or the server says and what it has taught before. */
export function snmpTargetOf(address: string, access: SnmpAccess, learnt?: SnmpTarget['learnt']): SnmpTarget {
  const { port, timeoutMs, retries, credential, transport, maxRequestsPerSecond } = access
  return {
    ...{ address, port, timeoutMs, retries, credential: credentialOf(credential) },
    ...(transport === undefined ? {} : { transport }),
    ...(maxRequestsPerSecond === undefined ? {} : { maxRequestsPerSecond }),
    ...(learnt === undefined ? {} : { learnt }),
  }
}

function credentialOf(credential: WireCredential): SnmpCredential {
  if (credential.version !== '3') return credential
  const { user, authProtocol, authKey, privProtocol, privKey, context } = credential
  return {
    version: '3',
    user,
    level: privProtocol ? 'authPriv' : authProtocol ? 'authNoPriv' : 'noAuthNoPriv',
    ...(authProtocol && authKey ? { authProtocol, authKey } : {}),
    ...(privProtocol && privKey ? { privProtocol: PRIVACY[privProtocol], privKey } : {}),
    ...(context === undefined ? {} : { context }),
  }
}

export type Resolved =
  | { readonly kind: 'ok'; readonly address: string }
  | { readonly kind: 'failed'; readonly detail: string }

/** The IP address behind a name; an address is itself. */
export async function resolveAddress(name: string): Promise<Resolved> {
  if (isIP(name) !== 0) return { kind: 'ok', address: name }
  try {
    return { kind: 'ok', address: (await lookup(name)).address }
  } catch (thrown) {
    return { kind: 'failed', detail: messageOf(thrown) }
  }
}
