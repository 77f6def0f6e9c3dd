import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import { formatDurationMs } from '@eyenet/shared/promql'
import { Command } from 'commander'
import type { StoreReport, StoreStatistics } from '../store/store.ts'
import { DEFAULT_DATA_FOLDER, usableFolder } from './data-folder.ts'
import { type Output, outputOf } from './output.ts'
import { sizeText } from './size-text.ts'
import { migrateCommand } from './store-migrate.ts'

type Options = { readonly data: string; readonly json?: boolean; readonly dropDamaged?: boolean }

/** The store's code, which other commands need not wait for. */
const store = () => import('../store/store.ts')

/** The exit status of `store check` when something is damaged. */
const DAMAGED = 1

/** `store check`, `store compact`, `store stats`, `store migrate`. */
export function storeCommand(): Command {
  const store = new Command('store').description('the metrics on disk')
  const command = (name: string, description: string) =>
    store
      .command(name)
      .description(description)
      .option('--data <dir>', 'data folder of the server', DEFAULT_DATA_FOLDER)
      .option('--json', 'print JSON')
  command('check', 'read everything and tell what is damaged, also while the server runs; status 1 for damage').action(
    check,
  )
  command('stats', 'tell what is kept and what it takes, also while the server runs').action(statistics)
  command('compact', 'merge and rewrite everything without gaps; the server must be stopped')
    .option('--drop-damaged', 'remove what is damaged, for which there is no way back')
    .action(compact)
  return store.addCommand(migrateCommand())
}

async function check(options: Options): Promise<void> {
  const output = outputOf(options)
  const { checkStore, isSound } = await store()
  const report = await checkStore(storeFolder(options.data), (part) => output.remark(`checking: ${part}`))
  if (!isSound(report)) process.exitCode = DAMAGED
  output.result({ ok: isSound(report), ...report }, checkText(report))
}

async function statistics(options: Options): Promise<void> {
  const { storeStatistics } = await store()
  const found = await storeStatistics(storeFolder(options.data))
  outputOf(options).result(found, statisticsText(found))
}

async function compact(options: Options): Promise<void> {
  const output = outputOf(options)
  const { compactStore } = await store()
  const done = await compactStore({
    folder: storeFolder(options.data),
    dropDamaged: options.dropDamaged === true,
    clock: { now: () => epochMs(Date.now()) },
    logger: loggerOf(output),
    progress: (text) => output.remark(`compacting: ${text}`),
  })
  const dropped = options.dropDamaged ? `, ${done.dropped} damaged pieces removed` : ''
  output.result(done, `${sizeText(done.bytesBefore)} before, ${sizeText(done.bytesAfter)} now${dropped}`)
}

function loggerOf(output: Output) {
  const remark = (_fields: object, message: string) => output.remark(message)
  return { info: remark, warn: remark, error: remark }
}

function storeFolder(data: string): string {
  const folder = join(usableFolder(data), 'store')
  if (existsSync(join(folder, 'chunks.db'))) return folder
  throw new EyeNetError('not_found', `there is no metric store in ${folder}; name the server's data folder with --data`)
}

function checkText({ chunks, fileFaults, log, places, tierRows }: StoreReport): string {
  const rows = [
    ['', 'checked', 'damaged'],
    ['chunks', String(chunks.checked), String(chunks.damaged)],
    ['rows of tiers', String(tierRows.checked), String(tierRows.damaged)],
    ['log segments', String(log.checked), String(log.damaged)],
    ['database file', '1', String(fileFaults.length)],
  ]
  return [tableText(rows), ...fileFaults, ...places.map((place) => `damaged: ${place}`)].join('\n')
}

function statisticsText({ bytes, metrics, newest, oldest, ...found }: StoreStatistics): string {
  const time = (ms: number | undefined) => (ms === undefined ? '-' : new Date(ms).toISOString())
  const facts = [
    ['series', String(found.series)],
    ['samples', String(found.samples)],
    ['bytes per sample', found.bytesPerSample?.toFixed(2) ?? '-'],
    ['oldest sample', time(oldest)],
    ['newest sample', time(newest)],
    ...Object.entries(bytes).map(([part, size]) => [`bytes: ${part}`, sizeText(size)]),
  ]
  const tiers = found.tiers.map(({ tier, count, ...one }) => [
    ...[formatDurationMs(tier), String(count), sizeText(one.bytes), time(one.first), time(one.last)],
  ])
  const top = metrics.map((one) => [one.metric, String(one.series), String(one.samples), sizeText(one.bytes)])
  return [
    tableText(facts),
    '',
    tableText([['tier', 'buckets', 'size', 'from', 'to'], ...tiers]),
    '',
    tableText([['metric', 'series', 'samples', 'size'], ...top]),
  ].join('\n')
}

/** Columns side by side, the first to the left and numbers to the right. */
function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n')
}
