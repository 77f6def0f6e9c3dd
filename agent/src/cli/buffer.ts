import { textTable } from '@eyenet/shared/terminal'
import { LANES } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { type BufferDetails, readBufferStatus } from '../buffer/buffer.ts'
import { DEFAULT_DATA_FOLDER, outboxIn } from './data-folder.ts'
import { outputOf } from './output.ts'

/** `buffer status`. */
export function bufferCommand(): Command {
  const buffer = new Command('buffer').description('what is kept on disk until the server has it')
  buffer
    .command('status')
    .description('print what waits in the outbox, also beside a running agent')
    .option('--data <dir>', 'data folder of the agent', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')
    .action((options: { data: string; json?: boolean }) => {
      const status = readBufferStatus(outboxIn(options.data))
      const summary = summaryOf(status)
      const rows = LANES.map((lane) => {
        const { messages, samples, dropped } = status.lanes[lane]
        return [lane, String(messages), String(samples), String(dropped)]
      })
      const table = textTable([['lane', 'messages', 'samples', 'dropped'], ...rows])
      outputOf(options).result(status, `${summary.join('\n')}\n${table}`)
    })
  return buffer
}

const DAY_S = 86_400

function summaryOf(status: BufferDetails): string[] {
  const { samples, oldest, usedBytes, bytes, quota, thinnedSamples, secondsUntilFull } = status
  const since = oldest === undefined ? 'none' : new Date(oldest).toISOString()
  const bounds = quota && `${mebibytes(quota.maxBytes)} MiB, and ${Math.round(quota.maxAgeMs / DAY_S / 100) / 10} days`
  const reasons = Object.entries(status.dropped).map(([reason, count]) => `${reason} ${count}`)
  return [
    `Waiting for the server: ${samples} samples, the oldest of ${since}`,
    `Of these thinned to one in five minutes: ${thinnedSamples} samples`,
    `Size on disk: ${mebibytes(bytes)} MiB, in use ${mebibytes(usedBytes)} MiB; at most ${bounds ?? 'not known'}`,
    ...(secondsUntilFull === undefined
      ? []
      : [`Without the server there is room for ${spanText(secondsUntilFull)} more`]),
    `Dropped: ${status.droppedSamples} samples${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  ]
}

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1)

function spanText(seconds: number): string {
  return seconds >= 2 * DAY_S ? `${Math.floor(seconds / DAY_S)} days` : `${Math.floor(seconds / 3600)} hours`
}
