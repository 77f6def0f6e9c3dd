/** The command line of the agent: commands and their options. What they do is in the rooms that they call. */
import { messageOf } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { anomaliesCommand } from './anomalies.ts'
import { bufferCommand } from './buffer.ts'
import { completionCommand } from './completion.ts'
import { configCommand } from './config.ts'
import { discoverCommand } from './discover.ts'
import { enrolCommand } from './enrol.ts'
import { mibCommand } from './mib.ts'
import { endWrongUsage, exitStatusOf, outputOf } from './output.ts'
import { probeCommand } from './probe.ts'
import { profileCommand } from './profile.ts'
import { runCommand } from './run.ts'
import { simulateCommand } from './simulate.ts'
import { VERSION } from './version.ts'
import { walkCommand } from './walk.ts'

const program = new Command('eyenet-agent')
  .description('The eyes of EyeNet: watches the devices of one site and tells the server, losing nothing meanwhile.')
  .version(VERSION, '--version', 'print the version')
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
Exit status:
  0   done            65  bad input or configuration     69  something needed does not answer (server, device, port)
  1   stopped by a bug   66  a file or thing not found       77  not allowed
                      64  wrong command or option`,
  )
program.addCommand(runCommand())
program.addCommand(enrolCommand())
program.addCommand(probeCommand())
program.addCommand(walkCommand())
program.addCommand(discoverCommand())
program.addCommand(simulateCommand())
program.addCommand(bufferCommand())
program.addCommand(anomaliesCommand())
program.addCommand(mibCommand())
program.addCommand(profileCommand())
program.addCommand(configCommand())
program.addCommand(completionCommand(program))
program
  .command('version')
  .description('print the version of the agent and of Node.js')
  .option('--json', 'print JSON')
  .action((options: { json?: boolean }) => {
    const versions = { eyenet: VERSION, node: process.versions.node }
    outputOf(options).result(versions, `eyenet-agent ${versions.eyenet} (Node.js ${versions.node})`)
  })

endWrongUsage(program)

// A reader that has seen enough, such as head, is no fault.
process.stdout.on('error', (failure: Error & { code?: string }) => {
  if (failure.code === 'EPIPE') process.exit(0)
  throw failure
})

// Not awaited here: parts that a command loads later may lie in one chunk with this file, and would wait for its end.
program.parseAsync().catch((thrown: unknown) => {
  process.exitCode = exitStatusOf(thrown)
  process.stderr.write(`eyenet-agent: ${messageOf(thrown)}\n`)
})
