import { CATALOGUE } from '@eyenet/shared/catalogue'
import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

async function world() {
  const one = await apiWorld()
  const get = async (path: string, query = '') => {
    const response = await one.as('viewer')(`/api/v1/${path}?${query}`)
    return { status: response.status, body: await response.json() }
  }
  return { ...one, get }
}
const badParameter = { status: 400, body: { status: 'error', errorType: 'bad_data' } }

test('metadata tells kind, unit and help of what the catalogue has', async () => {
  const { get } = await world()
  const { data } = (await get('metadata')).body
  expect(Object.keys(data)).toEqual(CATALOGUE.map(({ name }) => name))
  const counter = CATALOGUE.find(({ kind }) => kind === 'counter')
  expect((await get('metadata', `metric=${counter?.name}`)).body.data).toEqual({
    [counter?.name ?? '']: [{ type: 'counter', help: counter?.help, unit: counter?.unit }],
  })
  expect((await get('metadata', 'metric=nothing_of_ours')).body.data).toEqual({})
  expect(Object.keys((await get('metadata', 'limit=2')).body.data).length).toBe(2)
  expect((await get('metadata', 'limit=1&limit_per_metric=0')).body.data).toEqual({ [CATALOGUE[0]?.name ?? '']: [] })
  expect(await get('metadata', 'limit=few')).toMatchObject(badParameter)
})

test('buildinfo names EyeNet and its own version', async () => {
  const { get } = await world()
  expect((await get('status/buildinfo')).body.data).toMatchObject({ application: 'EyeNet', version: '0.1.0' })
})

test('the statistics of series are counted', async () => {
  const { get, source } = await world()
  for (let i = 0; i < 12; i += 1) source.add({ __name__: 'up', job: 'a', instance: `${i}` }, [[1_000_000, 1]])
  source.add({ __name__: 'down', job: 'é' }, [[1_000_000, 1]])
  const { data } = (await get('status/tsdb')).body
  expect(data.headStats).toEqual({ numSeries: 13, numLabelPairs: 16 })
  expect(data.seriesCountByMetricName).toEqual([
    { name: 'up', value: 12 },
    { name: 'down', value: 1 },
  ])
  expect(data.labelValueCountByLabelName[0]).toEqual({ name: 'instance', value: 12 })
  expect(data.memoryInBytesByLabelName).toEqual([
    { name: '__name__', value: 28 },
    { name: 'job', value: 14 },
    { name: 'instance', value: 14 },
  ])
  expect(data.seriesCountByLabelValuePair.length).toBe(10)
  expect((await get('status/tsdb', 'limit=2')).body.data.seriesCountByLabelValuePair).toEqual([
    { name: '__name__=up', value: 12 },
    { name: 'job=a', value: 12 },
  ])
  for (const limit of ['0', '-1', 'x', '10001']) {
    expect(await get('status/tsdb', `limit=${limit}`)).toMatchObject(badParameter)
  }
})

test('a label may have any name, escaped or not', async () => {
  const { get, source } = await world()
  source.add({ __name__: 'up', 'a.b_c': '1', U__: '2', plain: '3', U___110000_: '4' }, [[1_000_000, 1]])
  const values = async (name: string) => (await get(`label/${name}/values`)).body.data
  expect(await values('a.b_c')).toEqual(['1'])
  expect(await values('U__a_2e_b__c')).toEqual(['1'])
  expect(await values('U___70_lain')).toEqual(['3'])
  expect(await values('U___110000_')).toEqual(['4'])
  expect(await values('a%20b%2F')).toEqual([])
})

test('what is large is compressed for who takes it', async () => {
  const { as } = await world()
  const response = await as('viewer')('/api/v1/metadata', { headers: { 'accept-encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const plain = response.body?.pipeThrough(new DecompressionStream('gzip'))
  expect(await new Response(plain).json()).toMatchObject({ status: 'success' })
})
