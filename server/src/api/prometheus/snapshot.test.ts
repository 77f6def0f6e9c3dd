import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

const PATH = '/api/v1/admin/tsdb/snapshot'

test('an administrator makes a snapshot, and it is on record', async () => {
  const { as, source, auth } = await apiWorld()
  for (const [way, query] of [
    ['POST', ''],
    ['PUT', '?skip_head=true'],
  ]) {
    const response = await as('admin')(`${PATH}${query}`, { method: way ?? '' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'success', data: { name: expect.stringMatching(/^copy-/) } })
  }
  expect(source.snapshots).toEqual([false, true])
  expect((await auth.audit.list({ limit: 9 })).items.map(({ action }) => action)).toContain('metrics.snapshot')
})

test('others may not, and what skip_head is must be clear', async () => {
  const { as, source } = await apiWorld()
  expect((await as('operator')(PATH, { method: 'POST' })).status).toBe(403)
  expect((await as('admin')(`${PATH}?skip_head=perhaps`, { method: 'POST' })).status).toBe(400)
  expect(source.snapshots).toEqual([])
})
