import type { Incident } from '@eyenet/shared/api'
import { epochMs, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import type { IncidentQuery, Incidents } from '../../incidents/incidents.ts'
import { apiWorld, DEVICE } from '../api.testkit.ts'

const incident: Incident = {
  id: '0190dddd-0000-4000-8000-000000000001',
  site: SiteName.parse('lab'),
  kind: 'device',
  cause: { device: DEVICE, text: 'access-3 <script>' },
  or: ['its link from dist-2 ge-0/0/0'],
  since: epochMs(Date.UTC(2026, 0, 1)),
  failed: [DEVICE],
  behind: [],
  evidence: ['access-3 answers no check'],
}

class FakeIncidents implements Incidents {
  readonly asked: IncidentQuery[] = []
  list: Incidents['list'] = async (query) => {
    this.asked.push(query)
    return { items: [incident], total: 2, next: 'more' }
  }
  get: Incidents['get'] = async (id) => (id === incident.id ? incident : undefined)
  onChange = () => () => {}
}

test('incidents are listed by state, site and device, and read one by one', async () => {
  const incidents = new FakeIncidents()
  const { as, ask } = await apiWorld({ incidents })
  const viewer = as('viewer')
  const listed = await viewer(`/api/v1/incidents?state=open&site=lab&device=${DEVICE}&limit=1`)
  expect(await listed.json()).toEqual({ items: [incident], total: 2, next: 'more' })
  expect(incidents.asked).toEqual([{ state: 'open', site: 'lab', device: DEVICE, limit: 1 }])
  expect(await (await viewer(`/api/v1/incidents/${incident.id}`)).json()).toEqual(incident)
  expect((await viewer('/api/v1/incidents/0190dddd-0000-4000-8000-000000000009')).status).toBe(404)
  expect((await viewer('/api/v1/incidents?state=closed')).status).toBe(400)
  expect((await ask('/api/v1/incidents')).status).toBe(401)
})
