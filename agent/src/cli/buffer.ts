import { textTable } from '@eyenet/shared/terminal'
import { LANES } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { readBufferStatus } from '../buffer/buffer.ts'
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
      const oldest = status.oldest === undefined ? 'none' : new Date(status.oldest).toISOString()
      const summary = [
        `Waiting for the server: ${status.samples} samples, the oldest of ${oldest}`,
        `Size on disk: ${(status.bytes / 1_048_576).toFixed(1)} MiB; dropped because it was full: ${status.droppedSamples} samples`,
      ]
      const rows = LANES.map((lane) => {
        const { messages, samples, dropped } = status.lanes[lane]
        return [lane, String(messages), String(samples), String(dropped)]
      })
      const table = textTable([['lane', 'messages', 'samples', 'dropped'], ...rows])
      outputOf(options).result(status, `${summary.join('\n')}\n${table}`)
    })
  return buffer
}
