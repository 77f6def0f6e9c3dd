import { expect, test } from 'vitest'
import { apiWorld, DEVICE, post } from '../api.testkit.ts'

const DAY = 86_400
const RTT = { __name__: 'icmp_rtt_seconds', site: 'lab', device: DEVICE, port: 'a"b\\c}' }

/** An API over ten days of a round trip time that is longer by day, and one that has just begun. */
async function historicWorld() {
  const world = await apiWorld()
  const now = world.clock.now() / 1000
  const times = Array.from({ length: 10 * 96 }, (_, n) => now - n * 900).reverse()
  const daily = (at: number): number => 0.02 + 0.01 * Math.sin((2 * Math.PI * at) / DAY)
  world.source.add(
    RTT,
    times.map((at) => [at, daily(at)] as const),
  )
  world.source.add(
    { ...RTT, port: 'new' },
    times.slice(-96).map((at) => [at, 1] as const),
  )
  world.source.add(
    { __name__: 'device_up', device: DEVICE },
    times.map((at) => [at, 1] as const),
  )
  return { ...world, daily }
}

test('a series is predicted for viewers, with its quantiles and how well it would have done', async () => {
  const { as, ask, daily } = await historicWorld()
  const wanted = { series: 'icmp_rtt_seconds', horizonSeconds: DAY, quantiles: [0.1, 0.9] }
  expect((await ask('/api/v1/predict', post(wanted))).status).toBe(401)
  const answer = await (await as('viewer')('/api/v1/predict', post(wanted))).json()
  expect(answer).toMatchObject({ stepSeconds: 900, beyond: 0 })
  expect(answer.refused).toMatchObject([
    { labels: { port: 'new' }, why: expect.stringContaining('three are the least') },
  ])
  const [one] = answer.series
  expect(one.labels).toEqual(RTT)
  expect(one.times).toHaveLength(96)
  one.times.forEach((time: number, n: number) => {
    expect(one.median[n]).toBeCloseTo(daily(time / 1000), 2)
  })
  expect(one.quantiles.map(({ quantile }: { quantile: number }) => quantile)).toEqual([0.1, 0.9])
  expect(one.quality.pinball).toBeLessThan(0.001)
})

test('what cannot be predicted is refused with the reason', async () => {
  const { as } = await historicWorld()
  const status = async (body: object) => (await as('viewer')('/api/v1/predict', post(body))).status
  expect(await status({ series: 'rate(x[5m])', horizonSeconds: 3_600 })).toBe(400)
  expect(await status({ series: 'x', horizonSeconds: 10 })).toBe(400)
  expect(await status({ series: 'x', horizonSeconds: 3_600, quantiles: [1] })).toBe(400)
  expect(await status({ series: [], horizonSeconds: 3_600 })).toBe(400)
  const none = await (await as('viewer')('/api/v1/predict', post({ series: 'x', horizonSeconds: 3_600 }))).json()
  expect(none).toMatchObject({ series: [], refused: [] })
  const state = await (
    await as('viewer')('/api/v1/predict', post({ series: 'device_up', horizonSeconds: 3_600 }))
  ).json()
  expect(state.refused).toMatchObject([{ labels: { __name__: 'device_up' } }])
})

test('forecasts are a list for viewers, empty before the first are worked out', async () => {
  const { as, ask } = await apiWorld()
  expect((await ask('/api/v1/forecasts')).status).toBe(401)
  expect(await (await as('viewer')('/api/v1/forecasts?kind=storage')).json()).toEqual({ items: [], total: 0 })
  expect((await as('viewer')('/api/v1/forecasts?kind=toner')).status).toBe(400)
})
