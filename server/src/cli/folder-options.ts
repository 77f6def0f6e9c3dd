import type { Command } from 'commander'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'

/** Options of commands that work on the data folder and need to know where the configuration keeps the vault's key. */
export function withFolderOptions(command: Command): Command {
  return command
    .option('--config <file>', 'YAML file (default: /etc/eyenet/config.yaml where there is one)')
    .option('--data <dir>', 'data folder of the server, running or not', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')
}
