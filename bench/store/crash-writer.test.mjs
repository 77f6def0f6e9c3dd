import { expect, test } from 'vitest'
import { CrashWriter } from './crash-writer.mjs'

/**
 * A server that keeps what it acknowledged. It breaks at its `breaksAt`-th request: `keepsLast` says whether that one was
 * stored all the same. `spoil` changes what it exports.
 */
function fakeServer({ breaksAt = 4, keepsLast = false, spoil = (samples) => samples } = {}) {
  const stored = []
  let requests = 0
  const connection = {
    async ask(_method, _path, { body }) {
      requests += 1
      const lines = body.toString().trimEnd().split('\n')
      if (requests < breaksAt || keepsLast) stored.push(...lines)
      if (requests >= breaksAt) throw new Error('connection reset')
      return { status: 204 }
    },
    async good(_method, path) {
      const asked = new URLSearchParams(path.split('?')[1])
      const [start, end] = [Number(asked.get('start')) * 1_000, Number(asked.get('end')) * 1_000]
      const samples = [...new Set(stored)].map((line) => {
        const [, series, writer, value, time] = /^crash,series=(\S+),writer=(\S+) v=(\S+) (\d+)000000$/.exec(line)
        return { metric: { series, writer }, value: Number(value), time: Number(time) }
      })
      const lines = spoil(samples)
        .filter(({ time }) => time >= start && time <= end)
        .map(({ metric, value, time }) => JSON.stringify({ metric, values: [value], timestamps: [time] }))
      return Buffer.from(lines.join('\n'))
    },
    close() {},
  }
  return { connect: () => connection }
}

const writer = (again) => new CrashWriter(0, { baseMs: 1_700_000_000_000, chance: () => (again ? 0.4 : 0.6) })

async function killed(server, one = writer(false)) {
  await one.writeUntilItFails(server, () => {})
  const kept = await one.check(server, { from: 0, kill: 1 })
  return { ...one.counts, kept }
}

test('what was acknowledged is there, and what got no answer may be', async () => {
  const steps = 1 + Math.floor(0.6 * 160)
  const lost = { acknowledged: 3 * steps * 50, unanswered: steps * 50, kept: 0 }
  expect(await killed(fakeServer())).toMatchObject(lost)
  expect(await killed(fakeServer({ keepsLast: true }))).toMatchObject({ ...lost, kept: steps * 50 })
})

test('a request without an answer is sent again to the next server, as senders do', async () => {
  const one = writer(true)
  await one.writeUntilItFails(fakeServer({ breaksAt: 1 }), () => {})
  const next = fakeServer({ breaksAt: 2 })
  expect(await killed(next, one)).toMatchObject({ again: one.counts.acknowledged, kept: 0 })
})

test.each([
  ['is lost', (samples) => samples.slice(1)],
  ['is there twice', (samples) => [...samples, samples[7]]],
  ['is 5', ([first, ...rest]) => [{ ...first, value: 5 }, ...rest]],
  ['was never sent', ([first, ...rest]) => [{ ...first, time: first.time + 5 }, ...rest]],
])('a sample that %s is found', async (what, spoil) => {
  await expect(killed(fakeServer({ spoil }))).rejects.toThrow(new RegExp(`after kill 1: w0 s\\d step \\S+ ${what}`))
})
