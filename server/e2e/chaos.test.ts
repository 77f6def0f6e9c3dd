import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runChild } from './child.testkit.ts'

const CHAOS = fileURLToPath(new URL('../../bench/chaos/run.mjs', import.meta.url))
const KILLS = 50
/** It repeats a run that failed; what failed prints it. */
const SEED = process.env.EYENET_CHAOS_SEED ?? String(1 + (Date.now() % 1_000_000))

test(`${KILLS} kills of agents and server on a bad line (seed ${SEED}): what was sampled is stored, once`, {
  timeout: 600_000,
}, async () => {
  const { status, stdout, stderr } = await runChild(process.execPath, [CHAOS, '--seed', SEED, '--kills', String(KILLS)])
  process.stdout.write(stdout)
  expect({ status, stderr, stdout }).toMatchObject({ status: 0 })
  expect(stdout).toContain('Nothing is lost, and nothing is there twice.')
})
