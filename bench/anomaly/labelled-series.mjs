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
  const stamps = rows.map((row) => row.slice(0, row.indexOf(',')))
  const values = Float64Array.from(rows, (row) => {
    const text = row.slice(row.indexOf(',') + 1)
    return text.trim() === '' ? Number.NaN : Number(text)
  })
  return { stamps, times: Float64Array.from(stamps, (stamp) => Date.parse(stamp)), values }
}
