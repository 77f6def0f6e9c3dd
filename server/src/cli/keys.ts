import { epochMs } from '@eyenet/shared/identity'
import { textTable } from '@eyenet/shared/terminal'
import { Command } from 'commander'
import { usableFolder, withDatabase } from './data-folder.ts'
import { withFolderOptions } from './folder-options.ts'
import { outputOf } from './output.ts'
import { vaultOfFolder } from './vault-folder.ts'

type KeysOptions = { readonly config?: string; readonly data: string; readonly json?: boolean; readonly now?: boolean }

const ACTOR = { name: 'cli', address: 'local' }

/** `keys list|rotate|revoke`: the keys that sign what agents are told. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('the keys that sign what agents are told')
  withFolderOptions(keys.command('list').description('list the keys and what became of them')).action(list)
  withFolderOptions(
    keys
      .command('rotate')
      .description('make a new key; a running server lets it take over once all connected agents know it'),
  )
    .option('--now', 'let it take over at once; agents of before key announcements must then be enrolled again')
    .action(rotate)
  withFolderOptions(
    keys
      .command('revoke')
      .description('end a key that others may have; where it signs, a new one takes over at once')
      .argument('<kid>', 'as keys list prints it'),
  ).action(revoke)
  return keys
}

async function withKeys<T>(options: KeysOptions, action: string, work: (keys: Keys) => Promise<T>): Promise<T> {
  const { localAudit } = await import('../auth/auth.ts')
  const { SigningKeys } = await import('../fleet/fleet.ts')
  const vault = await vaultOfFolder(usableFolder(options.data), options.config)
  return withDatabase(options.data, async (db) => {
    const result = await work(new SigningKeys({ db, vault, now: () => epochMs(Date.now()) }))
    if (action !== '') await localAudit(db).record(ACTOR, action, typeof result === 'string' ? result : '')
    return result
  })
}

type Keys = InstanceType<typeof import('../fleet/fleet.ts')['SigningKeys']>

async function list(options: KeysOptions): Promise<void> {
  const keys = await withKeys(options, '', (one) => one.list())
  const rows = keys.map(({ kid, state, createdAt, endedAt }) => [
    kid,
    state,
    new Date(createdAt).toISOString(),
    endedAt === undefined ? '' : new Date(endedAt).toISOString(),
  ])
  const text = rows.length === 0 ? 'No key yet: the server makes one when it starts.' : tableOf(rows)
  outputOf(options).result(keys, text)
}

const tableOf = (rows: readonly (readonly string[])[]): string =>
  textTable([['key', 'state', 'made', 'ended'], ...rows])

async function rotate(options: KeysOptions): Promise<void> {
  const kid = await withKeys(options, 'signing-key.rotate', async (keys) => {
    if (options.now !== true) return keys.announceNext()
    await keys.replaceAtOnce()
    return (await keys.current()).kid
  })
  const what = options.now === true ? 'signs from now on' : 'is announced'
  outputOf(options).result({ kid }, `The key ${kid} ${what}; a running server tells its agents within seconds.`)
}

async function revoke(kid: string, options: KeysOptions): Promise<void> {
  await withKeys(options, 'signing-key.revoke', async (keys) => {
    await keys.revoke(kid)
    return kid
  })
  const text = `The key ${kid} has ended; a running server tells its agents within seconds.`
  outputOf(options).result({ revoked: kid }, text)
}
