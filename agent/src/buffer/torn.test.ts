import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { EventReport } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { batchOf, outboxIn, reportOf, START, takeAll } from './outbox.testkit.ts'
import type { Outbox } from './outbox.ts'
import { suspect } from './outbox-file.ts'

const PLACES = Number(process.env.EYENET_TORN_PLACES ?? 1_000)
const SEED = Number(process.env.EYENET_SEED ?? Date.now() % 1_000_000)
/** Memory where there is some as a file system: a thousand outboxes are made. */
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'eyenet-torn-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const COMMITS = 14
const MILLION = 1_000_000
const SERIES = 300

const sampleOf = (id: number, commit: number): number => Math.sin(id * 31 + commit * 7)
const timeOf = (commit: number): number => START + commit * 60_000
const labelsOf = (at: number) => ({ __name__: 'm', site: 's', n: String(at) })

type Files = { readonly db: Uint8Array; readonly wal: Uint8Array }

/** An outbox as a power failure leaves it: half of its commits folded in, half in the log. */
function written(): Files {
  const folder = mkdtempSync(join(base, 'whole-'))
  let outbox = outboxIn(folder)
  for (let commit = 0; commit < COMMITS; commit++) {
    if (commit === COMMITS / 2) {
      outbox.close()
      outbox = outboxIn(folder)
    }
    const ids = Array.from({ length: SERIES }, (_, at) => outbox.seriesId(labelsOf(at)))
    outbox.append({
      samples: [{ time: epochMs(timeOf(commit)), ids, values: ids.map((id) => sampleOf(id, commit)) }],
      events: [{ kind: 'notice', at: epochMs(timeOf(commit)), code: 'commit', message: String(commit) }],
    })
    outbox.flush()
  }
  const [db, wal] = ['outbox.db', 'outbox.db-wal'].map((name) => readFileSync(join(folder, name)))
  outbox.close()
  return { db: db!, wal: wal! }
}

const files = written()

type Damage = {
  readonly file: 'db' | 'wal'
  readonly kind: 'cut' | 'flip' | 'blank'
  /** Millionths of the file before the place. */
  readonly place: number
  readonly bit: number
}

const damages: fc.Arbitrary<Damage> = fc.record({
  file: fc.constantFrom('db', 'wal'),
  kind: fc.constantFrom('cut', 'flip', 'blank'),
  place: fc.integer({ min: 0, max: MILLION - 1 }),
  bit: fc.integer({ min: 0, max: 7 }),
})

function damagedFolder({ file, kind, place, bit }: Damage): string {
  const folder = mkdtempSync(join(base, 'torn-'))
  const bytes = Buffer.from(files[file])
  const at = Math.floor((place * bytes.length) / MILLION)
  if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  // What a sector that was never written reads as.
  if (kind === 'blank') bytes.fill(0, at - (at % 512), Math.min(bytes.length, at - (at % 512) + 512))
  const both = { ...files, [file]: kind === 'cut' ? bytes.subarray(0, at) : bytes }
  writeFileSync(join(folder, 'outbox.db'), both.db)
  writeFileSync(join(folder, 'outbox.db-wal'), both.wal)
  return folder
}

type Held = { samples: Map<string, number>; commits: Set<number>; lost: number; isPutAside: boolean }

/** What an agent finds. Trouble in the middle ends it; the next start must do better. */
function found(folder: string): Held {
  for (const attempt of [1, 2]) {
    let outbox: Outbox | undefined
    try {
      outbox = outboxIn(folder)
      return heldBy(outbox, folder)
    } catch (thrown) {
      if (attempt === 2 || !/malformed|damaged/.test(String(thrown))) throw thrown
    } finally {
      outbox?.close()
    }
  }
  throw new Error('unreachable')
}

function heldBy(outbox: Outbox, folder: string): Held {
  outbox.setConnected(true)
  outbox.flush()
  const held: Held = { samples: new Map(), commits: new Set(), lost: 0, isPutAside: false }
  const names = new Map<number, string | undefined>()
  // Reports of damage come to be while messages are taken.
  for (let round = 0; round < 2; round++) {
    for (const message of takeAll(outbox)) {
      if (message.lane === 'events') {
        const event = EventReport.parse(reportOf(message))
        if (event.kind === 'notice' && event.code === 'commit') held.commits.add(Number(event.message))
        if (event.kind === 'dropped' && event.reason === 'damaged' && event.lane !== 'events')
          held.lost += event.samples
        continue
      }
      const { ids, times, values, definitions } = batchOf(message)
      for (const { id, labels } of definitions) names.set(id, labels.n)
      for (const [at, id] of ids.entries()) held.samples.set(`${names.get(id)} ${times[at]}`, values[at]!)
    }
  }
  held.isPutAside = readdirSync(folder).some((name) => name.includes('.damaged-'))
  return held
}

/** Samples in the first so many commits. */
function isPrefix({ samples, lost }: Held): boolean {
  return (samples.size + lost) % SERIES === 0 && (samples.size + lost) / SERIES <= COMMITS
}

function isTrue({ samples }: Held, prefix: number): boolean {
  for (const [key, value] of samples) {
    const [name, time] = key.split(' ').map(Number)
    const commit = ((time ?? 0) - START) / 60_000
    if (!Number.isInteger(commit) || commit < 0 || commit >= prefix) return false
    if (value !== sampleOf(name ?? Number.NaN, commit)) return false
  }
  return true
}

test('cut or flipped anywhere, an outbox holds what was committed first, or is put aside and told', () => {
  console.info(`torn outbox: ${PLACES} places, EYENET_SEED=${SEED}`)
  let putAside = 0
  let partly = 0
  fc.assert(
    fc.property(damages, (damage) => {
      const folder = damagedFolder(damage)
      const held = found(folder)
      rmSync(folder, { recursive: true, force: true })
      if (held.isPutAside) {
        putAside++
        return held.samples.size === 0 && held.lost <= COMMITS * SERIES
      }
      if (held.lost > 0) partly++
      return isPrefix(held) && isTrue(held, (held.samples.size + held.lost) / SERIES)
    }),
    { numRuns: PLACES, seed: SEED },
  )
  console.info(`torn outbox: ${putAside} put aside, ${partly} with single messages lost`)
  expect(putAside).toBeLessThan(PLACES)
}, 240_000)

test('what a file that is put aside held is told, as far as it can be read', () => {
  const folder = mkdtempSync(join(base, 'aside-'))
  const db = Buffer.from(files.db)
  // The structure is sound, but a series would go out under another name.
  for (let at = db.indexOf('"n":"7"'); at >= 0; at = db.indexOf('"n":"7"', at + 1)) db.write('"n":"x"', at)
  writeFileSync(join(folder, 'outbox.db'), db)
  writeFileSync(join(folder, 'outbox.db-wal'), files.wal)
  const held = found(folder)
  expect(held.isPutAside).toBe(true)
  expect(held.samples.size).toBe(0)
  expect(held.lost).toBe(COMMITS * SERIES)
})

test('a file that made trouble while it was in use is looked through at the next start', () => {
  const folder = mkdtempSync(join(base, 'suspect-'))
  writeFileSync(join(folder, 'outbox.db'), files.db)
  suspect(join(folder, 'outbox.db'))
  expect(readdirSync(folder)).toContain('outbox.db.suspect')
  expect(heldBy(outboxIn(folder), folder).isPutAside).toBe(false)
  expect(readdirSync(folder)).not.toContain('outbox.db.suspect')
})
