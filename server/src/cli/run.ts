import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { configFailure, ServerConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { SiteName } from '@eyenet/shared/identity'
import { Command } from 'commander'
import { type Logger, pino } from 'pino'
import { createServiceNotify } from '../ops/ops.ts'
import type { RunningServer } from '../server.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { readConfig } from './read-config.ts'
import { VERSION } from './version.ts'

type RunOptions = {
  readonly config?: string
  readonly data: string
  readonly listen?: string
  readonly mqttListen?: string
  readonly localAgent?: string
  readonly readyJson?: boolean
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const WEB_FOLDER = fromHere('../../dist-web')
const SHIPPED_RULES = fromHere('../../rules/eyenet.yaml')
/** The site of an agent that runs beside its server. */
const LOCAL_SITE = SiteName.parse('local')

/** `run`: the server in the foreground, until SIGTERM or Ctrl-C. */
export function runCommand(): Command {
  return new Command('run')
    .description('run the server in the foreground; needs no configuration file')
    .option('--config <file>', 'YAML file (default: /etc/eyenet/config.yaml where there is one)')
    .option('--data <dir>', 'folder for everything that is kept', DEFAULT_DATA_FOLDER)
    .option('--listen <host:port>', 'where the page and the API are served (default: 127.0.0.1:8080)')
    .option('--mqtt-listen <host:port>', 'where agents and integrations connect (default: 127.0.0.1:1883)')
    .option('--local-agent <file>', 'write a file with which an agent on this machine can enrol')
    .option('--ready-json', 'print one line of JSON on stdout when the server is ready')
    .addHelpText('after', '\nSIGHUP reads the configuration again; a wrong one is refused and the old one kept.')
    .action(run)
}

async function run(options: RunOptions): Promise<void> {
  // What it writes is for its own user: the folder may have been made by others, open to all.
  process.umask(0o077)
  const config = effectiveConfig(options)
  const logger = pino({ level: config.log.level, base: null }, pino.destination({ fd: 2, sync: true }))
  // Other commands do without the whole server, which takes a second to load.
  const { runServer } = await import('../server.ts')
  const server = await runServer({
    ...{ config, version: VERSION, logger },
    dataFolder: options.data,
    webFolder: WEB_FOLDER,
    shippedRules: SHIPPED_RULES,
  })
  const service = createServiceNotify(process.env, (error) =>
    logger.warn({ error: error.message }, 'systemd was not told'),
  )
  process.on('SIGHUP', () => void reload(options, server, logger))
  const stop = (): void => {
    service.stopping()
    // A second Ctrl-C ends it at once.
    process.once('SIGINT', () => process.exit(130))
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  try {
    await announce(options, server, logger)
  } catch (thrown) {
    await server.close()
    throw thrown
  }
  service.ready()
}

async function announce(options: RunOptions, server: RunningServer, logger: Logger): Promise<void> {
  const setupCode = await server.setupCode()
  if (options.localAgent !== undefined) {
    const token = await server.localAgentToken(LOCAL_SITE)
    writeSecret(options.localAgent, JSON.stringify({ serverUrl: server.url, token }))
  }
  const mqtt = `${server.mqttHost}:${server.mqttPort}`
  logger.info({ url: server.url, mqtt }, 'ready')
  if (options.readyJson === true) {
    process.stdout.write(`${JSON.stringify({ event: 'ready', url: server.url, setupCode: setupCode ?? null, mqtt })}\n`)
    return
  }
  process.stderr.write(`The page is at ${server.url}\n`)
  if (setupCode !== undefined) process.stderr.write(`Setup code for the first administrator: ${setupCode}\n`)
}

/** A new file of the owner's alone: one that is there may be open to others. */
function writeSecret(file: string, text: string): void {
  try {
    rmSync(file, { force: true })
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot write ${file}: ${messageOf(cause)}`, { cause })
  }
}

async function reload(options: RunOptions, server: RunningServer, logger: Logger): Promise<void> {
  try {
    const restart = await server.reload(effectiveConfig(options))
    logger.info({ needRestart: restart }, 'the configuration was read again')
  } catch (thrown) {
    logger.error({ error: messageOf(thrown) }, 'the new configuration is wrong; the old one is kept')
  }
}

function effectiveConfig(options: RunOptions): ServerConfig {
  const read = readConfig(options.config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const overridden = ServerConfig.safeParse({
    ...read.config.server,
    ...(options.listen !== undefined && { listen: options.listen }),
    mqtt: { ...read.config.server.mqtt, ...(options.mqttListen !== undefined && { listen: options.mqttListen }) },
  })
  if (overridden.success) return overridden.data
  throw configFailure(
    overridden.error.issues.map((issue) => ({
      source: issue.path[0] === 'mqtt' ? '--mqtt-listen' : '--listen',
      line: 0,
      column: 0,
      path: '',
      message: `expected ${issue.message}`,
    })),
  )
}
