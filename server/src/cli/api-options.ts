import type { Command } from 'commander'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'

/** Where the server is that is asked, and by what right. */
export type ApiOptions = {
  readonly server?: string
  readonly tokenFile?: string
  readonly caFile?: string
  readonly config?: string
  readonly data: string
  readonly json?: boolean
}

/** Options of commands that ask a running server by its API. */
export function withApiOptions(command: Command): Command {
  return command
    .option(
      '--server <url>',
      'the server to ask (default: $EYENET_SERVER, else where the configuration lets it listen)',
    )
    .option('--token-file <file>', 'file with an API token (default: $EYENET_TOKEN, else one for this command alone)')
    .option('--ca-file <file>', 'CA of its certificate, PEM, where this system does not know it')
    .option('--config <file>', 'YAML file (default: /etc/eyenet/config.yaml where there is one)')
    .option('--data <dir>', 'data folder of the server, in which that token is made', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')
}

export const API_HELP = `
A server on this machine needs no options for who may write its data folder, as with: sudo -u eyenet
A token for this command is made there, lasts five minutes, and is removed at the end; both are in the audit log.
For another server, or another user: eyenet-server token add --name cli --role operator --quiet > FILE`
