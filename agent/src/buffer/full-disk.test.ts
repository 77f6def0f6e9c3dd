import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { EventReport } from '@eyenet/shared/wire'
import { afterAll, expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { batchOf, outboxIn, reportOf, takeAll } from './outbox.testkit.ts'

/** A file system of its own that is small; only root may make one. */
const folder = mkdtempSync(join(tmpdir(), 'eyenet-full-'))
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0

afterAll(() => {
  if (isMounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
})

const START = 1_700_000_000_000
const DEVICE = '0f3a5b9e-4a35-4f6e-9c0d-5d0d3f1b7a11'
/** Each second of it is a try: EYENET_FULL_DISK_S=3600 takes an hour's worth. */
const FULL_S = Number(process.env.EYENET_FULL_DISK_S ?? 200)

test.skipIf(!isMounted)(
  'while the disk is full samples are taken on and memory is bounded; it ends by itself within a minute of room',
  { timeout: 240_000 },
  async () => {
    const clock = new FakeClock(START)
    const outbox = outboxIn(folder, { clock, maxAgeMs: 1e12 })
    const ids = Array.from({ length: 3_000 }, (_, at) =>
      outbox.seriesId({ __name__: 'm', device: DEVICE, n: String(at) }),
    )
    let taken = 0
    const poll = async (): Promise<void> => {
      const time = epochMs(clock.now())
      outbox.append({ samples: [{ time, ids, values: ids.map((id) => Math.sin(id * 31 + time)) }] })
      taken += ids.length
      await clock.advance(1_000)
    }
    for (let at = 0; at < 10; at++) await poll()
    const ballast = join(folder, 'ballast')
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096'])
    for (let at = 0; at < FULL_S; at++) await poll()
    const during = outbox.status()
    expect(during.diskTrouble).toBe(true)
    expect(during.pendingSamples).toBeLessThanOrEqual(200_000)
    expect(during.samples + during.pendingSamples + during.droppedSamples).toBe(taken)
    expect(during.droppedSamples).toBeGreaterThan(100_000)

    // Somebody makes room: within a minute all is well, without a restart.
    writeFileSync(ballast, '')
    await clock.advance(60_000)
    const after = outbox.status()
    expect(after).toMatchObject({ diskTrouble: false, pendingSamples: 0 })
    expect(after.samples + after.droppedSamples).toBe(taken)
    outbox.setConnected(true)
    const messages = takeAll(outbox)
    const lost = messages
      .filter(({ lane }) => lane === 'events')
      .map((one) => EventReport.parse(reportOf(one)))
      .filter((event) => event.kind === 'dropped')
    const times = messages.filter(({ lane }) => lane === 'backfill').flatMap((one) => [...batchOf(one).times])
    expect(lost.length).toBe(1)
    const [share] = lost[0]!.devices!
    expect(lost[0]).toMatchObject({ reason: 'disk-full', samples: after.droppedSamples })
    expect(share).toMatchObject({ device: DEVICE, samples: after.droppedSamples })
    // What is told is the very stretch that is missing.
    expect(times.filter((time) => time >= share!.from && time <= share!.to)).toEqual([])
    expect(times.length).toBe(after.samples)
    outbox.close()
  },
)
