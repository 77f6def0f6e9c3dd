import { NewApiToken, TOKEN_ROLES } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { parseDurationMs } from '@eyenet/shared/promql'
import { Command, Option } from 'commander'
import { DEFAULT_DATA_FOLDER, withDatabase } from './data-folder.ts'
import { outputOf } from './output.ts'

type AddOptions = {
  readonly data: string
  readonly role: string
  readonly name: string
  readonly expiresIn?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** `token add`. */
export function tokenCommand(): Command {
  const token = new Command('token').description('API tokens for programs')
  token
    .command('add')
    .description('make an API token and print it; it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--data <dir>', 'data folder of the server, running or not', DEFAULT_DATA_FOLDER)
    .addOption(
      new Option('--role <role>', 'what it may do; integration reads the public MQTT topics only')
        .choices([...TOKEN_ROLES])
        .default('viewer'),
    )
    .option('--expires-in <duration>', 'such as 30d (default: never)')
    .option('--quiet', 'print the token alone')
    .option('--json', 'print JSON')
    .action(async (options: AddOptions) => {
      const wanted = NewApiToken.safeParse({ name: options.name, role: options.role, ...expiryOf(options.expiresIn) })
      if (!wanted.success) throw new EyeNetError('invalid', wanted.error.issues[0]?.message ?? 'not a token')
      const { addToken } = await import('../auth/auth.ts')
      const made = await withDatabase(options.data, (db) =>
        addToken(db, wanted.data, { name: 'cli', address: 'local' }),
      )
      const output = outputOf(options)
      output.remark(`Token ${made.name} (${made.role}). It is not shown again:`)
      output.result(made, made.token)
    })
  return token
}

function expiryOf(duration: string | undefined): { readonly expiresAt?: EpochMs } {
  if (duration === undefined) return {}
  const ms = parseDurationMs(duration)
  if (ms === undefined) throw new EyeNetError('invalid', `--expires-in ${duration} is not a duration; 12h or 30d are`)
  return { expiresAt: epochMs(Date.now() + ms) }
}
