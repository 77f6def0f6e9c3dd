/** SNMPv3 authentication protocols (RFC 3414, RFC 7860). */
export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
export type SnmpAuthProtocol = (typeof AUTH_PROTOCOLS)[number]

/** SNMPv3 privacy protocols (RFC 3414, RFC 3826; aes256 is Blumenthal's key extension, aes256-cisco is Reeder's). */
export const PRIV_PROTOCOLS = ['des', 'aes', 'aes256', 'aes256-cisco'] as const
export type SnmpPrivProtocol = (typeof PRIV_PROTOCOLS)[number]

export type CommunityCredential = { readonly version: '1' | '2c'; readonly community: string }

export type UserCredential = {
  readonly version: '3'
  readonly user: string
  readonly level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'
  readonly authProtocol?: SnmpAuthProtocol
  readonly authKey?: string
  readonly privProtocol?: SnmpPrivProtocol
  readonly privKey?: string
  readonly context?: string
}

/** What a device wants to see before it answers. The community and the keys are secrets: never log or print them. */
export type SnmpCredential = CommunityCredential | UserCredential
