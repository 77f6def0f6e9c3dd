import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPing } from '../survey-result.ts'
import { ipOf, octetsOf, textOf } from '../value-text.ts'
import { readOptional } from './optional-entries.ts'

const PING_RESULTS_ENTRY = '1.3.6.1.2.1.80.1.3.1'
export const PING_TABLES = [PING_RESULTS_ENTRY]
const COLUMNS = { target: 3, min: 4, max: 5, average: 6, answered: 7, sent: 8 }

/** DISMAN-PING-MIB pingResultsTable: what the device measures of others. Its index is two texts, each behind its length. */
export async function readPings(reader: SurveyReader): Promise<readonly SurveyPing[]> {
  const rows = await readOptional(reader, PING_RESULTS_ENTRY, COLUMNS)
  return rows.map((row) => {
    const [length = 0, ...rest] = row.arcs
    const target = row.cell('target')
    return {
      owner: wordOf(rest.slice(0, length)),
      test: wordOf(rest.slice(length + 1)),
      ...defined({
        target: ipOf(octetsOf(target)) ?? (textOf(target) || undefined),
        minRttMs: row.number('min'),
        averageRttMs: row.number('average'),
        maxRttMs: row.number('max'),
        sent: row.number('sent'),
        answered: row.number('answered'),
      }),
    }
  })
}

function wordOf(arcs: readonly number[]): string {
  return textOf({ kind: 'octets', value: Uint8Array.from(arcs) })
}
