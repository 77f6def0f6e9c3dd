import { expect, test } from 'vitest'
import { AGENT, apiWorld, DEVICE } from '../api.testkit.ts'

test('the ledger is asked by device, agent or site, of the last day unless the question says more', async () => {
  const { as, ledger, clock } = await apiWorld()
  const answer = await as('viewer')(`/api/v1/ledger?device=${DEVICE}`)
  expect(await answer.json()).toMatchObject({ devices: [{ device: DEVICE, intervals: [{ lost: 2, state: 'lost' }] }] })
  await as('viewer')('/api/v1/ledger?site=lab&from=2026-01-01T00:00:00Z&to=1767312000000&step=3600')
  const now = clock.now()
  expect(ledger.asked).toEqual([
    { device: DEVICE, from: now - 86_400_000, to: now },
    { site: 'lab', from: Date.UTC(2026, 0, 1), to: 1_767_312_000_000, stepMs: 3_600_000 },
  ])
  expect((await as('viewer')('/api/v1/ledger')).status).toBe(400)
  expect((await as('viewer')('/api/v1/ledger?site=lab&from=5&to=4')).status).toBe(400)
  expect((await as('viewer')('/api/v1/ledger?site=lab&step=1')).status).toBe(400)
})

test('the ledger as CSV has one line for each interval, and nothing that a spreadsheet would run', async () => {
  const { as } = await apiWorld()
  const answer = await as('viewer')(`/api/v1/ledger?device=${DEVICE}&from=0&to=300000&format=csv`)
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const span = '1970-01-01T00:00:00.000Z,1970-01-01T00:05:00.000Z'
  expect((await answer.text()).split('\r\n').slice(1)).toEqual([
    `lab,${AGENT},${DEVICE},${span},lost,5,3,0,2,0,0,0,"'=1+1, dropped"`,
    '',
  ])
})

test('what is awaited and lost is told for each agent', async () => {
  const { as } = await apiWorld()
  const answer = await as('viewer')('/api/v1/ledger/agents')
  expect(await answer.json()).toEqual({ items: [{ agent: AGENT, site: 'lab', lost: { quota: 7 } }] })
})
