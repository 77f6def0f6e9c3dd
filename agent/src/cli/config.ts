import { exampleConfig, formatProblem } from '@eyenet/shared/config'
import { EXIT_STATUS } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { configShowCommand } from './config-show.ts'
import { outputOf } from './output.ts'
import { readConfig } from './read-config.ts'

/** `config check`, `config show`, `config example`. */
export function configCommand(): Command {
  const config = new Command('config').description('check a configuration file, or print one with every option')
  config
    .command('check')
    .description('check a file: each mistake with its line, what was found and what is allowed')
    .argument('[file]', 'the YAML file (default: /etc/eyenet/config.yaml)')
    .option('--json', 'print JSON')
    .action((file: string | undefined, options: { json?: boolean }) => {
      const checked = readConfig(file)
      if (checked.kind === 'ok') {
        outputOf(options).result({ ok: true, file: checked.file, problems: [] }, `${checked.file}: no mistakes`)
        return
      }
      process.exitCode = EXIT_STATUS.invalid
      const { problems } = checked
      outputOf(options).result({ ok: false, file: checked.file, problems }, problems.map(formatProblem).join('\n'))
    })
  config
    .command('example')
    .description('print every option with its default and what it means')
    .action(() => void process.stdout.write(exampleConfig()))
  config.addCommand(configShowCommand())
  return config
}
