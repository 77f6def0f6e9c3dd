import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const RUN = fileURLToPath(new URL('run.mjs', import.meta.url))
const MEASURE = new URL('measure.mjs', import.meta.url).href

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-bench-'))
  for (const name of ['codec', 'store']) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, 'codec/run.mjs'),
    `import { benchOptions, measureInTurns, report } from '${MEASURE}'
     const { json, rounds } = benchOptions()
     const values = await measureInTurns({ plain: (round) => 10 + round, ours: (round) => 5 + round / 2 }, rounds)
     report({ title: 'a codec', unit: 'us', values, json })`,
  )
  writeFileSync(join(folder, 'store/run.mjs'), 'process.exit(7)')
})
afterEach(() => rmSync(folder, { recursive: true }))

function bench(...words: string[]) {
  const env = { ...process.env, EYENET_TEST_BENCH: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...words], { encoding: 'utf8', env })
  return { status, output: stdout + stderr }
}

test('without a name the benchmarks are listed', () => {
  expect(bench()).toMatchObject({ status: 0, output: expect.stringContaining('  codec\n  store\n') })
})

test('a mistyped name gets the nearest one', () => {
  expect(bench('codex')).toEqual({
    status: 64,
    output: 'There is no benchmark codex. Did you mean codec? npm run bench lists them.\n',
  })
})

test('medians and ratios to the first are printed, and written with --json; the warming round is left out', () => {
  const file = join(folder, 'out.json')
  const { status, output } = bench('codec', '--rounds', '3', '--json', file)
  expect(status).toBe(0)
  expect(output).toMatch(/plain +12 +11 to 13 +x 1\.00/)
  expect(output).toMatch(/ours +6 +5\.5 to 6\.5 +x 0\.50/)
  const { rows } = JSON.parse(readFileSync(file, 'utf8'))
  expect(rows[1]).toMatchObject({ name: 'ours', median: 6, ratio: 0.5, values: [5.5, 6, 6.5] })
})

test('the exit status of a benchmark is passed on, and bad options are refused', () => {
  expect(bench('store').status).toBe(7)
  expect(bench('store', '--rounds', '0').status).toBe(64)
  expect(bench('store', '--josn', 'x').output).toContain('--josn x is not understood.')
})

test('folders are below the folder of the caller', () => {
  writeFileSync(join(folder, 'codec/run.mjs'), 'process.stdout.write(process.argv.slice(2).join(" "))')
  expect(bench('codec', '--data', 'x', '--out', '/y').output).toBe(`--data ${join(process.cwd(), 'x')} --out /y`)
  expect(bench('codec', '--data').status).toBe(64)
})

test('npm run bench in another folder takes folders from there', () => {
  writeFileSync(join(folder, 'codec/run.mjs'), 'process.stdout.write(process.argv.slice(2).join(" "))')
  const env = { ...process.env, EYENET_TEST_BENCH: folder, npm_lifecycle_event: 'bench', INIT_CWD: '/somewhere' }
  const { stdout } = spawnSync(process.execPath, [RUN, 'codec', '--data', 'x'], { encoding: 'utf8', env })
  expect(stdout).toBe('--data /somewhere/x')
})
