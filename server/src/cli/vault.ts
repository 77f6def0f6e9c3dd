import { accessSync, constants } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { textTable } from '@eyenet/shared/terminal'
import { Command } from 'commander'
import { usableFolder, withDatabase } from './data-folder.ts'
import { withFolderOptions } from './folder-options.ts'
import { outputOf } from './output.ts'
import { keyFileOfFolder } from './vault-folder.ts'

type VaultOptions = { readonly config?: string; readonly data: string; readonly json?: boolean }

const ACTOR = { name: 'cli', address: 'local' }
/** A server that runs writes within milliseconds what it has sealed. */
const SETTLE_MS = 2_000

/** `vault status|rotate`: the key under which the server keeps secrets. */
export function vaultCommand(): Command {
  const vault = new Command('vault').description('the key under which the server keeps secrets')
  withFolderOptions(vault.command('status').description('name the keys and count what is sealed under them')).action(
    status,
  )
  withFolderOptions(
    vault
      .command('rotate')
      .description('make a new key and seal everything under it; the server may run, and a kill does no harm'),
  ).action(rotate)
  return vault
}

async function status(options: VaultOptions): Promise<void> {
  const { vaultStatus } = await import('../vault/vault.ts')
  const keyFile = await keyFileOfFolder(usableFolder(options.data), options.config)
  const found = await withDatabase(options.data, (db) => vaultStatus(db, keyFile))
  const rows = found.texts.map((one) => [
    `${one.table}.${one.column}`,
    ...[one.total, one.underOldKeys, one.lost].map(String),
  ])
  const head = ['sealed in', 'texts', 'under old keys', 'lost']
  const keys = found.keys.map((id, at) => `${id}${at === 0 ? ' (seals)' : ''}`).join(', ')
  outputOf(options).result({ keyFile, ...found }, `Key file ${keyFile}: ${keys}\n${textTable([head, ...rows])}`)
  if (found.texts.some((one) => one.lost > 0)) process.exitCode = 1
}

async function rotate(options: VaultOptions): Promise<void> {
  const { rotateVault } = await import('../vault/vault.ts')
  const { localAudit } = await import('../auth/auth.ts')
  const keyFile = await keyFileOfFolder(usableFolder(options.data), options.config)
  const result = await withDatabase(options.data, async (db) => {
    const done = await rotateVault(db, keyFile, { mayWrite: mayWrite(keyFile), settle: () => wait(SETTLE_MS) })
    await localAudit(db).record(ACTOR, 'vault.rotate', done.keyId)
    return done
  })
  const output = outputOf(options)
  output.result(result, `${result.resealed} texts are sealed anew, under the key ${result.keyId}.`)
  if (result.oldKeysRemain)
    output.remark(`Nothing needs the keys after the first in ${keyFile} any more: take them out.`)
  else output.remark('Backups made before need the old key, which only they and you have: make a new backup.')
}

/** Where systemd or another program puts the file, it is read-only. */
function mayWrite(keyFile: string): boolean {
  const credentials = process.env.CREDENTIALS_DIRECTORY
  if (credentials !== undefined && keyFile.startsWith(join(credentials, '/'))) return false
  try {
    accessSync(dirname(keyFile), constants.W_OK)
    accessSync(keyFile, constants.W_OK)
    return true
  } catch {
    return false
  }
}
