import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { type AgentConfig, configFailure } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { SettingPath } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { type Logger, pino } from 'pino'
import { z } from 'zod'
import { type RunningAgent, runAgent } from '../agent.ts'
import type { Past } from '../detect/detect.ts'
import { createServiceNotify } from '../host/host.ts'
import { RecentLog } from '../remote/remote.ts'
import { type AgentIdentity, enrol, readIdentity } from '../uplink/uplink.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { readConfig } from './read-config.ts'
import { VERSION } from './version.ts'

type RunOptions = {
  readonly config?: string
  readonly data: string
  readonly enrolment?: string
  readonly readyJson?: boolean
  readonly simulatedPast?: string
}

/** What a server on this machine writes with --local-agent. */
const Enrolment = z.object({ serverUrl: z.url(), token: z.string().min(1) })

/** `run`: the agent in the foreground, until SIGTERM or Ctrl-C. */
export function runCommand(): Command {
  return new Command('run')
    .description('run the agent in the foreground; enrol it first')
    .option('--config <file>', 'YAML file (default: /etc/eyenet/config.yaml where there is one)')
    .option('--data <dir>', 'folder for everything that is kept', DEFAULT_DATA_FOLDER)
    .option(
      '--enrolment <file>',
      "enrol with the file that the server's --local-agent wrote, when there is no identity yet",
    )
    .option('--simulated-past <file>', 'begin with what a simulated site showed before it ran (simulate --past-file)')
    .option('--ready-json', 'print one line of JSON on stdout when the agent runs')
    .addHelpText('after', '\nSIGHUP reads the configuration again; a wrong one is refused and the old one kept.')
    .action(run)
}

async function run(options: RunOptions): Promise<void> {
  // What it writes is for its own user: the folder may have been made by others, open to all.
  process.umask(0o077)
  const { config, named } = configOf(options)
  const recentLog = new RecentLog()
  const logger = pino({ level: config.log.level, base: null }, kept(recentLog))
  makeFolder(options.data)
  const identity = readIdentity(options.data) ?? (await enrolWith(options))
  const past = await pastOf(options)
  const agent = await runAgent({
    ...{ config, named, dataDir: options.data, identity, version: VERSION, logger, recentLog },
    ...(past && { past }),
  })
  const service = createServiceNotify(process.env, (error) =>
    logger.warn({ error: error.message }, 'systemd was not told'),
  )
  process.on('SIGHUP', () => void reload(options, agent, logger))
  const stop = (): void => {
    service.stopping()
    // A second Ctrl-C ends it at once.
    process.once('SIGINT', () => process.exit(130))
    agent.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (options.readyJson === true) process.stdout.write(`${JSON.stringify({ event: 'ready', agent: identity.agent })}\n`)
  service.ready()
}

/** The simulator is loaded here, since an agent that watches devices needs none of it. */
async function pastOf({ simulatedPast: file }: RunOptions): Promise<Past | undefined> {
  if (file === undefined) return undefined
  const { madePast, MadePastOptions } = await import('../simulate/simulate.ts')
  const parsed = MadePastOptions.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new EyeNetError('invalid', `${file} was not written by simulate --past-file`)
  return madePast(parsed.data)
}

/** The log, on stderr, whose newest lines are kept for those who ask from afar. */
function kept(recentLog: RecentLog): { write(line: string): void } {
  const output = pino.destination({ fd: 2, sync: true })
  return {
    write(line) {
      recentLog.add(line)
      output.write(line)
    },
  }
}

async function enrolWith(options: RunOptions): Promise<AgentIdentity> {
  const { enrolment: file, data } = options
  if (file === undefined || !existsSync(file)) {
    throw new EyeNetError(
      'unavailable',
      `this machine is not enrolled: run \`eyenet-agent enrol URL --token-file FILE --data ${data}\` with a token from the server's page`,
    )
  }
  const enrolment = Enrolment.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!enrolment.success) throw new EyeNetError('invalid', `${file} is not an enrolment file of EyeNet`)
  return enrol({ ...enrolment.data, dataDir: data, version: VERSION })
}

async function reload(options: RunOptions, agent: RunningAgent, logger: Logger): Promise<void> {
  try {
    const { config, named } = configOf(options)
    await agent.reload(config, named)
    logger.info('the configuration was read again')
  } catch (thrown) {
    logger.error({ error: messageOf(thrown) }, 'the new configuration is wrong; the old one is kept')
  }
}

function configOf(options: RunOptions): { config: AgentConfig; named: readonly SettingPath[] } {
  const read = readConfig(options.config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  return { config: read.config.agent, named: read.named }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `the data folder ${folder} cannot be made: ${messageOf(cause)}; choose another with --data`
    throw new EyeNetError('unavailable', message, { cause })
  }
}
