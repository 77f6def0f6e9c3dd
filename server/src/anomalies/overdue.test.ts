import { epochMs, type Labels } from '@eyenet/shared/identity'
import type { SeriesSamples } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { runAsk } from '../store/asking/run-ask.ts'
import { AGENT, anomalyWorld, at, CORE, MINUTE, PEER, report, SITE } from './anomalies.testkit.ts'

/** An anomaly of minute 0 in a world whose store has these series, one sample in five minutes each. */
async function worldWith(series: readonly { labels: Labels; from: number; to: number; value: number }[]) {
  const stored = series.map(({ labels, from, to, value }): SeriesSamples => {
    const count = Math.floor((to - from) / 5) + 1
    const times = Float64Array.from({ length: count }, (_, n) => at(from + n * 5))
    return { labels, times, values: new Float64Array(count).fill(value) }
  })
  const reader = {
    select: async ({ matchers }: { matchers: readonly { name: string; value: string }[] }) =>
      stored.filter(({ labels }) => matchers.every(({ name, value }) => labels[name] === value)),
  }
  const world = await anomalyWorld({
    store: {
      select: async () => [],
      series: async () => [],
      query: (ask) => runAsk(ask, { reader, nowMs: () => 0, cancelled: () => false }),
    },
  })
  await world.anomalies.receive(PEER, report(0))
  const openAt = async (minute: number) => {
    world.clock.now = epochMs(at(0) + minute * MINUTE)
    await world.anomalies.work()
    return (await world.anomalies.list({ limit: 9, shadow: false, active: true })).total
  }
  return { ...world, openAt }
}

const judging = { labels: { __name__: 'anomaly_series', agent: AGENT, site: SITE }, from: 0, to: 4_000, value: 9 }
const active = (value: number, from: number, to: number) => {
  const labels = { __name__: 'anomaly_active', metric: 'ifHCInOctets', site: SITE, device: CORE, interface: 'ge-1' }
  return { labels, from, to, value }
}

test('an anomaly that its agent goes on to report stays open', async () => {
  const { openAt } = await worldWith([judging, active(1, 0, 4_000)])
  expect(await openAt(30)).toBe(1)
  expect(await openAt(3_999)).toBe(1)
})

test('one whose agent says that it is over, or nothing for hours though it judges, is closed', async () => {
  expect(await (await worldWith([judging, active(0, 0, 4_000)])).openAt(370)).toBe(0)
  const { openAt, anomalies } = await worldWith([judging, active(1, 0, 100)])
  expect(await openAt(359)).toBe(1)
  expect(await openAt(500)).toBe(0)
  expect(anomalies.stats().closed).toBe(1)
})

test('while its agent is away an anomaly is not closed, until the agent is gone for a day', async () => {
  const { openAt } = await worldWith([{ ...judging, to: 60 }, active(1, 0, 60)])
  expect(await openAt(1_400)).toBe(1)
  expect(await openAt(1_600)).toBe(0)
})
