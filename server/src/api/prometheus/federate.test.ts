import { setStaleMarker } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

async function world() {
  const one = await apiWorld()
  const now = one.clock.now() / 1000
  const get = (query: string, headers: Record<string, string> = {}) =>
    one.as('viewer')(`/federate?${query}`, { headers })
  return { ...one, now, get }
}

test('the newest sample of each series is given with its time, sorted by name', async () => {
  const { source, now, get } = await world()
  source.add({ __name__: 'up', job: 'b\\"\n' }, [
    [now - 20, 1],
    [now - 10, Number.NaN],
  ])
  source.add({ __name__: 'up', instance: 'x', job: 'a' }, [[now, Number.POSITIVE_INFINITY]])
  source.add({ __name__: 'down' }, [[now - 299, 0.5]])
  source.add({ __name__: 'old' }, [[now - 300, 1]])
  source.add({ __name__: 'ended' }, [[now - 1, 1]])
  setStaleMarker(source.all.at(-1)?.values ?? new Float64Array(1), 0)
  const response = await get('match[]=up&match[]={__name__=~".%2B"}')
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores')
  expect(await response.text()).toBe(
    `# TYPE down untyped
down{instance=""} 0.5 ${(now - 299) * 1000}
# TYPE up untyped
up{instance="x",job="a"} +Inf ${now * 1000}
up{job="b\\\\\\"\\n",instance=""} NaN ${(now - 10) * 1000}
`,
  )
})

test('names of another kind are quoted for who understands that, else written with underscores', async () => {
  const { source, now, get } = await world()
  source.add({ __name__: 'my.metric', 'a.b': 'c', instance: 'x' }, [[now, 1]])
  const match = `match[]=${encodeURIComponent('{"my.metric"}')}`
  expect(await (await get(match)).text()).toBe(
    `# TYPE my_metric untyped\nmy_metric{a_b="c",instance="x"} 1 ${now * 1000}\n`,
  )
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3'
  const quoted = await get(match, { accept })
  expect(quoted.headers.get('content-type')).toBe('text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8')
  expect(await quoted.text()).toBe(`# TYPE "my.metric" untyped\n{"my.metric","a.b"="c",instance="x"} 1 ${now * 1000}\n`)
})

test('federation needs a selector and a login', async () => {
  const { get, ask } = await world()
  expect((await get('')).status).toBe(400)
  expect((await get('match[]=sum(up)')).status).toBe(400)
  expect((await ask('/federate?match[]=up')).status).toBe(401)
})
