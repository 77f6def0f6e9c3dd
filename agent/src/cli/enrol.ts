import { readFileSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { enrol, readIdentity } from '../uplink/uplink.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { outputOf } from './output.ts'
import { VERSION } from './version.ts'

type EnrolOptions = {
  readonly data: string
  readonly tokenFile?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** `enrol URL`. */
export function enrolCommand(): Command {
  return new Command('enrol')
    .description('make this machine an agent of a server, with a token from its page (Agents, Enrol an agent)')
    .argument('<url>', 'URL of the server, such as https://eyenet.example.net')
    .option('--token-file <file>', 'file with the token (default: standard input)')
    .option('--data <dir>', 'data folder of the agent', DEFAULT_DATA_FOLDER)
    .option('--force', 'replace an identity that is there already')
    .option('--json', 'print JSON')
    .action(async (url: string, options: EnrolOptions) => {
      if (!URL.canParse(url)) throw new EyeNetError('invalid', `${url} is not a URL; https://HOST:PORT is expected`)
      const known = readIdentity(options.data)
      if (known !== undefined && options.force !== true) {
        throw new EyeNetError('conflict', `this machine is agent ${known.agent} already; --force makes it another one`)
      }
      const token = readToken(options.tokenFile)
      const identity = await enrol({ serverUrl: url, token, dataDir: options.data, version: VERSION })
      const { agent, site, name } = identity
      outputOf(options).result({ agent, site, name }, `enrolled as ${name} (${agent}) at site ${site}`)
    })
}

function readToken(file: string | undefined): string {
  try {
    return readFileSync(file ?? 0, 'utf8').trim()
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read the token: ${messageOf(cause)}`, { cause })
  }
}
