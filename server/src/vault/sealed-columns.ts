/** A column of the control-plane database that holds sealed texts. */
export type SealedColumn = {
  readonly table: string
  /** Names a row. */
  readonly id: string
  readonly column: string
  /** What the text of that row is sealed for. */
  readonly about: (id: string) => string
}

/** Every place that holds sealed texts: who adds one names it here, so that a new key of the vault reaches it. */
export const SEALED = {
  targets: { table: 'targets', id: 'device', column: 'sealed', about: (device: string) => `target ${device}` },
  downlinkKeys: { table: 'downlink_keys', id: 'kid', column: 'sealed', about: () => 'downlink key' },
  authorities: {
    ...{ table: 'authorities', id: 'fingerprint', column: 'sealed' },
    about: (fingerprint: string) => `certificate authority ${fingerprint}`,
  },
  serverCertificates: {
    ...{ table: 'server_certificates', id: 'name', column: 'sealed' },
    about: (name: string) => `certificate of the server ${name}`,
  },
  /** No secret: what the server vouches for, so that who writes the database alone cannot change it. */
  models: { table: 'models', id: 'id', column: 'sealed', about: (id: string) => `model ${id}` },
  discoveryCredentials: {
    ...{ table: 'discovery_credentials', id: 'id', column: 'sealed' },
    about: (id: string) => `discovery credential ${id}`,
  },
  accessTokenKeys: { table: 'signing_keys', id: 'kid', column: 'sealed', about: () => 'access token key' },
} as const satisfies Readonly<Record<string, SealedColumn>>

export const SEALED_COLUMNS: readonly SealedColumn[] = Object.values(SEALED)
