import { readFileSync } from 'node:fs'
import { NewUser, ROLES } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command, Option } from 'commander'
import { DEFAULT_DATA_FOLDER, withDatabase } from './data-folder.ts'
import { outputOf } from './output.ts'

type AddOptions = {
  readonly data: string
  readonly role: string
  readonly passwordFile?: string
  readonly json?: boolean
}

/** `user add`. */
export function userCommand(): Command {
  const user = new Command('user').description('people who may log in')
  user
    .command('add')
    .description('add a user; the password is read from a file or from standard input, never from an argument')
    .argument('<name>', 'user name')
    .option('--data <dir>', 'data folder of the server, running or not', DEFAULT_DATA_FOLDER)
    .addOption(new Option('--role <role>', 'what the user may do').choices([...ROLES]).default('viewer'))
    .option('--password-file <file>', 'file with the password (default: standard input)')
    .option('--json', 'print JSON')
    .action(async (username: string, options: AddOptions) => {
      const password = readPassword(options.passwordFile)
      const wanted = NewUser.safeParse({ username, password, role: options.role })
      if (!wanted.success) {
        const [issue] = wanted.error.issues
        throw new EyeNetError('invalid', `${issue?.path.join('.')}: ${issue?.message}`)
      }
      const { addUser } = await import('../auth/auth.ts')
      const added = await withDatabase(options.data, (db) =>
        addUser(db, wanted.data, { name: 'cli', address: 'local' }),
      )
      outputOf(options).result(added, `added ${added.username} (${added.role})`)
    })
  return user
}

function readPassword(file: string | undefined): string {
  try {
    return readFileSync(file ?? 0, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read the password: ${messageOf(cause)}`, { cause })
  }
}
