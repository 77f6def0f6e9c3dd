import { configFailure } from '@eyenet/shared/config'
import { type SettingPath, settingAt } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { effectiveConfig } from '../effective-config.ts'
import { type KeptDesired, keptDesired, readIdentity } from '../uplink/uplink.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { outputOf } from './output.ts'
import { readConfig } from './read-config.ts'

/** `config show`: each setting, what holds, and whether the file, the server or the default rules it. */
export function configShowCommand(): Command {
  return new Command('show')
    .description('print the settings that hold, and for each whether the file, the server or the default rules it')
    .argument('[file]', 'the YAML file (default: /etc/eyenet/config.yaml)')
    .option('--data <dir>', 'folder of the agent, for what its server sets', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')
    .action(show)
}

async function show(file: string | undefined, options: { readonly data: string; readonly json?: boolean }) {
  const read = readConfig(file)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const identity = readIdentity(options.data)
  const kept: KeptDesired = identity === undefined ? {} : await keptDesired(identity, options.data)
  const { config, origins } = effectiveConfig(read.config.agent, read.named, kept.state?.settings)
  const paths = Object.keys(origins).filter((path): path is SettingPath => path in origins)
  const settings = paths.map((path) => ({ path, value: settingAt(config, path), ruledBy: origins[path] }))
  const profiles = (kept.state?.profiles ?? []).map(({ name }) => name)
  const lines = [
    ...settings.map(({ path, value, ruledBy }) => `${path}: ${JSON.stringify(value)}  (${ruledBy})`),
    `profiles from the server: ${profiles.join(', ') || 'none'}`,
    ...revisionLines(kept),
  ]
  const { applied, rejected } = kept
  outputOf(options).result({ settings, profiles, applied, rejected }, lines.join('\n'))
}

function revisionLines({ applied, rejected }: KeptDesired): readonly string[] {
  const words = applied?.confirmed === true ? 'confirmed' : 'on trial: not confirmed yet'
  return [
    applied === undefined ? 'revision: none from the server' : `revision: ${applied.revision} (${words})`,
    ...(rejected === undefined ? [] : [`revision ${rejected.revision} was ${rejected.how}: ${rejected.reason}`]),
  ]
}
