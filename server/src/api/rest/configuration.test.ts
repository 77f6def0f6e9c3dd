import { expect, test } from 'vitest'
import { AGENT, apiWorld, post } from '../api.testkit.ts'

const ALL = '/api/v1/fleet/config/all/revisions'
const json = async (response: Response) => ({ status: response.status, body: await response.json().catch(() => null) })

async function world() {
  const at = await apiWorld()
  const [admin, viewer] = [at.as('admin'), at.as('viewer')]
  return { ...at, admin, viewer }
}

test('a revision is looked at before it is made, made, read by viewers, and written down', async () => {
  const { admin, viewer } = await world()
  const wanted = { configuration: { settings: { intervalSeconds: 300 } }, comment: 'slow lines' }
  expect(await json(await admin(ALL, post({ ...wanted, dryRun: true })))).toEqual({
    status: 200,
    body: {
      ...{ scope: 'all', revision: 1, agents: 0, tooOld: 0, made: false },
      changes: [{ path: 'intervalSeconds', after: 300 }],
    },
  })
  expect(await json(await viewer(ALL))).toMatchObject({ body: { total: 0 } })
  expect((await viewer(ALL, post(wanted))).status).toBe(403)
  expect(await json(await admin(ALL, post(wanted)))).toMatchObject({ body: { revision: 1, made: true } })
  expect(await json(await admin(ALL, post({ ...wanted, base: 0 })))).toMatchObject({ status: 409 })
  expect(await json(await viewer(`${ALL}/1`))).toMatchObject({
    body: { author: 'admin', comment: 'slow lines', active: false, configuration: { profiles: [] } },
  })
  expect((await viewer(`${ALL}/2`)).status).toBe(404)
  expect(await json(await admin('/api/v1/audit?limit=1'))).toMatchObject({
    body: { items: [{ action: 'config.revision', subject: 'all revision 1', who: 'admin' }] },
  })
})

test('what is wrong in a configuration is told with its place', async () => {
  const { admin } = await world()
  const refused = await json(
    await admin(ALL, post({ configuration: { settings: { intervalSeconds: 0, inteval: 1, host: { enabled: 'x' } } } })),
  )
  expect(refused.status).toBe(400)
  expect(JSON.stringify(refused.body)).toMatch(/intervalSeconds/)
  const twice = { name: 'acme', text: 'x' }
  expect((await admin(ALL, post({ configuration: { profiles: [twice, twice] } }))).status).toBe(400)
  expect((await admin(ALL, post({ configuration: { profiles: [{ name: '../acme', text: 'x' }] } }))).status).toBe(400)
  for (const scope of ['group:none', `agent:${AGENT}`]) {
    expect((await admin(`/api/v1/fleet/config/${scope}/revisions`)).status).toBe(404)
  }
  for (const scope of ['group:', 'agent:1', 'everybody', 'group:%00', "group:' OR 1=1"]) {
    expect((await admin(`/api/v1/fleet/config/${encodeURIComponent(scope)}/revisions`)).status).toBe(400)
  }
})

test('groups are made, named in scopes, and removed', async () => {
  const { admin, viewer } = await world()
  const group = { ...post({ name: 'branch', agents: [] }), method: 'PUT' }
  expect((await viewer('/api/v1/fleet/groups', group)).status).toBe(403)
  expect((await admin('/api/v1/fleet/groups', group)).status).toBe(204)
  expect(await json(await viewer('/api/v1/fleet/groups'))).toMatchObject({
    body: { items: [{ name: 'branch', agents: [], by: 'admin' }] },
  })
  expect((await admin('/api/v1/fleet/config/group:branch/revisions')).status).toBe(200)
  expect((await admin('/api/v1/fleet/groups/branch', { method: 'DELETE' })).status).toBe(204)
  expect((await admin('/api/v1/fleet/groups/branch', { method: 'DELETE' })).status).toBe(404)
})

test('a roll-out is started, aborted and listed; what cannot be done says why', async () => {
  const { admin, viewer } = await world()
  const path = '/api/v1/fleet/rollouts'
  await admin(ALL, post({ configuration: { settings: { intervalSeconds: 300 } } }))
  const wanted = { scope: 'all', revision: 1, canaries: { kind: 'none' } }
  expect(await json(await admin(path, post({ ...wanted, revision: 7 })))).toMatchObject({ status: 404 })
  expect(await json(await admin(path, post({ scope: 'all', revision: 1 })))).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('none can go first') },
  })
  expect((await viewer(path, post(wanted))).status).toBe(403)
  const started = await json(await admin(path, post(wanted)))
  expect(started).toMatchObject({ status: 201, body: { stage: 'everyone', former: 0, by: 'admin' } })
  expect((await admin(path, post(wanted))).status).toBe(409)
  const one = `${path}/${started.body.id}`
  expect((await admin(`${one}/resume`, post({}))).status).toBe(409)
  expect(await json(await admin(`${one}/halt`, post({})))).toMatchObject({
    body: { stage: 'halted', reason: 'admin halted it' },
  })
  expect(await json(await admin(`${one}/abort`, post({})))).toMatchObject({ body: { stage: 'aborted' } })
  expect(await json(await viewer(path))).toMatchObject({ body: { items: [{ stage: 'aborted' }] } })
  expect((await viewer(`/api/v1/fleet/agents/${AGENT}/configuration`)).status).toBe(404)
})
