// What every benchmark shares: options, rounds, medians, ratios and the file of --json.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

const DEFAULT_ROUNDS = 5

/** The word after an option, as bench/run.mjs hands it on. */
export function textOf(option, words = process.argv.slice(2)) {
  return words.includes(option) ? words[words.indexOf(option) + 1] : undefined
}

export function numberOf(option, otherwise, words = process.argv.slice(2)) {
  return Number(textOf(option, words) ?? otherwise)
}

/** `--json FILE` and `--rounds N`. */
export function benchOptions(words = process.argv.slice(2)) {
  return { json: textOf('--json', words), rounds: numberOf('--rounds', DEFAULT_ROUNDS, words) }
}

/**
 * Runs each contender once per round, in turns, so that a slow moment of the machine meets all of them; the first round
 * warms up and is left out. `contenders` maps a name to a function that does the work and may give what it measured
 * itself (a number); otherwise it is timed in CPU seconds. Resolves to name -> values, one per round.
 */
export async function measureInTurns(contenders, rounds) {
  const values = new Map(Object.keys(contenders).map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) {
      const before = process.cpuUsage()
      const own = await work(round)
      const { user, system } = process.cpuUsage(before)
      if (round > 0) values.get(name).push(typeof own === 'number' ? own : (user + system) / 1e6)
    }
  }
  return values
}

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Prints one line per contender: median, spread, and its ratio to the first. With `json` writes the same to a file.
 * `unit` says what the values are, `title` what was measured and how much of it.
 */
export function report({ title, unit, values, json }) {
  const rows = [...values].map(([name, all]) => ({
    name,
    median: median(all),
    least: Math.min(...all),
    most: Math.max(...all),
    values: all,
  }))
  const base = rows[0]?.median ?? 1
  const result = {
    title,
    unit,
    node: process.version,
    cpu: cpus()[0]?.model,
    rows: rows.map((row) => ({ ...row, ratio: row.median / base })),
  }
  process.stdout.write(`${title} (median of ${rows[0]?.values.length ?? 0}, ${unit})\n`)
  for (const row of result.rows) {
    const spread = `${short(row.least)} to ${short(row.most)}`
    process.stdout.write(
      `  ${row.name.padEnd(32)} ${short(row.median).padStart(12)}   ${spread.padEnd(24)} x ${row.ratio.toFixed(2)}\n`,
    )
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
  return result
}

function short(value) {
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumSignificantDigits: 4 })
}
