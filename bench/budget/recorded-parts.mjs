// Recorded series without a labelled anomaly, and the long parts between labels, as series that the budget is checked on.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A labelled window may begin late and end early: this share of a series' rows around it is left out as well. */
const AROUND = 0.02
/** A part shorter than this many days says little about a budget per month. */
const LEAST_DAYS = 5

/**
 * Reads `labels.json` and `series/*.csv` of a folder. Gives undefined where there is none, else parts
 * `{ name, set, times, values, everyMs }` of rows without a label; times in milliseconds.
 */
export function recordedParts(folder) {
  const file = join(folder, 'labels.json')
  if (!existsSync(file)) return undefined
  const labels = JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(labels).flatMap(([name, { set, windows }]) => {
    const rows = readFileSync(join(folder, 'series', `${name}.csv`), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
    const times = rows.map((row) =>
      Date.parse(`${row.slice(0, row.indexOf(',')).trim().replace(' ', 'T').replace(/Z?$/, 'Z')}`),
    )
    const values = rows.map((row) => Number(row.slice(row.lastIndexOf(',') + 1)))
    return quietSpans(windows, rows.length)
      .map(([from, to]) => ({ name, set, from, times: times.slice(from, to), values: values.slice(from, to) }))
      .filter((part) => daysOf(part.times) >= LEAST_DAYS)
  })
}

export const daysOf = (times) => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 86_400_000

function quietSpans(windows, rows) {
  const around = Math.ceil(AROUND * rows)
  const spans = []
  let from = 0
  for (const [begins, ends] of [...windows].sort((left, right) => left[0] - right[0])) {
    if (begins - around > from) spans.push([from, begins - around])
    from = Math.max(from, ends + 1 + around)
  }
  if (from < rows) spans.push([from, rows])
  return spans
}

/** Alarms on one part: one pass, as at an agent. */
export function judgePart(judge, part, settings) {
  const bank = new judge.SeriesBank(1)
  const slot = bank.open()
  const batch = new judge.TickBatch(1)
  let alarms = 0
  for (let row = 0; row < part.times.length; row++) {
    batch.clear()
    batch.add(slot, part.times[row], part.values[row])
    judge.prepare(bank, batch)
    judge.conclude(bank, batch, { settings, hasModel: false })
    if (batch.change[0] === 1) alarms++
  }
  return alarms
}
