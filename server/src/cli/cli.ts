/** The command line of the server: commands and their options. What they do is in the rooms that they call. */
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { completionCommand } from './completion.ts'
import { configCommand } from './config.ts'
import { discoveryCommand } from './discovery.ts'
import { keysCommand } from './keys.ts'
import { mibCommand } from './mib.ts'
import { modelsCommand } from './models.ts'
import { endWrongUsage, exitStatusOf, outputOf } from './output.ts'
import { pkiCommand } from './pki.ts'
import { rulesCommand } from './rules.ts'
import { runCommand } from './run.ts'
import { storeCommand } from './store.ts'
import { tokenCommand } from './token.ts'
import { topologyCommand } from './topology.ts'
import { userCommand } from './user.ts'
import { vaultCommand } from './vault.ts'
import { VERSION } from './version.ts'

const program = new Command('eyenet-server')
  .description('The centre of EyeNet: keeps metrics, evaluates alert rules, tells people, serves the page and the API.')
  .version(VERSION, '--version', 'print the version')
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
Exit status:
  0   done            65  bad input or configuration     69  something needed is not there (port, file, database)
  1   stopped by a bug, or damage found by store check
  64  wrong command or option                            66  a file or thing not found       77  not allowed`,
  )
program.addCommand(runCommand())
program.addCommand(configCommand())
program.addCommand(rulesCommand())
program.addCommand(userCommand())
program.addCommand(tokenCommand())
program.addCommand(pkiCommand())
program.addCommand(mibCommand())
program.addCommand(modelsCommand())
program.addCommand(topologyCommand())
program.addCommand(discoveryCommand())
program.addCommand(storeCommand())
program.addCommand(keysCommand())
program.addCommand(vaultCommand())
program.addCommand(completionCommand(program))
program
  .command('version')
  .description('print the version of the server and of Node.js')
  .option('--json', 'print JSON')
  .action((options: { json?: boolean }) => {
    const versions = { eyenet: VERSION, node: process.versions.node }
    outputOf(options).result(versions, `eyenet-server ${versions.eyenet} (Node.js ${versions.node})`)
  })

endWrongUsage(program)

try {
  await program.parseAsync()
} catch (thrown) {
  process.exitCode = exitStatusOf(thrown)
  // A wrong configuration has a line for each mistake.
  process.stderr.write(`eyenet-server: ${thrown instanceof EyeNetError ? thrown.message : messageOf(thrown)}\n`)
}
