// The table of results: a line per question, a column per engine, the ratio of EyeNet to VictoriaMetrics, and what was wanted.
import { median } from '../measure.mjs'

const OURS = 'EyeNet'
const THEIRS = 'VictoriaMetrics'

/**
 * One line. `values` maps an engine's name to what was measured, a value per round; `wanted` is a bound of the ratio of
 * EyeNet to VictoriaMetrics, or of EyeNet's own figure with `absolute`; with `more` larger is better.
 */
export function row({ what, unit, values, wanted, more = false, absolute = false }) {
  const medians = Object.fromEntries(
    Object.entries(values).flatMap(([name, all]) => (all.length === 0 ? [] : [[name, median(all)]])),
  )
  const ratio = medians[OURS] / medians[THEIRS]
  const judged = absolute ? medians[OURS] : ratio
  const isMet = wanted === undefined || Number.isNaN(judged) ? undefined : more ? judged >= wanted : judged <= wanted
  return { what, unit, values, medians, ratio, wanted, more, isMet }
}

/** Prints lines under a heading; a column for each of `engines` that any line has a figure of. */
export function printRows(title, rows, engines) {
  const names = engines.filter((name) => rows.some(({ medians }) => medians[name] !== undefined))
  const cells = rows.map(({ what, unit, medians, ratio, wanted, more, isMet }) => [
    `${what}, ${unit}`,
    ...names.map((name) => (medians[name] === undefined ? '-' : short(medians[name]))),
    Number.isFinite(ratio) ? ratio.toFixed(2) : '-',
    wanted === undefined ? '' : `${more ? '>=' : '<='} ${short(wanted)}`,
    isMet === undefined ? '' : isMet ? 'met' : 'missed',
  ])
  const all = [['', ...names, 'EyeNet:VM', 'wanted', ''], ...cells]
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)))
  process.stdout.write(`\n${title}\n`)
  for (const line of all) {
    const texts = line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
    process.stdout.write(`  ${texts.join('   ').trimEnd()}\n`)
  }
}

function short(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
