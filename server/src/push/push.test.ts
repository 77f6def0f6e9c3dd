import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { bitsOf, EVERYTHING, NOW, storeFolder } from '../store/embedded/store.testkit.ts'
import { createPush, INFLUX_UNITS } from './push.ts'
import { writeRequest } from './remote-write.testkit.ts'

const clock = { now: () => NOW }
const STALE = 0x7ff0000000000002n

test('what is pushed is there after the server stopped, a stale mark bit for bit', async () => {
  const folder = storeFolder()
  try {
    const store = await folder.open()
    const push = createPush({ store, clock })
    const samples = [
      { time: NOW - 1_000, bits: bitsOf(1.5) },
      { time: NOW, bits: STALE },
    ]
    const request = writeRequest([{ labels: { __name__: 'up', job: 'x' }, samples }])
    expect(await push.take(request, { kind: 'remote-write' }, { ownsAll: false })).toMatchObject({
      samples: 2,
      refused: 0,
    })
    await store.close()
    const again = await folder.open()
    const [series] = await again.select({ matchers: [], ...EVERYTHING })
    expect(series?.labels).toEqual({ __name__: 'up', job: 'x' })
    const values = series?.values ?? new Float64Array(0)
    expect([...values].map(bitsOf)).toEqual([bitsOf(1.5), STALE])
    await again.close()
  } finally {
    await folder.remove()
  }
})

test('a large body is read in turns, and every sample of it is stored once', async () => {
  const folder = storeFolder()
  try {
    const store = await folder.open()
    const push = createPush({ store, clock })
    const lines = Array.from({ length: 150_000 }, (_, at) => `m,host=h${at % 50} a=${at},b=${at / 10} ${NOW - at}\n`)
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    const format = { kind: 'influx', unit: INFLUX_UNITS.ms } as const
    const outcome = await push.take(Buffer.from(lines.join('')), format, { ownsAll: false })
    clearInterval(timer)
    expect(outcome).toEqual({ samples: 300_000, refused: 0, skipped: 0, faults: [] })
    expect(push.stats()).toEqual({ samples: 300_000, refused: 0, skipped: 0 })
    expect(store.stats()).toMatchObject({ series: 100, storedSamples: 300_000 })
    expect(turns).toBeGreaterThan(1)
    const found = await store.select({
      matchers: [{ name: '__name__', op: '=', value: 'm_a' }],
      from: epochMs(0),
      to: NOW,
    })
    expect(found.reduce((sum, one) => sum + one.times.length, 0)).toBe(150_000)
    await store.close()
  } finally {
    await folder.remove()
  }
})
