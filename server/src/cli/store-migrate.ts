import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InfluxStore, VictoriaMetricsStore } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { formatDurationMs } from '@eyenet/shared/promql'
import { plainText } from '@eyenet/shared/terminal'
import { Command, Option } from 'commander'
import type { MigrationProgress } from '../store/store.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { type Output, outputOf } from './output.ts'

type MigrateOptions = {
  readonly data: string
  readonly to: 'victoriametrics' | 'influxdb'
  readonly url: string
  readonly database?: string
  readonly retentionPolicy?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly tokenFile?: string
  readonly from?: EpochMs
  readonly until?: EpochMs
  readonly match?: string
  readonly restart?: boolean
  readonly json?: boolean
}

/** On a terminal the line is written anew, elsewhere there is one from time to time. */
const TERMINAL_EVERY_MS = 500
const LINE_EVERY_MS = 10_000

/** `store migrate`: copies the embedded store's history into another engine. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('copy the metrics of this server into another engine; stop the server first')
    .option('--data <dir>', 'data folder of the server, which must not run', DEFAULT_DATA_FOLDER)
    .addOption(new Option('--to <engine>', 'where to').choices(['victoriametrics', 'influxdb']).makeOptionMandatory())
    .requiredOption('--url <url>', 'where the engine listens, as in http://127.0.0.1:8428')
    .option('--database <name>', 'database of InfluxDB, made when it is not there; eyenet without it')
    .option('--retention-policy <name>', "one of the database's policies; its default one without it")
    .option('--username <name>', 'where the engine wants a login')
    .option('--password-file <file>', 'holds the password')
    .option('--token-file <file>', 'holds a bearer token, in place of a login')
    .option('--from <time>', 'copy samples from this time on, as in 2026-01-31 or 2026-01-31T12:00:00Z', timeOf)
    .option('--until <time>', 'copy samples up to this time; up to now without it', timeOf)
    .option('--match <selector>', 'copy series that match, as in {site="north"}; all without it')
    .option('--restart', 'begin anew; samples that are there already are not written twice')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
It may be stopped at any moment, also by a kill: the same command goes on where it stopped.
When it is done, name the engine under server.store in the configuration and start the server.`,
    )
    .action(migrate)
}

async function migrate(options: MigrateOptions): Promise<void> {
  const { engineOf, migrateStore } = await import('../store/store.ts')
  const engine = engineOf(configOf(options))
  const output = outputOf(options)
  const stop = new AbortController()
  const end = (): void => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  const { refused, samples, unstorable } = await migrateStore({
    ...{ engine, folder: join(options.data, 'store'), stateFile: join(options.data, `migrate-${options.to}.json`) },
    ...{ match: options.match, from: options.from, until: options.until, restart: options.restart === true },
    ...{ progress: teller(), logger: loggerTo(output), signal: stop.signal },
  }).finally(() => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end)
    if (process.stderr.isTTY) process.stderr.write('\n')
  })
  const left = [
    ...(refused > 0 ? [`${refused} were refused`] : []),
    ...(unstorable > 0 ? [`for ${unstorable} it has no form (see "Where metrics are kept" in the README)`] : []),
  ]
  const sentence = `copied ${samples} samples to ${engine.name}${left.map((one) => `; ${one}`).join('')}`
  output.result({ target: engine.name, samples, refused, unstorable }, sentence)
}

function configOf(options: MigrateOptions): VictoriaMetricsStore | InfluxStore {
  const { database, passwordFile, retentionPolicy, to, tokenFile, url, username } = options
  const login = { username, password: secretIn(passwordFile) }
  const parsed =
    to === 'influxdb'
      ? InfluxStore.safeParse({ kind: to, url, database, retentionPolicy, ...login })
      : VictoriaMetricsStore.safeParse({ kind: to, url, bearerToken: secretIn(tokenFile), ...login })
  if (to === 'victoriametrics' && (database ?? retentionPolicy) !== undefined) {
    throw new EyeNetError('invalid', "--database and --retention-policy are InfluxDB's; leave them out")
  }
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EyeNetError(
    'invalid',
    `--${String(issue?.path[0] ?? 'url')}: expected ${issue?.message ?? 'another value'}`,
  )
}

function secretIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}

function timeOf(text: string): EpochMs {
  const time = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (Number.isSafeInteger(time) && time >= 0) return epochMs(time)
  throw new EyeNetError(
    'invalid',
    `${plainText(text)} is no time; give one as in 2026-01-31T12:00:00Z, or seconds since 1970`,
  )
}

const loggerTo = (output: Output) => {
  const tell = (fields: object, message: string): void =>
    output.remark(plainText(`${message}: ${JSON.stringify(fields)}`))
  return { info: tell, warn: tell, error: tell }
}

/** Tells how far it is, on stderr. */
function teller(): (progress: MigrationProgress) => void {
  const isTerminal = process.stderr.isTTY === true
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : LINE_EVERY_MS
  let toldAt = Number.NEGATIVE_INFINITY
  return (progress) => {
    const now = performance.now()
    const isLast = progress.seriesDone === progress.seriesAll
    if (now - toldAt < everyMs && !isLast) return
    toldAt = now
    const line = plainText(progressLine(progress))
    process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`)
  }
}

export function progressLine({
  leftMs,
  samples,
  samplesPerSecond,
  seriesAll,
  seriesDone,
  trouble,
}: MigrationProgress): string {
  const speed = `${Math.round(samplesPerSecond)} samples/s`
  const left = leftMs === undefined ? '' : `, about ${formatDurationMs(Math.ceil(leftMs / 1000) * 1000)} left`
  const done = `${seriesDone} of ${seriesAll} series, ${samples} samples, ${speed}${left}`
  return trouble === undefined ? done : `${done}; waiting: ${trouble}`
}
