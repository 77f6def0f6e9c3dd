import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const RUN = fileURLToPath(new URL('run.mjs', import.meta.url))
const READER = new URL('labelled-series.mjs', import.meta.url).href

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-anomaly-'))
  mkdirSync(join(folder, 'series'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function read(csv: string) {
  writeFileSync(join(folder, 'labels.json'), '{"one":{"set":"kpi","windows":[]}}')
  writeFileSync(join(folder, 'series/one.csv'), csv)
  const program = `import { readLabelledSeries } from '${READER}'
    const [{ times, values }] = readLabelledSeries(process.argv[1])
    process.stdout.write(JSON.stringify([...times].map((time, at) => [time, values[at]])))`
  const words = ['--input-type=module', '-e', program, folder]
  return JSON.parse(spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout)
}

test('dates, seconds and milliseconds since 1970, quotes, and line ends of Windows are understood', () => {
  const time = Date.UTC(2024, 0, 1)
  for (const stamp of ['2024-01-01T00:00:00Z', '"2024-01-01T00:00:00.000Z"', '1704067200', '1704067200000']) {
    expect(read(`timestamp,value\r\n${stamp},"1.5e3"\r\n${stamp},\r\n`)).toEqual([
      [time, 1500],
      [time, null],
    ])
  }
})

test('a folder that is named and is not there is an error', () => {
  const { status, stderr } = spawnSync(process.execPath, [RUN, '--data', join(folder, 'no')], { encoding: 'utf8' })
  expect(status).toBe(66)
  expect(stderr).toContain('there is no ')
})
