// Reads a folder of labelled series: labels.json and series/<name>.csv (timestamp,value).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `[{ name, set, windows, stamps, times, values }]`; a value that is no number is NaN. */
export function readLabelledSeries(folder) {
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'))
  return Object.keys(labels)
    .sort()
    .map((name) => {
      const { set, windows } = labels[name]
      return { name, set, windows, ...readSeries(join(folder, 'series', `${name}.csv`)) }
    })
}

function readSeries(file) {
  const rows = readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)
  const cells = rows.map((row) => row.split(','))
  const stamps = cells.map(([stamp]) => stamp)
  return {
    stamps,
    times: Float64Array.from(stamps, (stamp) => timeOf(bare(stamp))),
    values: Float64Array.from(cells, ([, text = '']) => (bare(text) === '' ? Number.NaN : Number(bare(text)))),
  }
}

/** A cell without the quotes that some writers put around each. */
function bare(cell) {
  return cell.trim().replace(/^"(.*)"$/, '$1')
}

/** Milliseconds since 1970 of a date, or of a number of seconds or milliseconds since then; NaN for what is neither. */
function timeOf(stamp) {
  if (!/^\d{9,}(\.\d+)?$/.test(stamp)) return Date.parse(stamp)
  const number = Number(stamp)
  return number < 1e11 ? number * 1000 : number
}
