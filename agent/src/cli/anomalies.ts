import { plainText, textTable } from '@eyenet/shared/terminal'
import type { ModelReport } from '@eyenet/shared/wire'
import { Command, InvalidArgumentError } from 'commander'
import { detectFileIn, type RecentVerdict, readVerdicts } from '../detect/detect.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { outputOf } from './output.ts'

const HOUR_MS = 3_600_000
const MAX_ROWS = 2_000

/** `anomalies`. */
export function anomaliesCommand(): Command {
  return new Command('anomalies')
    .description('what this agent finds unusual, those that last first, then the strongest')
    .option('--data <dir>', 'data folder of the agent', DEFAULT_DATA_FOLDER)
    .option('--hours <number>', 'of so many hours, and those that last still', wholeNumber, 24)
    .option('--limit <number>', 'so many at most', wholeNumber, 50)
    .option('--shadow', 'also what models on trial find')
    .option('--json', 'print JSON')
    .action((options: { data: string; hours: number; limit: number; shadow?: boolean; json?: boolean }) => {
      const fromMs = Date.now() - options.hours * HOUR_MS
      const { limit, shadow = false } = options
      const found = readVerdicts(detectFileIn(options.data), { fromMs, limit, withShadow: shadow })
      outputOf(options).result(found, `${modelText(found.models)}\n${textOf(found.verdicts)}`)
    })
}

function modelText(models: readonly ModelReport[]): string {
  if (models.length === 0) return 'No model; the detectors judge alone.'
  const lines = models.map(({ id, mode, state, reason = '' }) => plainText(`Model ${id}: ${mode}, ${state} ${reason}`))
  return lines.join('\n')
}

function textOf(verdicts: readonly RecentVerdict[]): string {
  if (verdicts.length === 0) return 'Nothing unusual in that time.'
  const rows = verdicts.map(({ sinceMs, endedMs, score, device, series, sentence, shadow }) => [
    new Date(sinceMs).toISOString().slice(0, 19),
    endedMs === null ? 'lasts' : `${Math.round((endedMs - sinceMs) / 1_000)} s`,
    `${score.toFixed(2)}${shadow ? ' (trial)' : ''}`,
    device,
    series === '' ? 'the device as a whole' : series,
    sentence,
  ])
  return textTable([['since (UTC)', 'for', 'score', 'device', 'series', 'what'], ...rows])
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= MAX_ROWS) return number
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_ROWS} is wanted.`)
}
