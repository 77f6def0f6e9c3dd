import { readFileSync } from 'node:fs'
import { configFailure } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { SnmpCredential } from '@eyenet/shared/wire'
import { type Command, Option } from 'commander'
import { readConfig } from './read-config.ts'

export type CredentialOptions = {
  readonly communityFile?: string
  readonly credential?: string
  readonly config?: string
  readonly snmpVersion: '1' | '2c'
}

/** The options that name a credential: a file with a community, or one of the configuration. */
export function withCredentialOptions(command: Command): Command {
  return command
    .option('--community-file <file>', 'file with the community')
    .option('--credential <name>', 'a credential of the configuration, for SNMPv3 too')
    .option('--config <file>', 'YAML file with the credentials')
    .addOption(new Option('--snmp-version <version>', 'with --community-file').choices(['1', '2c']).default('2c'))
}

/** The credential that the options name; undefined where they name none. Throws `invalid` or `not_found`. */
export function credentialOf(options: CredentialOptions): SnmpCredential | undefined {
  if (options.communityFile !== undefined) {
    const community = readText(options.communityFile)
    const parsed = SnmpCredential.safeParse({ version: options.snmpVersion, community })
    if (!parsed.success) throw new EyeNetError('invalid', `${options.communityFile} holds no community`)
    return parsed.data
  }
  if (options.credential === undefined) return undefined
  const read = readConfig(options.config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const { credentials } = read.config.agent
  const found = Object.hasOwn(credentials, options.credential) ? credentials[options.credential] : undefined
  if (found !== undefined) return found
  const names = Object.keys(credentials).join(', ') || 'none'
  throw new EyeNetError('not_found', `${read.file} has no credential ${options.credential}; it has: ${names}`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}
