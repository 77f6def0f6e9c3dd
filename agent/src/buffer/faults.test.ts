import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../../install/parts.mjs'
import { bundled } from './bundle.testkit.ts'
import { batchOf, outboxIn, takeAll } from './outbox.testkit.ts'

/** Some programs that are watched already, and some containers, do not let strace work. */
const isTraceable = parts.strace !== undefined && spawnSync(parts.strace, ['true']).status === 0

/** The first so many calls of each kind fail in turn: each once with each error. */
const CALLS = 200
/** In one run each of so many calls fails; EYENET_DISK_FAULTS=single makes a run of each. */
const EVERY = process.env.EYENET_DISK_FAULTS === 'single' ? CALLS : 10
const TICKS = 40
const SERIES = 60
const ERRORS = ['ENOSPC', 'EIO'] as const
const SYSCALLS = 'pwrite64,pread64,fsync,fdatasync,ftruncate,openat,fchown'

const ENDS = /cannot open the outbox|database disk image is malformed|the outbox is damaged/

const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'eyenet-faults-'))
let child: Awaited<ReturnType<typeof bundled>>

beforeAll(async () => {
  child = await bundled('faults.testkit')
})

afterAll(() => {
  child.remove()
  rmSync(base, { recursive: true, force: true })
})

type Fault = { readonly error: string; readonly when: string }

/** Which numbers the child says are on disk, and how many calls failed. */
async function runWith(folder: string, { error, when }: Fault): Promise<{ said: number[]; injected: number }> {
  const file = join(folder, 'outbox.db')
  const paths = [folder, file, `${file}-wal`, `${file}-shm`].flatMap((path) => ['-P', path])
  const inject = `inject=${SYSCALLS}:error=${error}:when=${when}`
  const strace = ['-f', '-o', join(folder, 'calls'), ...paths, '-e', `trace=${SYSCALLS}`, '-e', inject]
  const running = spawn(parts.strace ?? 'strace', [...strace, process.execPath, child.program, file, String(TICKS)])
  let written = ''
  let errors = ''
  running.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString()
  })
  running.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const [code] = await once(running, 'close')
  // What may end an agent: the file cannot be opened, or what SQLite read makes no sense to it. All else is got over.
  const others = errors.split('\n').filter((line) => line !== '' && !ENDS.test(line))
  expect([code, ...others], `${error} when=${when}`).toEqual([0])
  const { stdout } = spawnSync('grep', ['-c', 'INJECTED', join(folder, 'calls')])
  return { said: written.split('\n').slice(0, -1).map(Number), injected: Number(stdout) }
}

/** How many samples of each tick are there. */
function ticksIn(folder: string): Map<number, number> {
  const outbox = outboxIn(folder, { maxAgeMs: 1e13 })
  const ticks = new Map<number, number>()
  for (const message of takeAll(outbox)) {
    if (message.lane !== 'backfill') continue
    for (const value of batchOf(message).values) ticks.set(value, (ticks.get(value) ?? 0) + 1)
  }
  outbox.close()
  return ticks
}

async function proven(fault: Fault): Promise<{ injected: number; said: number }> {
  const folder = mkdtempSync(join(base, 'one-'))
  // The file is there: making it takes more calls in a row than go well.
  outboxIn(folder).close()
  const { said, injected } = await runWith(folder, fault)
  const ticks = ticksIn(folder)
  const name = `${fault.error} when=${fault.when}`
  expect(
    said.filter((tick) => ticks.get(tick) !== SERIES),
    `said to be on disk and not there: ${name}`,
  ).toEqual([])
  expect(
    [...ticks.values()].filter((count) => count !== SERIES),
    `there in part or twice: ${name}`,
  ).toEqual([])
  rmSync(folder, { recursive: true, force: true })
  return { injected, said: said.length }
}

test.skipIf(!isTraceable)(
  'whichever call of the disk fails, what is said to be on disk is there, once',
  {
    timeout: 600_000,
  },
  async () => {
    const faults: Fault[] = []
    for (const error of ERRORS) {
      for (let first = 1; first <= EVERY; first++) {
        faults.push({ error, when: EVERY === CALLS ? String(first) : `${first}+${EVERY}` })
      }
      // A disk that is full stays full.
      faults.push({ error, when: '60+' })
    }
    let injected = 0
    let said = 0
    const next = async (): Promise<void> => {
      for (let fault = faults.shift(); fault !== undefined; fault = faults.shift()) {
        const one = await proven(fault)
        injected += one.injected
        said += one.said
      }
    }
    await Promise.all([next(), next()])
    console.info(`disk faults: ${injected} calls failed, ${said} ticks were said to be on disk`)
    expect(injected).toBeGreaterThan(ERRORS.length * CALLS)
    expect(said).toBeGreaterThan(TICKS)
  },
)
