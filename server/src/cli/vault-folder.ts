import { configFailure } from '@eyenet/shared/config'
import type { Vault } from '../vault/vault.ts'
import { readConfig } from './read-config.ts'

/** The file with the keys of the vault, as the server of that folder and configuration finds it. */
export async function keyFileOfFolder(dataFolder: string, configFile: string | undefined): Promise<string> {
  const { keyFileOf } = await import('../vault/vault.ts')
  const read = readConfig(configFile)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const configured = read.config.server.secrets.keyFile
  return keyFileOf({ dataFolder, environment: process.env, ...(configured !== undefined && { configured }) })
}

export async function vaultOfFolder(dataFolder: string, configFile: string | undefined): Promise<Vault> {
  const { openVault } = await import('../vault/vault.ts')
  return openVault(await keyFileOfFolder(dataFolder, configFile))
}
