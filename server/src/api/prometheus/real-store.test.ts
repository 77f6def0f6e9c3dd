import { epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../store/store.ts'
import { apiWorld, temporaryFolder } from '../api.testkit.ts'

async function world(series: number) {
  const { folder, remove } = temporaryFolder()
  const now = epochMs(Date.UTC(2026, 0, 1))
  const clock = { now: () => now }
  const store = await openStore({ folder, clock, logger: pino({ enabled: false }), maintainEveryMs: 0 })
  const refs = await store.intern(
    Array.from({ length: series }, (_, i) => ({ __name__: 'm', i: `${i}`, half: `${i % 2}` })),
  )
  for (let k = 0; k < 3; k += 1) {
    await store.append({
      refs,
      times: epochMs(now - 60_000 + k * 30_000),
      values: Float64Array.from(refs, (_, i) => i + k / 10),
    })
  }
  const api = await apiWorld({ source: store, clock })
  const close = async () => {
    await store.close()
    remove()
  }
  return { ...api, close }
}

test('what the store has is counted, exported, federated and deleted', async () => {
  const { as, close } = await world(300)
  try {
    const viewer = as('viewer')
    const tsdb = async () => (await (await viewer('/api/v1/status/tsdb')).json()).data.headStats
    const exported = async () => (await (await viewer('/api/v1/export?match[]=m')).text()).split('\n').slice(0, -1)
    expect(await tsdb()).toEqual({ numSeries: 300, numLabelPairs: 303 })
    const lines = await exported()
    expect(lines.length).toBe(300)
    expect(JSON.parse(lines[7] ?? '').values).toEqual([7, 7.1, 7.2])
    const federated = (await (await viewer('/federate?match[]=m')).text()).split('\n')
    expect(federated.filter((line) => line.startsWith('m{')).length).toBe(300)
    expect(federated).toContain(`m{half="1",i="7",instance=""} 7.2 ${Date.UTC(2026, 0, 1)}`)
    const path = '/api/v1/admin/tsdb/delete_series?match[]=m{half="0"}'
    expect((await as('admin')(path, { method: 'POST' })).status).toBe(204)
    expect((await exported()).length).toBe(150)
    expect((await tsdb()).numSeries).toBe(150)
  } finally {
    await close()
  }
})
