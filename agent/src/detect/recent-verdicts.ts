import { existsSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { ModelReport } from '@eyenet/shared/wire'
import { z } from 'zod'
import { Database } from '../sqlite/sqlite.ts'

export type RecentVerdict = {
  readonly device: string
  /** Name and labels; '' for the device as a whole. */
  readonly series: string
  readonly sinceMs: number
  /** null while it lasts. */
  readonly endedMs: number | null
  readonly score: number
  readonly reason: string
  readonly sentence: string
  /** '' where the detectors judged alone. */
  readonly model: string
  readonly shadow: boolean
}

export type VerdictQuery = { readonly fromMs: number; readonly limit: number; readonly withShadow: boolean }

type Stored = Omit<RecentVerdict, 'shadow'> & { readonly shadow: 0 | 1 }

export type Verdicts = { readonly models: readonly ModelReport[]; readonly verdicts: readonly RecentVerdict[] }

/** Models and verdicts of an agent out of its own file, also while it runs: those that began since, or last still; strongest first. */
export function readVerdicts(file: string, { fromMs, limit, withShadow }: VerdictQuery): Verdicts {
  if (!existsSync(file)) {
    throw new EyeNetError('not_found', `there is no ${file}: the agent of this folder has not judged anything yet`)
  }
  try {
    const database = new Database(file, { readonly: true })
    try {
      const kept = database.prepare<[], string>("SELECT value FROM meta WHERE name = 'models'").pluck().get()
      const models = z.array(ModelReport).parse(JSON.parse(kept ?? '[]'))
      const verdicts = database
        .prepare<[number, number, number], Stored>(
          `SELECT device, series, since AS sinceMs, ended AS endedMs, score, reason, sentence, model, shadow FROM verdict
           WHERE (since >= ? OR ended IS NULL) AND shadow <= ? ORDER BY ended IS NOT NULL, score DESC, since DESC LIMIT ?`,
        )
        .all(fromMs, withShadow ? 1 : 0, limit)
        .map((one) => ({ ...one, shadow: one.shadow === 1 }))
      return { models, verdicts }
    } finally {
      database.close()
    }
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}
