import { DeviceId, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import { DEFAULT_JUDGE_SETTINGS } from '@eyenet/shared/judge'
import type { AnomalyReport } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { addAgent, addDevice } from '../../anomalies/anomalies.testkit.ts'
import { AGENT, apiWorld, DEVICE, post } from '../api.testkit.ts'

const SITE = SiteName.parse('lab')
const PEER = { agent: AGENT, site: SITE }

/** An API over one anomaly of an interface whose name is a formula. */
async function anomalousWorld() {
  const world = await apiWorld()
  await addAgent(world.db, AGENT, SITE)
  await addDevice(world.db, DEVICE, SITE)
  const since = epochMs(world.clock.now() - 60_000)
  const report: AnomalyReport = {
    ...{ kind: 'anomaly', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 1, at: since, since, device: DEVICE },
    series: { name: 'ifHCInOctets', labels: { site: SITE, device: DEVICE, interface: '=cmd|calc' } },
    ...{ phase: 'began', interface: '=cmd|calc', score: 0.8, reason: 'above', value: 812, low: 90, high: 240 },
    ...{ detail: null, sentence: '@SUM(A1): "812"' },
  }
  await world.anomalies.receive(PEER, report)
  const page = await (await world.as('viewer')('/api/v1/anomalies')).json()
  return { ...world, report, page, id: String(page.items[0]?.id) }
}

test('viewers see the list, operators say what an anomaly was, and both are logged', async () => {
  const { as, ask, page, id, auth } = await anomalousWorld()
  expect(page).toMatchObject({ total: 1, items: [{ device: DEVICE, score: 0.8, value: 812 }] })
  expect((await ask('/api/v1/anomalies')).status).toBe(401)
  expect((await as('integration')('/api/v1/anomalies')).status).toBe(403)
  const path = `/api/v1/anomalies/${id}/feedback`
  expect((await as('viewer')(path, post({ kind: 'real' }))).status).toBe(403)
  expect((await as('operator')(path, post({ kind: 'silly' }))).status).toBe(400)
  expect((await as('operator')(path, post({ kind: 'real', comment: 'x'.repeat(1001) }))).status).toBe(400)
  const said = await as('operator')(path, post({ kind: 'real', comment: 'cable cut' }))
  expect(await said.json()).toMatchObject({ id, feedback: { kind: 'real', comment: 'cable cut', by: 'operator' } })
  const one = await (await as('viewer')(`/api/v1/anomalies/${id}`)).json()
  expect(one).toMatchObject({ together: [], before: [], said: [{ kind: 'real' }] })
  expect((await as('viewer')(path, { method: 'DELETE' })).status).toBe(403)
  expect(await (await as('operator')(path, { method: 'DELETE' })).json()).not.toHaveProperty('feedback')
  expect((await as('operator')(path, { method: 'DELETE' })).status).toBe(404)
  const { items } = await auth.audit.list({ limit: 10 })
  expect(items.map(({ action }) => action).slice(0, 2)).toEqual(['anomaly.feedback-taken-back', 'anomaly.feedback'])
})

test('the list as CSV has nothing that a spreadsheet would run', async () => {
  const { as } = await anomalousWorld()
  const answer = await as('viewer')('/api/v1/anomalies?format=csv')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="anomalies.csv"')
  const [, line] = (await answer.text()).split('\r\n')
  expect(line).toContain(`,'=cmd|calc,0.8,above,"'@SUM(A1): ""812""",812,90,240,`)
})

test('filters that cannot be are refused, and each one counts', async () => {
  const { as } = await anomalousWorld()
  const total = async (query: string) => (await (await as('viewer')(`/api/v1/anomalies?${query}`)).json()).total
  expect(await total('active=true')).toBe(1)
  expect(await total('active=false')).toBe(0)
  expect(await total('shadow=true')).toBe(0)
  expect(await total(`device=${DeviceId.parse('0190bbbb-0000-7000-8000-000000000009')}`)).toBe(0)
  expect(await total('minScore=0.9')).toBe(0)
  expect(await total('grouped=device')).toBe(1)
  for (const bad of ['from=5&to=4', 'active=maybe', 'minScore=2', 'cursor=x', 'grouped=device&cursor=-1', 'limit=0']) {
    expect((await as('viewer')(`/api/v1/anomalies?${bad}`)).status).toBe(400)
  }
  expect((await as('viewer')('/api/v1/anomalies/0190cccc-0000-4000-8000-000000000009')).status).toBe(404)
})

test('beginnings, ends and words of people are in the live feed', async () => {
  const { anomalies, report, id } = await anomalousWorld()
  const told: unknown[] = []
  anomalies.onChange(({ endedAt, feedback }) => told.push([endedAt, feedback?.kind]))
  await anomalies.receive(PEER, { ...report, seq: 2, phase: 'ended', at: epochMs(report.since + 1_000) })
  await anomalies.say(id, { kind: 'expected', comment: '' }, 'ann')
  expect(told).toEqual([
    [report.since + 1_000, undefined],
    [report.since + 1_000, 'expected'],
  ])
})

test('the budget says what was asked and what came, hour by hour as the series were judged', async () => {
  const { as, source, clock } = await anomalousWorld()
  const now = clock.now() / 1000
  const hours = Array.from({ length: 24 * 7 * 4 }, (_, n) => now - n * 900).reverse()
  source.add(
    { __name__: 'anomaly_series', agent: AGENT, site: SITE },
    hours.map((at) => [at, 1_440] as const),
  )
  const answer = await (await as('viewer')('/api/v1/anomalies/budget?days=7')).json()
  expect(answer).toMatchObject({ days: 7, agents: [{ agent: AGENT, mode: 'live', seriesCount: 1_440 }] })
  // 1,440 series for 7 of 30 days.
  expect(answer.series.asked).toBeCloseTo(336 * DEFAULT_JUDGE_SETTINGS.alarmsPerMonth, 0)
  expect(answer.series).toMatchObject({ word: 'too-quiet' })
  expect((await as('viewer')('/api/v1/anomalies/budget?days=8')).status).toBe(400)
})
