import { EyeNetError } from '@eyenet/shared/errors'
import { type Selection, setStaleMarker } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

async function world() {
  const one = await apiWorld()
  const get = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    one.as('viewer')(`/api/v1/export?${new URLSearchParams(fields)}`, { headers })
  const lines = async (fields: Record<string, string>) =>
    (await (await get(fields)).text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  return { ...one, get, lines }
}

test('samples are exported a series a line, with what JSON has no number for', async () => {
  const { source, get, lines } = await world()
  const values = [1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-7]
  source.add({ __name__: 'up', job: 'a"' }, [...values.map((v, i) => [1000 + i, v] as const), [1006, 0]])
  setStaleMarker(source.all[0]?.values ?? new Float64Array(1), 6)
  source.add({ __name__: 'up', job: 'a"', more: 'x' }, [[1000, 7]])
  const response = await get({ 'match[]': 'up' })
  expect(response.headers.get('content-type')).toBe('application/stream+json; charset=utf-8')
  expect(await response.text()).toBe(
    `{"metric":{"__name__":"up","job":"a\\""},"values":[1.5,-0,"NaN","Infinity","-Infinity",1e-07,null],"timestamps":[1000000,1001000,1002000,1003000,1004000,1005000,1006000]}
{"metric":{"__name__":"up","job":"a\\"","more":"x"},"values":[7],"timestamps":[1000000]}
`,
  )
  expect(await lines({ 'match[]': '{more="x"}' })).toEqual([
    { metric: { __name__: 'up', job: 'a"', more: 'x' }, values: [7], timestamps: [1_000_000] },
  ])
  expect(await lines({ 'match[]': 'up', start: '1', end: '2' })).toEqual([])
})

test('a long series comes in several lines', async () => {
  const { source, lines } = await world()
  source.add(
    { __name__: 'up' },
    Array.from({ length: 25_000 }, (_, i) => [1_000_000 + i, i]),
  )
  const counts = (await lines({ 'match[]': 'up' })).map((line) => line.values.length)
  expect(counts).toEqual([10_000, 10_000, 5_000])
  expect((await lines({ 'match[]': 'up', max_rows_per_line: '20000' })).length).toBe(3)
  const small = await lines({ 'match[]': 'up', max_rows_per_line: '9000' })
  expect(small.flatMap((line) => line.timestamps)).toEqual(Array.from({ length: 25_000 }, (_, i) => 1e9 + i * 1000))
})

test('what the store does not give at once is asked for in parts', async () => {
  const { source, lines } = await world()
  for (let i = 0; i < 4; i += 1) source.add({ __name__: 'up', i: `${i}` }, [[1_000_000 + i, i]])
  const select = source.select
  source.select = async (selection: Selection) => {
    if (selection.to - selection.from > 3_600_000) throw new EyeNetError('limit_exceeded', 'too many')
    return select(selection)
  }
  source.series = async () => source.all.map(({ labels }) => labels)
  expect((await lines({ 'match[]': 'up', start: '990000', end: '1010000' })).map((line) => line.values)).toEqual([
    [0],
    [1],
    [2],
    [3],
  ])
})

test('a store that fails in the middle cuts the answer, and the log tells why', async () => {
  const { source, get, log } = await world()
  source.add({ __name__: 'up' }, [[1000, 1]])
  const series = source.series
  source.series = async (selection) => {
    const found = await series(selection)
    source.select = () => Promise.reject(new Error('the disk is gone'))
    return found
  }
  const response = await get({ 'match[]': 'up' })
  await expect(response.text()).rejects.toThrow()
  expect(log.join('')).toContain('the disk is gone')
})

test('an export is compressed for who takes it, and refused without a selector', async () => {
  const { source, get } = await world()
  source.add(
    { __name__: 'up' },
    Array.from({ length: 1000 }, (_, i) => [1000 + i, i]),
  )
  const packed = await get({ 'match[]': 'up' }, { 'accept-encoding': 'gzip' })
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  const plain = packed.body?.pipeThrough(new DecompressionStream('gzip'))
  expect((await new Response(plain).json()).values.length).toBe(1000)
  const wrongs: Record<string, string>[] = [
    {},
    { 'match[]': 'sum(up)' },
    { 'match[]': 'up', start: 'x' },
    { 'match[]': 'up', max_rows_per_line: '-1' },
  ]
  for (const wrong of wrongs) {
    const response = await get(wrong)
    expect([wrong, response.status]).toEqual([wrong, 400])
    expect(await response.json()).toMatchObject({ status: 'error', errorType: 'bad_data' })
  }
})
