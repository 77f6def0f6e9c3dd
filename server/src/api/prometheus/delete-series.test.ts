import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

const PATH = '/api/v1/admin/tsdb/delete_series'

async function world() {
  const one = await apiWorld()
  for (const job of ['a', 'b', 'c']) one.source.add({ __name__: 'up', job }, [[1_000_000, 1]])
  const jobs = () => one.source.all.map(({ labels }) => labels.job)
  return { ...one, jobs }
}

test('an administrator deletes series by POST or PUT, in the query or as a form, and the audit log has it', async () => {
  const { as, jobs, auth } = await world()
  const admin = as('admin')
  const match = new URLSearchParams({ 'match[]': 'up{job="a"}' }).toString()
  expect((await admin(`${PATH}?${match}`, { method: 'POST' })).status).toBe(204)
  expect(jobs()).toEqual(['b', 'c'])
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ 'match[]': '{job="b"}' }).toString()
  expect((await admin(PATH, { method: 'PUT', headers, body })).status).toBe(204)
  expect(jobs()).toEqual(['c'])
  const { items } = await auth.audit.list({ limit: 2 })
  expect(items.map(({ action, subject }) => [action, subject])).toEqual([
    ['metrics.delete', '{job="b"}'],
    ['metrics.delete', 'up{job="a"}'],
  ])
})

test('nobody else deletes, and nothing is deleted by a request that says too little or too much', async () => {
  const { as, jobs } = await world()
  const match = new URLSearchParams({ 'match[]': 'up' }).toString()
  for (const role of ['viewer', 'operator'] as const) {
    expect((await as(role)(`${PATH}?${match}`, { method: 'POST' })).status).toBe(403)
  }
  for (const query of ['', 'match[]=', 'match[]={}', 'match[]=sum(up)', `${match}&start=1`, `${match}&end=1`]) {
    const response = await as('admin')(`${PATH}?${query}`, { method: 'POST' })
    expect([query, response.status]).toEqual([query, 400])
    expect(await response.json()).toMatchObject({ status: 'error', errorType: 'bad_data' })
  }
  expect(jobs()).toEqual(['a', 'b', 'c'])
})
